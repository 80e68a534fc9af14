import type { GitHub } from "./client.js";
import { everyGitHubPage } from "./pages.js";

/** GitHub lists no more. Source: its REST API, "List pull requests files" and "Compare two commits". */
const most = { pull: 3_000, comparison: 300 };

interface ListedFile {
  filename: string;
  previous_filename?: string | undefined;
}

/** All files that a pull request changes, by their old names too; undefined where GitHub may not tell of all. */
export async function filesOfPull(github: GitHub, number: number): Promise<string[] | undefined> {
  const files: ListedFile[] = await everyGitHubPage(
    (page) =>
      github.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
        ...github.access.repository,
        ...page,
        pull_number: number,
      }),
    ({ data }) => data,
  );
  return files.length >= most.pull ? undefined : namesOf(files);
}

/** The same of a push: from one commit to a later one. Undefined also where history was rewritten. */
export async function filesBetween(
  github: GitHub,
  before: string,
  after: string,
): Promise<string[] | undefined> {
  const { data } = await github.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
    ...github.access.repository,
    basehead: `${before}...${after}`,
    per_page: 1,
  });
  const files: ListedFile[] = data.files ?? [];
  const isWhole = data.status === "ahead" && data.files !== undefined && files.length < most.comparison;
  return isWhole ? namesOf(files) : undefined;
}

function namesOf(files: readonly ListedFile[]): string[] {
  return files.flatMap((file) => [file.filename, file.previous_filename ?? []].flat());
}
