import { RequestError } from "@octokit/request-error";
import { badRequest, platformFailure, type MoorageError } from "../../core/errors.js";
import type { GitHubAccess } from "./client.js";

/** A failed call to GitHub, classified once: whose fault it is, and what to do. */
export function githubFailure(error: unknown, call: string, { repository }: GitHubAccess): MoorageError {
  const { owner, repo } = repository;
  const what = `GitHub (${owner}/${repo}), ${call}`;
  if (!(error instanceof RequestError)) return unreachable(error, what);
  const said = error.message.split("\n")[0] ?? "";
  switch (error.status) {
    case 401:
      return badRequest(
        "github-token-refused",
        `${what}: the token is not accepted.`,
        "Give GITHUB_TOKEN a token that is still valid.",
        error,
      );
    case 403:
    case 429:
      return limited(error) ? rateLimited(error, what) : forbidden(error, what, said);
    case 404:
      return badRequest(
        "github-not-found",
        `${what}: not found.`,
        "Check the repository's name, and that the token may read it: GitHub answers 404 for what it hides.",
        error,
      );
    case 409:
    case 422:
      return badRequest("github-refused", `${what}: ${said}`, "See what GitHub says is wrong.", error);
    default:
      return unreachable(error, what);
  }
}

function limited({ message, response }: RequestError): boolean {
  return /rate limit/i.test(message) || response?.headers["x-ratelimit-remaining"] === "0";
}

function rateLimited(error: RequestError, what: string): MoorageError {
  return platformFailure(
    "github-rate-limit",
    `${what}: GitHub's rate limit is used up.`,
    "Run the command again later: a repository's token has 1,000 requests an hour.",
    error,
  );
}

function forbidden(error: RequestError, what: string, said: string): MoorageError {
  return badRequest(
    "github-forbidden",
    `${what}: ${said}`,
    `Grant the token the missing permission: ${permissionFor(what)}.`,
    error,
  );
}

/** What GitHub calls the permission that a call needs. */
function permissionFor(call: string): string {
  if (/\/dispatches|\/actions\//.test(call)) return "actions: write on that repository";
  if (call.includes("/releases")) return "`permissions: { contents: write }`";
  return "`permissions: { pull-requests: write, deployments: write }`";
}

function unreachable(error: unknown, what: string): MoorageError {
  const why = error instanceof Error ? error.message : String(error);
  return platformFailure(
    "github-unavailable",
    `${what}: ${why}`,
    "Run the command again; https://www.githubstatus.com/ reports outages.",
    error,
  );
}
