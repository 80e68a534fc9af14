import { IssueLabel } from "@pulumi/github/issueLabel.js";
import type { GitHubConfig } from "../../../src/core/project/github-schema.js";
import { adoption } from "./adoption.js";

/** Keeps a preview from the sweep's expiry. */
export const persist = "persist";

/**
 * The labels that a pull request's author asks with. Those that several apps of the repository share stay as they are, and stay
 * where one of the apps goes.
 */
export function declareLabels(
  repository: string,
  { preview, adopt, scope }: Pick<GitHubConfig, "preview" | "adopt" | "scope">,
): string[] {
  const labels = [
    { name: preview.label, color: "0e8a16", description: "A running copy of this pull request" },
    { name: persist, color: "5319e7", description: "Its preview does not expire" },
  ];
  const own = ["color", "description"];
  const shared = scope === undefined ? {} : { retainOnDelete: true, ignoreChanges: own };
  for (const label of labels) {
    const options = adoption(adopt, `IssueLabel ${label.name}`, own);
    new IssueLabel(label.name, { repository, ...label }, { ...options, ...shared });
  }
  return labels.map(({ name }) => name);
}
