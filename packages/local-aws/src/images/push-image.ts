import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { localBounds } from "../bounds.js";
import { invalidRequest, platformError, type LocalFailure } from "../failure.js";
import { sha256Digest } from "../registry/manifest.js";
import type { BlobSource } from "./layer.js";
import type { PushableImage } from "./pushable.js";

export interface PushTarget {
  /** `127.0.0.1:PORT`. */
  registry: string;
  /** The `Authorization` header that logs in to it; none for a registry that asks nobody. */
  authorization?: string | undefined;
  repository: string;
  tag: string;
  signal?: AbortSignal;
  /** Called with each request to the registry, once it has ended. */
  onRequest?: OnRequest | undefined;
}

/** A request without its query and headers, its status or the name of its error, and how long it took. */
export type OnRequest = (request: { what: string; outcome: number | string; durationMs: number }) => void;

/**
 * Pushes over the OCI distribution API; what the registry has already is not sent again. Returns the digest. Throws
 * when the tag may not be moved (exit 2) or the registry does not do its part (exit 1).
 */
export async function pushImage(target: PushTarget, image: PushableImage): Promise<string> {
  const digest = sha256Digest(image.manifest);
  const present = await call(target, "HEAD", `manifests/${target.tag}`);
  if (present.headers.get("docker-content-digest") === digest) return digest;
  for (const blob of image.blobs) await pushBlob(target, blob);
  const answer = await call(target, "PUT", `manifests/${target.tag}`, {
    headers: { "content-type": image.mediaType },
    body: image.manifest,
  });
  if (answer.status !== 201) throw await refusal(target, answer);
  return digest;
}

async function pushBlob(target: PushTarget, { digest, size, file }: BlobSource): Promise<void> {
  if ((await call(target, "HEAD", `blobs/${digest}`)).status === 200) return;
  const begun = await call(target, "POST", "blobs/uploads/");
  const location = begun.headers.get("location");
  if (begun.status !== 202 || location === null) throw await refusal(target, begun);
  const url = new URL(location, `http://${target.registry}`);
  url.searchParams.set("digest", digest);
  const answer = await request(target, "PUT", url, {
    headers: { "content-type": "application/octet-stream", "content-length": String(size) },
    body: Readable.toWeb(createReadStream(file)),
    duplex: "half",
    // Else fetch keeps a copy of the whole layer in memory, for a redirect.
    window: null,
    redirect: "error",
  });
  if (answer.status !== 201) throw await refusal(target, answer);
}

function call(target: PushTarget, method: string, path: string, init: RequestInit = {}): Promise<Response> {
  return request(target, method, new URL(`http://${target.registry}/v2/${target.repository}/${path}`), init);
}

async function request(target: PushTarget, method: string, url: URL, init: RequestInit): Promise<Response> {
  const { authorization, signal } = target;
  const headers = { ...init.headers, ...(authorization !== undefined && { authorization }) };
  const startedAt = performance.now();
  const tell = (outcome: number | string) =>
    target.onRequest?.({
      what: `${method} ${url.host}${url.pathname}`,
      outcome,
      durationMs: performance.now() - startedAt,
    });
  try {
    const bound = AbortSignal.timeout(localBounds.localPush);
    // Node 20 forgets a timeout that nobody listens to when it collects garbage.
    bound.addEventListener("abort", () => undefined, { once: true });
    const ending = signal ? AbortSignal.any([signal, bound]) : bound;
    const answer = await fetch(url, { ...init, headers, method, signal: ending });
    tell(answer.status);
    return answer;
  } catch (error) {
    tell(error instanceof Error ? error.name : "failed");
    if (target.signal?.aborted) throw error;
    throw platformError(
      "registry-unreachable",
      `The registry at ${target.registry} does not answer (${method} ${url.pathname}).`,
      'Check "moorage local status", then try again.',
      error,
    );
  }
}

async function refusal(target: PushTarget, answer: Response): Promise<LocalFailure> {
  const name = `${target.repository}:${target.tag}`;
  const { code = "UNKNOWN", message = `HTTP ${answer.status}` } = await firstError(answer);
  if (code === "TAG_INVALID") {
    return invalidRequest("tag-immutable", message, "Use another tag: this repository's tags are immutable.");
  }
  return platformError("push-refused", `The registry refused ${name}: ${message} (${code}).`, "Try again.");
}

async function firstError(answer: Response): Promise<{ code?: string; message?: string }> {
  try {
    const { errors } = (await answer.json()) as { errors?: { code?: string; message?: string }[] };
    return errors?.[0] ?? {};
  } catch {
    return {};
  }
}
