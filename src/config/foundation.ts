import { type FoundationConfig, foundationSchema } from "./foundation-schema.js";
import { parseNamespace } from "./parse.js";
import type { StackFile } from "./project.js";

/** The configuration of a stack `foundation-<name>`. Throws like `parseConfig`, with every mistake. */
export function parseFoundationConfig(
  raw: Record<string, unknown>,
  source: string,
  file?: Pick<StackFile, "path" | "locate">,
): FoundationConfig {
  return parseNamespace(foundationSchema, raw, source, file);
}
