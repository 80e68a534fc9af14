import { parseConfig } from "../core/project/parse.js";
import { withStackNames } from "../core/project/placeholder-names.js";
import { readProject, readStackFile } from "../core/project/project.js";
import { parseEnvironment } from "../core/project/stack.js";
import type { Place } from "./context.js";
import { environmentBefore } from "../core/project/proven.js";
import { neighbour } from "../core/project/trigger-rules.js";
import { placeOf } from "./location.js";
import type { StackSettings } from "./stack-settings.js";

export interface EnvironmentStack {
  environment: string;
  place: Place;
  /** What its deployment is decided from, besides what the command line says. */
  request: StackSettings;
}

/**
 * What the project's files say about an environment, all of it checked before anything acts. Raises a bad request for a
 * name that is no environment's, or has no `Pulumi.<name>.yaml`.
 */
export async function readEnvironment(folder: string, name: string): Promise<EnvironmentStack> {
  const environment = parseEnvironment(name);
  const project = await readProject(folder);
  const file = await readStackFile(project, environment);
  const config = parseConfig(withStackNames(file.config, environment), file.source, file);
  const { triggers } = config;
  const upstream = neighbour(environment, triggers);
  const request = {
    stack: environment,
    config,
    raw: file.config,
    settings: file.settings,
    ttlMs: undefined,
    provenIn: environmentBefore(environment, triggers.release, project.environments),
    ...(upstream !== undefined && project.environments.includes(upstream) && { upstream }),
  };
  return { environment, place: placeOf(project, file, config), request };
}
