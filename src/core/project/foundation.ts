import { type FoundationConfig, foundationSchema } from "./foundation-schema.js";
import { type CheckedFile, parseNamespace } from "./parse.js";

/** The configuration of a stack `foundation-<name>`. Throws like `parseConfig`, with every mistake. */
export function parseFoundationConfig(
  raw: Record<string, unknown>,
  source: string,
  file?: CheckedFile,
): FoundationConfig {
  return parseNamespace(foundationSchema, raw, source, file);
}
