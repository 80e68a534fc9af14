import { type GitHubConfig, githubSchema } from "./github-schema.js";
import { type CheckedFile, parseNamespace } from "./parse.js";

/** The configuration of the stack `github`. Throws like `parseConfig`, with every mistake. */
export function parseGitHubConfig(
  raw: Record<string, unknown>,
  source: string,
  file?: CheckedFile,
): GitHubConfig {
  return parseNamespace(githubSchema, raw, source, file);
}
