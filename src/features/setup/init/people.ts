import { z } from "zod";
import { login, slug } from "../../../core/project/github-schema.js";
import { badRequest } from "../../../core/errors.js";
import type { Reviewers } from "./answers.js";

/**
 * Who approves where, by environment: `ann` and `team:platform` the last one, `staging=ann` staging. Raises a bad request
 * for what is neither a person nor a team, and for environments that are not among `names`.
 */
export function reviewersOf(words: readonly string[], names: readonly string[]): Record<string, Reviewers> {
  const last = names.at(-1) ?? "";
  const placed = words.map((word) => {
    const [, environment = last, who = word] = /^([^=]*)=(.*)$/.exec(word) ?? [];
    return { environment, who };
  });
  const stranger = placed.find(({ environment }) => !names.includes(environment));
  if (stranger !== undefined) throw wrong(`${stranger.environment} is not among --environments.`);
  const reviewed = names.filter((name) => placed.some(({ environment }) => environment === name));
  return Object.fromEntries(
    reviewed.map((name) => [
      name,
      peopleOf(placed.filter(({ environment }) => environment === name).map(({ who }) => who)),
    ]),
  );
}

function peopleOf(words: readonly string[]): Reviewers {
  const teams = words.filter((word) => word.startsWith("team:")).map((word) => word.slice("team:".length));
  const users = words.filter((word) => !word.startsWith("team:"));
  const parsed = z.object({ users: z.array(login), teams: z.array(slug) }).safeParse({ users, teams });
  if (parsed.success) return parsed.data;
  throw wrong(parsed.error.issues[0]?.message ?? "no name.");
}

function wrong(what: string): Error {
  return badRequest(
    "bad-arguments",
    `--reviewer: ${what}`,
    "Give GitHub logins, teams as team:<slug>, and staging=<login> for another environment than the last.",
  );
}
