import type { GitHub } from "./client.js";

export interface CommitStatus {
  /** What rulesets name: `moorage/preview`. */
  context: string;
  state: "success" | "failure";
  description: string;
  /** Where "Details" leads. */
  url: string;
}

/** GitHub refuses a longer one. Source: its API, "Create a commit status". */
const descriptionLimit = 140;

/** Sets a status of a whole commit; needs `statuses: write`. */
export async function setCommitStatus(
  github: GitHub,
  commit: string,
  { context, state, description, url }: CommitStatus,
): Promise<void> {
  const [line = ""] = description.split("\n");
  await github.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
    ...github.access.repository,
    sha: commit,
    context,
    state,
    description: line.length > descriptionLimit ? `${line.slice(0, descriptionLimit - 1)}…` : line,
    target_url: url,
  });
}
