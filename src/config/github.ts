import { type GitHubConfig, githubSchema } from "./github-schema.js";
import { parseNamespace } from "./parse.js";
import type { StackFile } from "./project.js";

/** The configuration of the stack `github`. Throws like `parseConfig`, with every mistake. */
export function parseGitHubConfig(
  raw: Record<string, unknown>,
  source: string,
  file?: Pick<StackFile, "path" | "locate">,
): GitHubConfig {
  return parseNamespace(githubSchema, raw, source, file);
}
