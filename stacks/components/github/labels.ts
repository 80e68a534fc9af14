import { IssueLabel } from "@pulumi/github/issueLabel.js";
import { type Adoptions, adoption } from "./adoption.js";

/** Keeps a preview from the sweep's expiry. */
export const persist = "persist";

/** The labels that a pull request's author asks with. */
export function declareLabels(repository: string, deploy: string, adoptions: Adoptions): string[] {
  const labels = [
    { name: deploy, color: "0e8a16", description: "A running copy of this pull request" },
    { name: persist, color: "5319e7", description: "Its preview does not expire" },
  ];
  for (const label of labels) {
    const options = adoption(adoptions, `IssueLabel ${label.name}`, ["color", "description"]);
    new IssueLabel(label.name, { repository, ...label }, options);
  }
  return labels.map(({ name }) => name);
}
