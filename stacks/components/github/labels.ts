import { IssueLabel } from "@pulumi/github/issueLabel.js";

/** Keeps a preview from the sweep's expiry. */
export const persist = "persist";

/** The labels that a pull request's author asks with. A label that exists already is taken over, as GitHub's provider does. */
export function declareLabels(repository: string, deploy: string): string[] {
  const labels = [
    { name: deploy, color: "0e8a16", description: "A running copy of this pull request" },
    { name: persist, color: "5319e7", description: "Its preview does not expire" },
  ];
  for (const label of labels) new IssueLabel(label.name, { repository, ...label });
  return labels.map(({ name }) => name);
}
