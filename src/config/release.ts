import { parseNamespace } from "./parse.js";
import type { Project } from "./project.js";
import { type ReleaseConfig, releaseSchema } from "./triggers.js";

/** `moorage:triggers` and `moorage:release` of Pulumi.yaml: they are about all environments. Raises `config-invalid`. */
export function parseReleaseConfig({ defaults }: Pick<Project, "defaults">): ReleaseConfig {
  return parseNamespace(releaseSchema, defaults, "Pulumi.yaml");
}
