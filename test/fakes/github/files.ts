import type { GitHubFake } from "./github.js";
import { type Asked, type Answer, notFound, page, type Route } from "./route.js";

const files = new WeakMap<GitHubFake, Map<number, string[]>>();

/** By pull request, the files that it changes: those it has added. */
export function filesOf(fake: GitHubFake): Map<number, string[]> {
  const known = files.get(fake) ?? new Map<number, string[]>();
  files.set(fake, known);
  return known;
}

function list(fake: GitHubFake, asked: Asked): Answer {
  const number = Number(asked.parts[0]);
  if (!fake.pulls.has(number)) return notFound;
  const names = filesOf(fake).get(number) ?? [];
  return page(
    asked,
    names.map((filename) => ({
      sha: "0".repeat(40),
      filename,
      status: "added",
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
