import { setTimeout as delay } from "node:timers/promises";
import { boundedFetch, type FetchBounds } from "../../core/bounded-fetch.js";
import { type Trace, traced } from "../../core/trace.js";
import { badRequest, type MoorageError, platformFailure } from "../../core/errors.js";

/** Where a registry answers. On AWS that is `https://<host>` with no prefix. */
export interface RegistryEndpoint {
  /** `https://111111111111.dkr.ecr.us-east-1.amazonaws.com`. */
  url: string;
  /** Stands before every repository's name in paths; empty, or with a slash at its end. */
  prefix: string;
}

/** One registry, with its login. */
export interface RegistryAccess {
  /** The registry's own name, for messages and to know whether two are the same. */
  host: string;
  endpoint: RegistryEndpoint;
  /** The whole `Authorization` header. Never shown. */
  authorization: string;
  signal: AbortSignal;
  /** Between the first two attempts; doubles from then on. */
  pauseMs: number;
  /** Called with each attempt. */
  trace?: Trace | undefined;
  /** Of one attempt; those of docs/bounds.md unless given. */
  bounds?: FetchBounds;
}

/** One request; `send` answers with whatever status the registry gave. */
export interface RegistryRequest {
  method: "GET" | "HEAD" | "POST" | "PUT";
  /** Relative to `/v2/<prefix>`, or an absolute URL that the registry handed out. */
  path: string | URL;
  headers?: Record<string, string>;
  body?: Uint8Array | ReadableStream;
  /** Whether the answer is a blob, of any length. */
  isLong?: boolean;
}

const attempts = 5;

/**
 * Sends a request, again with jitter after a failed connection, 429 or 5xx, unless its body is a stream, which can be
 * read once only. Redirects are not followed. Raises `registry-unreachable` (exit 1).
 */
export async function send(access: RegistryAccess, request: RegistryRequest): Promise<Response> {
  const limit = request.body instanceof ReadableStream ? 1 : attempts;
  for (let attempt = 1; ; attempt++) {
    access.signal.throwIfAborted();
    const answer = await sendOnce(access, request, attempt);
    const again = answer instanceof Error || answer.status === 429 || answer.status >= 500;
    if (!again || attempt >= limit) {
      if (answer instanceof Error) throw unreachable(access, answer);
      return answer;
    }
    await pauseBefore(access, attempt + 1);
  }
}

/** Waits with jitter, longer before each attempt; ends early, with an error, when the run is interrupted. */
export async function pauseBefore({ pauseMs, signal }: RegistryAccess, attempt: number): Promise<void> {
  await delay(pauseMs * 2 ** (attempt - 2) * (0.5 + Math.random()), undefined, { signal });
}

/** The connection's failure as a value; an interruption is thrown. */
async function sendOnce(
  access: RegistryAccess,
  request: RegistryRequest,
  attempt: number,
): Promise<Response | Error> {
  const { method, body } = request;
  const url = urlOf(access, request.path);
  // Only the registry itself may see the credentials: blobs are read from S3, which also refuses the header.
  const own = url.origin === new URL(access.endpoint.url).origin;
  const headers = { ...request.headers, ...(own && { authorization: access.authorization }) };
  try {
    const { signal } = access;
    const common = { method, headers, body, signal, duplex: "half", isLong: request.isLong } as const;
    // Any other way, fetch keeps a copy of all that a stream brings, for a redirect: a layer would be held in memory.
    const rest =
      body instanceof ReadableStream
        ? ({ window: null, redirect: "error" } as const)
        : ({ redirect: "manual" } as const);
    // A blob's URL is signed: its query is left out of traces.
    const call = { to: "registry", what: `${method} ${url.host}${url.pathname}`, attempt } as const;
    return await traced(access.trace, { ...call, outcome: ({ status }) => status }, () =>
      boundedFetch(url, { ...common, ...rest }, access.bounds),
    );
  } catch (error) {
    access.signal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
}

function urlOf({ endpoint }: RegistryAccess, path: string | URL): URL {
  return path instanceof URL ? path : new URL(`/v2/${endpoint.prefix}${path}`, endpoint.url);
}

/** A GET whose redirects are followed, without credentials once they leave the registry. */
export async function get(
  access: RegistryAccess,
  path: string | URL,
  { headers = {}, isLong = false }: Pick<RegistryRequest, "headers" | "isLong"> = {},
): Promise<Response> {
  let target = path;
  for (let hop = 0; hop < 5; hop++) {
    const answer = await send(access, { method: "GET", path: target, headers, isLong });
    const location = answer.headers.get("location");
    if (answer.status < 300 || answer.status > 399 || location === null) return answer;
    await answer.body?.cancel();
    target = new URL(location, urlOf(access, target));
  }
  throw platformFailure("registry-redirects", `${access.host} redirects endlessly.`, "Try again later.");
}

/** What a registry refused, in its own words. `doing` completes "failed to ...". */
export async function registryRefusal(
  { host }: RegistryAccess,
  answer: Response,
  doing: string,
): Promise<MoorageError> {
  const { code = "UNKNOWN", message = `HTTP ${answer.status}` } = await firstError(answer);
  const text = `${host} failed to ${doing}: ${message} (${code}, HTTP ${answer.status})`;
  if (answer.status === 401 || answer.status === 403) {
    return badRequest(
      "permission",
      text,
      "Give the role the permissions listed in docs/promotion.md on both registries.",
    );
  }
  if (code === "NAME_UNKNOWN") {
    return badRequest(
      "repository-not-found",
      text,
      "Create the repository first: `moorage infra up foundation-<env>` creates those of an environment.",
    );
  }
  return platformFailure(
    "registry-refused",
    text,
    "Run the command again: what was copied already is not copied again.",
  );
}

async function firstError(answer: Response): Promise<{ code?: string; message?: string }> {
  try {
    const { errors } = (await answer.json()) as { errors?: { code?: string; message?: string }[] };
    return errors?.[0] ?? {};
  } catch {
    // A HEAD response, or a proxy's own page, has no error body: only the status is known.
    return {};
  }
}

function unreachable({ host, endpoint }: RegistryAccess, cause: Error): MoorageError {
  const reason = cause.cause instanceof Error ? cause.cause.message : cause.message;
  return platformFailure(
    "registry-unreachable",
    `The registry ${host} (${endpoint.url}) does not answer: ${reason}`,
    "Check the network, then run the command again.",
    cause,
  );
}
