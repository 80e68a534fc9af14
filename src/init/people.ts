import { z } from "zod";
import { login, slug } from "../config/github-schema.js";
import { badRequest } from "../errors.js";
import type { Answers } from "./answers.js";

/** `ann`, `team:platform`. Raises a bad request for what is neither. */
export function reviewersOf(words: readonly string[]): Answers["reviewers"] {
  const teams = words.filter((word) => word.startsWith("team:")).map((word) => word.slice("team:".length));
  const users = words.filter((word) => !word.startsWith("team:"));
  const parsed = z.object({ users: z.array(login), teams: z.array(slug) }).safeParse({ users, teams });
  if (parsed.success) return parsed.data;
  throw badRequest(
    "bad-arguments",
    `--reviewer: ${parsed.error.issues[0]?.message ?? "no name"}.`,
    "Give GitHub logins, and teams as team:<slug>.",
  );
}
