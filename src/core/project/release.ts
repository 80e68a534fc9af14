import { join } from "node:path";
import { parseNamespace } from "./parse.js";
import type { Project } from "./project.js";
import { type ReleaseConfig, releaseSchema } from "./triggers.js";

/** `moorage:triggers` and `moorage:release` of Pulumi.yaml: they are about all environments. Raises `config-invalid`. */
export function parseReleaseConfig({
  defaults,
  folder,
  unclear,
}: Pick<Project, "defaults" | "folder" | "unclear">): ReleaseConfig {
  const file = { path: join(folder, "Pulumi.yaml"), unclear: unclear.map(({ mistake }) => mistake) };
  return parseNamespace(releaseSchema, defaults, "Pulumi.yaml", file);
}
