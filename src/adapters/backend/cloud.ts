import { setTimeout as delay } from "node:timers/promises";
import { bounds } from "../../core/bounds.js";
import { everyPage } from "../aws/pages.js";
import { badRequest, platformFailure } from "../../core/errors.js";
import { withinBound } from "../../core/interruption.js";
import { type Trace, traced } from "../../core/trace.js";
import type { CloudLogin } from "./cloud-login.js";
import { boundedSignal } from "../../core/bounded-signal.js";

export type Tags = Record<string, string>;

/** A stack as Pulumi Cloud describes it (pulumi: sdk/go/common/apitype, Stack). */
export interface CloudStack {
  tags: Tags;
  /** Updates so far. */
  version: number;
}

/** Stacks and their tags in one project of Pulumi Cloud. */
export interface CloudStacks {
  /** Undefined when there is none. */
  read(stack: string): Promise<CloudStack | undefined>;
  /** False when there is one already. */
  create(stack: string, tags: Tags): Promise<boolean>;
  /** Only one without resources. */
  remove(stack: string): Promise<void>;
  /** `refused` where the stack is not there, has a tag of that name, or takes none: only a look at its tags tells which. */
  addTag(stack: string, name: string, value: string): Promise<Refusable>;
  /** Puts these in place of all tags. Nothing is sent any more after `withinMs` (milliseconds). */
  replaceTags(stack: string, tags: Tags, withinMs: number): Promise<void>;
  names(): Promise<string[]>;
}

/** The outcome of a request that the service may refuse. */
export interface Refusable {
  /** As an error that can be raised, with the service's own words. */
  refused: Error | undefined;
}

interface Answer {
  status: number;
  body: unknown;
}

interface CloudBounds {
  /** The run's. */
  signal?: AbortSignal | undefined;
  /** One attempt, in milliseconds; `bounds.cloudAttempt` unless given. */
  attemptMs?: number;
  /** Called with each attempt of a call. */
  trace?: Trace | undefined;
}

interface CloudRequest {
  method: string;
  path: string;
  body: unknown;
  attemptMs: number;
  /** Aborted when nobody waits for it any more. */
  ended: AbortSignal;
  /** Aborted when it may do harm to send it any more. */
  within: AbortSignal | undefined;
  trace: Trace | undefined;
}

const tries = 5;
const pauseMs = 150;

/** Pulumi Cloud's REST API (www.pulumi.com/docs/reference/cloud-rest-api), at its version 8, as the CLI uses it. */
export function cloudStacks(
  url: string,
  { token, defaultOrg }: CloudLogin,
  project: string,
  { signal, attemptMs = bounds.cloudAttempt, trace }: CloudBounds = {},
): CloudStacks {
  let org: Promise<string> | undefined;
  const ask: Ask = (method, path, body, within) =>
    withinBound((ended) => request(url, token, { method, path, body, attemptMs, ended, within, trace }), {
      boundMs: Infinity,
      signal,
      interrupted: { now: method === "GET", part: "record" },
      late: () => unreachable(url, new Error("the run had no more time for it")),
    });
  const owner = () => (org ??= defaultOrg ? Promise.resolve(defaultOrg) : findOrg(ask));
  const stacksPath = async () =>
    `/api/stacks/${encodeURIComponent(await owner())}/${encodeURIComponent(project)}`;
  const pathOf = async (stack: string, ...below: string[]) =>
    [await stacksPath(), ...[stack, ...below].map(encodeURIComponent)].join("/");
  return {
    async read(stack) {
      const { status, body } = await ask("GET", await pathOf(stack));
      if (status === 404) return undefined;
      const { tags = {}, version = 0 } = good({ status, body }) as Partial<CloudStack>;
      return { tags, version };
    },
    async create(stackName, tags) {
      const answer = await ask("POST", await stacksPath(), { stackName, tags });
      return answer.status !== 409 && good(answer) !== undefined;
    },
    async remove(stack) {
      const answer = await ask("DELETE", await pathOf(stack));
      if (answer.status !== 404) good(answer);
    },
    async addTag(stack, name, value) {
      const answer = await ask("POST", await pathOf(stack, "tags"), { name, value });
      if ([400, 404, 409].includes(answer.status)) return { refused: failureOf(answer) };
      good(answer);
      return { refused: undefined };
    },
    async replaceTags(stack, tags, withinMs) {
      const within = boundedSignal(Math.ceil(withinMs));
      good(await ask("PATCH", await pathOf(stack, "tags"), tags, within));
    },
    async names() {
      return listNames(ask, await owner(), project);
    },
  };
}

type Ask = (method: string, path: string, body?: unknown, within?: AbortSignal) => Promise<Answer>;

async function findOrg(ask: Ask): Promise<string> {
  const preferred = await ask("GET", "/api/user/organizations/default");
  const named =
    preferred.status === 404 ? undefined : (good(preferred) as { GitHubLogin?: string }).GitHubLogin;
  if (named) return named;
  return (good(await ask("GET", "/api/user")) as { githubLogin: string }).githubLogin;
}

async function listNames(ask: Ask, organization: string, project: string): Promise<string[]> {
  const stacks = await everyPage(
    async (token) => {
      const query = new URLSearchParams({
        organization,
        project,
        ...(token && { continuationToken: token }),
      });
      return good(await ask("GET", `/api/user/stacks?${query.toString()}`)) as {
        stacks: { stackName: string }[];
        continuationToken?: string | null;
      };
    },
    (page) => ({ items: page.stacks, next: page.continuationToken ?? undefined }),
  );
  return stacks.map(({ stackName }) => stackName);
}

/** Tried again where the service asks for it or is not there; no call here does harm when it is made twice. */
async function request(
  url: string,
  token: string,
  { method, path, body, attemptMs, ended, within, trace }: CloudRequest,
): Promise<Answer> {
  const headers = {
    accept: "application/vnd.pulumi+8",
    "content-type": "application/json",
    authorization: `token ${token}`,
  };
  const what = `${method} ${path.split("?")[0] ?? ""}`;
  for (let tried = 1; ; tried++) {
    const call = { to: "pulumi-cloud", what, attempt: tried } as const;
    try {
      const signal = boundedSignal(attemptMs, ended, within);
      const sent = { method, headers, signal, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const { status, text } = await traced(
        trace,
        { ...call, outcome: (answer) => answer.status },
        async () => {
          const response = await fetch(`${url}${path}`, sent);
          return { status: response.status, text: await response.text() };
        },
      );
      if ((status < 500 && status !== 429) || tried === tries) {
        return { status, body: text === "" ? {} : parse(text) };
      }
    } catch (error) {
      if (tried === tries || ended.aborted || within?.aborted) throw unreachable(url, error);
    }
    await delay(pauseMs * 2 ** tried * (0.5 + Math.random()), undefined, { signal: ended });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}

/** The body of an answer that is a success; raises what another one says. */
function good({ status, body }: Answer): unknown {
  if (status < 300) return body;
  throw failureOf({ status, body });
}

function failureOf({ status, body }: Answer): Error {
  const { message = "" } = body as { message?: string };
  const text = `Pulumi Cloud answered ${status}: ${message.replace(/^\d+: /, "")}`;
  if (status === 401) return badRequest("cloud-login", text, "Log in again, or renew PULUMI_ACCESS_TOKEN.");
  if (status === 403)
    return badRequest("cloud-permission", text, "The token needs write access to the project's stacks.");
  return platformFailure("cloud", text, "Run the command again.");
}

function unreachable(url: string, cause: unknown): Error {
  const { cause: inner, message } = cause as Error;
  const reason = inner instanceof Error ? inner.message : message;
  return platformFailure("cloud", `${url} does not answer: ${reason}`, "Run the command again.", cause);
}
