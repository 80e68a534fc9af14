import type { Invocation } from "../../../core/command.js";
import { asMoorageError } from "../../../core/errors.js";
import { declaredPaths, pathPatterns, touches } from "../../../core/project/source-paths.js";
import { type Project, readStackFile } from "../../../core/project/project.js";
import { filesChanged } from "../../../adapters/git/changed-files.js";
import { placeInRepository } from "../../../adapters/git/origin.js";
import { filesBetween } from "../../../adapters/github/changed-files.js";
import { githubAccess, openGitHub } from "../../../adapters/github/client.js";
import type { GitHubRun } from "../../../adapters/github/event.js";

type Edges = Pick<Invocation, "reporter" | "env" | "signal">;

/**
 * Whether a push leaves the app as it is: all that it changes is known, and none of it is the app's (`moorage:paths`). What
 * cannot be told counts as a change. `environment`: the first that it would deploy, whose services name paths too.
 */
export async function leavesAlone(
  project: Project,
  environment: string,
  run: GitHubRun,
  edges: Edges,
): Promise<boolean> {
  const patterns = await patternsOf(project, environment);
  if (patterns === undefined) return false;
  const files = await filesOfPush(project.folder, run, edges);
  return files !== undefined && !touches(files, { patterns, place: await placeInRepository(project.folder) });
}

async function patternsOf(project: Project, environment: string): Promise<string[] | undefined> {
  if (!project.environments.includes(environment)) return undefined;
  const { config } = await readStackFile(project, environment);
  const services = Object.entries((config["moorage:services"] ?? {}) as Record<string, unknown>);
  return declaredPaths({
    paths: pathPatterns.safeParse(config["moorage:paths"]).data,
    services: Object.fromEntries(
      services.map(([name, service]) => [name, { paths: pathsIn(service) }] as const),
    ),
  });
}

function pathsIn(service: unknown): string[] | undefined {
  const isObject = typeof service === "object" && service !== null;
  return isObject && "paths" in service ? pathPatterns.safeParse(service.paths).data : undefined;
}

async function filesOfPush(
  folder: string,
  { before, commit }: GitHubRun,
  { env, reporter, signal }: Edges,
): Promise<string[] | undefined> {
  // A branch that is new has no commit before.
  if (before === undefined || /^0+$/.test(before)) return undefined;
  const known = await filesChanged(folder, before, commit);
  if (known !== undefined) return known;
  const access = githubAccess(env);
  if ("missing" in access) return undefined;
  try {
    return await filesBetween(openGitHub(access, { reporter, signal }), before, commit);
  } catch (error) {
    signal.throwIfAborted();
    const text = `What the push changes is unknown, so it is deployed: ${asMoorageError(error).message}`;
    reporter.notify({ kind: "warning", text });
    return undefined;
  }
}
