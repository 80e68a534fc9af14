import { branchNamedIn } from "../../core/project/main-schema.js";
import type { Project } from "../../core/project/project.js";
import { readStackFile } from "../../core/project/project.js";
import type { GitHubRun } from "../github/event.js";
import { mainBranchIn } from "./repository.js";

/**
 * The one answer to "which is the default branch": `moorage:main.branch` of Pulumi.yaml or `Pulumi.github.yaml`, else what
 * GitHub says in the run's event, else what git knows in the project's folder. Undefined where nothing says it.
 */
export async function mainBranch(
  project: Project,
  run: Pick<GitHubRun, "defaultBranch"> | undefined,
): Promise<string | undefined> {
  return (await configuredBranch(project)) ?? run?.defaultBranch ?? (await mainBranchIn(project.folder));
}

async function configuredBranch(project: Project): Promise<string | undefined> {
  const config = project.environments.includes("github")
    ? (await readStackFile(project, "github")).config
    : project.defaults;
  return branchNamedIn(config);
}
