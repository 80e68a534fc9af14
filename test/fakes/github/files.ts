import type { GitHubFake } from "./github.js";
import { type Asked, type Answer, notFound, page, type Route } from "./route.js";

/** A file that was added, or one that has another name than before; `removed` files are listed by their name too. */
export type ChangedFile =
  | string
  | { filename: string; status: "renamed" | "removed"; previous_filename?: string };

const files = new WeakMap<GitHubFake, Map<number, ChangedFile[]>>();

/** By pull request, the files that it changes. */
export function filesOf(fake: GitHubFake): Map<number, ChangedFile[]> {
  const known = files.get(fake) ?? new Map<number, ChangedFile[]>();
  files.set(fake, known);
  return known;
}

function list(fake: GitHubFake, asked: Asked): Answer {
  const number = Number(asked.parts[0]);
  if (!fake.pulls.has(number)) return notFound;
  const names = filesOf(fake).get(number) ?? [];
  return page(
    asked,
    names.map((changed) => ({
      sha: "0".repeat(40),
      ...(typeof changed === "string" ? { filename: changed, status: "added" } : changed),
      additions: 1,
      deletions: 0,
      changes: 1,
      blob_url: fake.apiUrl,
      raw_url: fake.apiUrl,
      contents_url: fake.apiUrl,
    })),
  );
}

export const fileRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/pulls\/(\d+)\/files$/, answer: list },
];
