import type { GitHub } from "./client.js";
import { everyGitHubPage } from "./pages.js";

/** The number of a repository's own ruleset; undefined where none has the name. */
export async function rulesetNumber({ request, access }: GitHub, name: string): Promise<number | undefined> {
  const asked = { ...access.repository, includes_parents: false };
  const rulesets = await everyGitHubPage(
    (page) => request("GET /repos/{owner}/{repo}/rulesets", { ...asked, ...page }),
    ({ data }) => data,
  );
  return rulesets.find((ruleset) => ruleset.name === name)?.id;
}
