import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { bounds } from "../../core/bounds.js";
import { withinBound } from "../../core/interruption.js";
import type { Reporter } from "../../core/reporter.js";
import { traced } from "../../core/trace.js";
import { githubFailure } from "./errors.js";
import { boundedSignal } from "../../core/bounded-signal.js";

/** A repository, and the API and token to access it. */
export interface GitHubAccess {
  repository: { owner: string; repo: string };
  token: string;
  /** `https://api.github.com`, or an enterprise server's. */
  apiUrl: string;
}

/** Shorter waits, for tests. */
export interface GitHubPace {
  /** How long a second that GitHub asks for lasts, in milliseconds. */
  secondMs?: number;
  /** Whether writes keep GitHub's distance (one second; three between comments). */
  spaced?: boolean;
  /** Bound of one attempt of a call, in milliseconds. */
  attemptTimeoutMs?: number;
}

export interface GitHub {
  readonly access: GitHubAccess;
  /** One call, typed by GitHub's own description. Raises `github-*` errors. */
  request: Octokit["request"];
  /** One query over GraphQL: what it gives, as it came. Queries change nothing, and are not kept apart. */
  query(query: string, variables: Record<string, string>): Promise<unknown>;
  /** Requests sent so far, repeated ones included. */
  readonly calls: number;
}

const longestWaitSeconds = 60;
const retries = 3;

/**
 * Where the run's repository is asked about: `GITHUB_REPOSITORY`, `GITHUB_TOKEN` or `GH_TOKEN`, `GITHUB_API_URL`.
 * Throws, naming what is missing, if no repository is configured.
 */
export function githubAccess(env: NodeJS.ProcessEnv): GitHubAccess | { missing: string } {
  const [owner = "", repo = ""] = (env["GITHUB_REPOSITORY"] ?? "").split("/");
  if (owner === "" || repo === "") return { missing: "GITHUB_REPOSITORY" };
  const token = env["GITHUB_TOKEN"] || env["GH_TOKEN"];
  if (!token) return { missing: "GITHUB_TOKEN" };
  const apiUrl = (env["GITHUB_API_URL"] || "https://api.github.com").replace(/\/+$/, "");
  return { repository: { owner, repo }, token, apiUrl };
}

const Client = Octokit.plugin(retry, throttling);

/**
 * GitHub's API with its own rules kept: writes one after another and apart, a rate limit waited for when that is short,
 * a secondary limit for as long as GitHub says, other failures repeated with growing waits. Creations are not repeated:
 * an answer that got lost may have been a success.
 * Source: GitHub, "Best practices for using the REST API", "Rate limits for the REST API".
 */
export function openGitHub(
  access: GitHubAccess,
  { reporter, signal, pace = {} }: { reporter: Reporter; signal?: AbortSignal; pace?: GitHubPace },
): GitHub {
  const { secondMs = 1_000, spaced = true, attemptTimeoutMs = bounds.githubAttempt } = pace;
  let calls = 0;
  const send = (url: string, init: RequestInit) => {
    calls++;
    const what = `${init.method ?? "GET"} ${new URL(url).pathname}`;
    return traced(reporter.trace, { to: "github", what, outcome: ({ status }) => status }, () =>
      fetch(url, { ...init, signal: boundedSignal(attemptTimeoutMs, signal) }),
    );
  };
  const waits = limitWaits(reporter);
  const connect = (lane = "") => {
    const octokit = new Client({
      auth: access.token,
      baseUrl: access.apiUrl,
      userAgent: "moorage",
      log: quiet,
      request: { fetch: send },
      retry: { retryAfterBaseValue: secondMs, doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
      throttle: {
        enabled: spaced,
        retryAfterBaseValue: secondMs,
        id: `${Object.values(access.repository).join("/")}${lane}`,
        ...waits,
      },
    });
    octokit.hook.wrap("request", async (request, options) => {
      // A query creates nothing.
      if (options.method === "POST" && lane === "") options.request.retries = 0;
      try {
        return await withinBound(() => Promise.resolve(request(options)), {
          boundMs: bounds.githubCall,
          signal,
          interrupted: { now: true, part: "github" },
          late: () => new Error(`GitHub did not answer within ${bounds.githubCall / 60_000} min`),
        });
      } catch (error) {
        signal?.throwIfAborted();
        throw githubFailure(error, `${options.method} ${options.url}`, access);
      }
    });
    return octokit;
  };
  return {
    access,
    request: connect().request,
    async query(query, variables) {
      // The client takes every POST for a write, one a second: each query has a lane of its own.
      const { request } = connect(`#${String(++queries)}`);
      const { data }: { data: unknown } = await request(`POST ${graphqlUrl(access)}`, { query, variables });
      return data;
    },
    get calls() {
      return calls;
    },
  };
}

let queries = 0;

/** An enterprise server's is beside its REST API, not below. Source: GitHub Enterprise Server, "Forming calls with GraphQL". */
function graphqlUrl({ apiUrl }: GitHubAccess): string {
  return apiUrl.endsWith("/api/v3") ? `${apiUrl.slice(0, -"/v3".length)}/graphql` : "/graphql";
}

/** Whether to wait for a limit to pass: not for longer than a step can spare, and not for ever. */
function limitWaits({ notify }: Reporter) {
  const decide =
    (limit: string) =>
    (seconds: number, { method, url }: { method: string; url: string }, _octokit: unknown, count: number) => {
      const wait = seconds <= longestWaitSeconds && count < retries;
      const then = wait ? `waiting ${seconds} s` : `it resets in ${seconds} s, which is too long to wait`;
      notify({ kind: "warning", text: `GitHub's ${limit} is reached at ${method} ${url}: ${then}` });
      return wait;
    };
  return { onRateLimit: decide("rate limit"), onSecondaryRateLimit: decide("secondary rate limit") };
}

const silent = () => undefined;
const quiet = { debug: silent, info: silent, warn: silent, error: silent };
