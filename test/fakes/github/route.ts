import type { GitHubFake } from "./github.js";

export interface Asked {
  method: string;
  url: URL;
  /** `owner/name`. */
  repository: string;
  body: Record<string, unknown>;
  /** What stood in the route's places. */
  parts: string[];
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * One operation of the fake. What an area remembers is its own: `const releases = new WeakMap<GitHubFake, Release[]>()`
 * in its file, and a function that gives it to tests.
 */
export interface Route {
  method: string;
  /** Of what follows `/repos/{owner}/{repo}`. */
  pattern: RegExp;
  answer(fake: GitHubFake, asked: Asked): Answer | Promise<Answer>;
}

export const notFound: Answer = { status: 404, body: { message: "Not Found" } };

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** GitHub's times are in whole seconds. */
export function githubTime(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

/** A page of a list, `most` items long at most, with the `Link` header that leads to the next. */
export function page(asked: Asked, all: readonly unknown[], most = 100): Answer {
  const size = Math.min(most, Number(asked.url.searchParams.get("per_page") ?? 30));
  const number = Number(asked.url.searchParams.get("page") ?? 1);
  const next = new URL(asked.url);
  next.searchParams.set("page", String(number + 1));
  const link = number * size < all.length ? { link: `<${next.href}>; rel="next"` } : undefined;
  return { status: 200, body: all.slice((number - 1) * size, number * size), ...(link && { headers: link }) };
}
