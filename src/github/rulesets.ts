import type { GitHub } from "./client.js";

/** The number of a repository's own ruleset; undefined where none has the name. */
export async function rulesetNumber({ request, access }: GitHub, name: string): Promise<number | undefined> {
  const answer = await request("GET /repos/{owner}/{repo}/rulesets", {
    ...access.repository,
    includes_parents: false,
    per_page: 100,
  });
  return answer.data.find((ruleset) => ruleset.name === name)?.id;
}
