import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  type BucketAnswer,
  type BucketRequest,
  collected,
  type Forward,
  mayPass,
  bucketReason,
  bucketRefusal,
  reply,
} from "./bucket-http.js";
import { withinBound } from "../../core/interruption.js";
import type { S3Place } from "./s3-url.js";

export interface RelayOptions {
  place: S3Place;
  forward: Forward;
  /** The path of the stack's state below the bucket. */
  isState(path: string): boolean;
  /** How long a write of the state is tried, in milliseconds, where the bucket may yet take it. */
  patienceMs: number;
  /**
   * Keeps a copy of each state before it is sent, for whoever comes after a process that is killed meanwhile; what it gives
   * takes the copy away once the bucket has the state.
   */
  guard?(state: BucketRequest): Promise<() => Promise<void>>;
  /** Called with each state that the bucket did not accept at once, the newest last. */
  keep(state: BucketRequest, reason: string): Promise<void>;
  /** The bucket has taken the state that was kept last. */
  taken(): Promise<void>;
  /** The bucket takes none any more. */
  giveUp(): void;
}

/** Between the Pulumi CLI and the bucket of its state. */
export interface Relay {
  /** The backend URL for the CLI. */
  url: string;
  close(): Promise<void>;
}

const pauseMs = 500;
/** Also for the last attempt: a shorter one would say nothing about the bucket. */
const leastTryMs = 500;
const idleMs = 3_600_000;

/** State of an open relay. */
interface Line {
  /** The bucket's time is over. */
  down: boolean;
  /** Aborted when the relay closes: nobody waits for an answer any more. */
  closed: AbortController;
}

/**
 * A loopback listener that passes the CLI's requests on to the state's bucket, and sees each state on its way: the CLI itself
 * keeps no copy, and drops a state that it cannot write after half a minute (F15). When the bucket's
 * time is over, every later state is kept here and everything else is refused, so that the engine ends soon and nothing
 * that it did is lost. Only who knows the URL is answered: requests leave with this process's credentials.
 */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const base = `/${randomBytes(16).toString("hex")}/${options.place.bucket}`;
  const line: Line = { down: false, closed: new AbortController() };
  const server = createServer((request, response) => {
    answerTo(request, base, options, line)
      .catch((error: unknown) => bucketRefusal(503, error))
      .then((answer) => reply(response, answer))
      .catch(() => response.destroy());
  });
  // The CLI may be silent for as long as a resource takes, and then find its connection as it left it.
  Object.assign(server, { keepAliveTimeout: idleMs, requestTimeout: 0 });
  const port = await listening(server);
  return {
    url: urlFor(options.place, `http://127.0.0.1:${port}${base.slice(0, base.lastIndexOf("/"))}`),
    close: () =>
      new Promise((closed) => {
        line.closed.abort();
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** What the CLI is told: it signs nothing, and asks the relay by path. */
function urlFor({ bucket, prefix, encryption }: S3Place, endpoint: string): string {
  const query = new URLSearchParams({
    endpoint,
    region: "us-east-1",
    s3ForcePathStyle: "true",
    anonymous: "true",
  });
  if (encryption.type !== undefined) query.set("ssetype", encryption.type);
  if (encryption.keyId !== undefined) query.set("kmskeyid", encryption.keyId);
  return `s3://${bucket}/${prefix}?${query.toString()}`;
}

async function answerTo(
  message: IncomingMessage,
  base: string,
  options: RelayOptions,
  line: Line,
): Promise<BucketAnswer> {
  const [path = "", query = ""] = (message.url ?? "").split("?");
  if (path !== base && !path.startsWith(`${base}/`)) return bucketRefusal(403, "This is not for you.");
  const request: BucketRequest = {
    method: message.method ?? "GET",
    path: path.slice(base.length),
    query,
    headers: message.headers as Record<string, string>,
    body: await collected(message),
  };
  const isWrite = request.method === "PUT" && request.headers["x-amz-copy-source"] === undefined;
  if (isWrite && options.isState(request.path)) return writeState(request, options, line);
  if (line.down) return bucketRefusal(403, "The backend did not answer in time.");
  return sent(request, options, line, options.patienceMs);
}

/** A copy is kept before the first try; the write is repeated until its time limit. */
async function writeState(request: BucketRequest, options: RelayOptions, line: Line): Promise<BucketAnswer> {
  const deadline = performance.now() + options.patienceMs;
  // Where no copy can be kept, trying again at the first failure.
  const taken = await options.guard?.(request).catch(() => undefined);
  for (let isKept = false; ; isKept = true) {
    const left = Math.max(leastTryMs, deadline - performance.now());
    const answer = line.down ? undefined : await answerOf(sent(request, options, line, left));
    if (answer && answer.status < 300) {
      if (isKept) await options.taken();
      await taken?.();
      return answer;
    }
    if (!isKept) await options.keep(request, answer ? bucketReason(answer) : "");
    if (!answer || !mayPass(answer) || performance.now() >= deadline || line.closed.signal.aborted) {
      line.down = true;
      options.giveUp();
      return { status: 200, headers: { etag: '"kept"' }, body: Buffer.alloc(0) };
    }
    await delay(pauseMs);
  }
}

/** One try, bounded: a bucket that takes the connection may never answer. */
function sent(
  request: BucketRequest,
  { forward }: RelayOptions,
  { closed }: Line,
  boundMs: number,
): Promise<BucketAnswer> {
  return withinBound((ended) => forward(request, ended), {
    boundMs,
    signal: closed.signal,
    interrupted: { now: true, part: "state" },
    late: () => new Error(`The bucket did not answer within ${Math.ceil(boundMs / 1_000)} s.`),
  });
}

function answerOf(answer: Promise<BucketAnswer>): Promise<BucketAnswer> {
  return answer.catch((error: unknown) => bucketRefusal(503, error));
}
