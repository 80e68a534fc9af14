import type { Project } from "../../core/project/project.js";
import { readStackFile } from "../../core/project/project.js";
import type { GitHubRun } from "../github/event.js";

/**
 * The name of the branch that counts as main: `moorage:main.branch` of `Pulumi.github.yaml` (or of Pulumi.yaml), else the
 * default branch of the run's repository. Undefined where neither says it: then git is asked (`isOnMain`).
 */
export async function mainBranch(
  project: Project,
  run: Pick<GitHubRun, "defaultBranch"> | undefined,
): Promise<string | undefined> {
  const config = project.environments.includes("github")
    ? (await readStackFile(project, "github")).config
    : project.defaults;
  return branchIn(config["moorage:main"]) ?? run?.defaultBranch;
}

/** A pattern names no branch. */
function branchIn(main: unknown): string | undefined {
  if (typeof main !== "object" || main === null || !("branch" in main)) return undefined;
  const { branch } = main;
  return typeof branch === "string" && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch) ? branch : undefined;
}
