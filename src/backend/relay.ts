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
  reasonOf,
  refusal,
  reply,
} from "./bucket-http.js";
import type { S3Place } from "./s3-url.js";

export interface RelayOptions {
  place: S3Place;
  forward: Forward;
  /** The path of the stack's state below the bucket. */
  isState(path: string): boolean;
  /** How long a write of the state is tried again, in milliseconds, where the bucket may yet take it. */
  patienceMs: number;
  /** Told each state that the bucket did not take at once, the newest last. */
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
const idleMs = 3_600_000;

/**
 * A loopback listener that passes the CLI's requests on to the state's bucket, and sees each state on its way: the CLI itself
 * keeps no copy, and drops a state that it cannot write after half a minute (F15). When the bucket's
 * time is over, every later state is kept here and everything else is refused, so that the engine ends soon and nothing
 * that it did is lost. Only who knows the URL is answered: requests leave with this process's credentials.
 */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const base = `/${randomBytes(16).toString("hex")}/${options.place.bucket}`;
  const line = { down: false };
  const server = createServer((request, response) => {
    answerTo(request, base, options, line)
      .catch((error: unknown) => refusal(503, error))
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
  line: { down: boolean },
): Promise<BucketAnswer> {
  const [path = "", query = ""] = (message.url ?? "").split("?");
  if (path !== base && !path.startsWith(`${base}/`)) return refusal(403, "This is not for you.");
  const request: BucketRequest = {
    method: message.method ?? "GET",
    path: path.slice(base.length),
    query,
    headers: message.headers as Record<string, string>,
    body: await collected(message),
  };
  const isWrite = request.method === "PUT" && request.headers["x-amz-copy-source"] === undefined;
  if (isWrite && options.isState(request.path)) return writeState(request, options, line);
  return line.down ? refusal(403, "The backend did not answer in time.") : options.forward(request);
}

/** Kept at the first failure, tried again as long as patience lasts. */
async function writeState(
  request: BucketRequest,
  options: RelayOptions,
  line: { down: boolean },
): Promise<BucketAnswer> {
  const deadline = Date.now() + options.patienceMs;
  for (let isKept = false; ; isKept = true) {
    const answer = line.down ? undefined : await answerOf(options.forward, request);
    if (answer && answer.status < 300) {
      if (isKept) await options.taken();
      return answer;
    }
    if (!isKept) await options.keep(request, answer ? reasonOf(answer) : "");
    if (!answer || !mayPass(answer) || Date.now() >= deadline) {
      line.down = true;
      options.giveUp();
      return { status: 200, headers: { etag: '"kept"' }, body: Buffer.alloc(0) };
    }
    await delay(pauseMs);
  }
}

function answerOf(forward: Forward, request: BucketRequest): Promise<BucketAnswer> {
  return forward(request).catch((error: unknown) => refusal(503, error));
}
