import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { boundedFetch } from "../../../core/bounded-fetch.js";
import { bounds } from "../../../core/bounds.js";
import { MoorageError, platformFailure } from "../../../core/errors.js";
import { type Bundle, readBundle } from "../install/bundle.js";
import { broken } from "../install/archive.js";
import { isPublished } from "../install/checksums.js";

/** More than any package of Moorage has: what is larger is something else. */
const mostBytes = 64 * 1024 * 1024;

/** A packed Moorage, and whether the checksums beside it name it; undefined where there are none. */
export interface Loaded {
  bundle: Bundle;
  isPublished: boolean | undefined;
}

/**
 * From a file or a URL. Beside a URL a release has `SHA256SUMS`: what differs from it is refused (`bundle-broken`). Nothing of
 * the package is run. Raises `bundle-unreachable` (exit 1).
 */
export async function loadBundle(place: string, cwd: string, signal: AbortSignal): Promise<Loaded> {
  if (!isUrl(place)) {
    const file = resolve(cwd, place);
    const archive = await readFile(file).catch((error: unknown) => {
      throw broken(file, error instanceof Error ? error.message : String(error), error);
    });
    return { bundle: await readBundle(archive, file), isPublished: undefined };
  }
  const archive = await fetchFile(place, signal);
  if (archive === undefined) throw unreachable(place, "it does not exist (404)");
  const bundle = await readBundle(archive, place);
  const sums = await fetchFile(new URL("SHA256SUMS", place).href, signal);
  const published = sums === undefined ? undefined : isPublished(sums.toString("utf8"), bundle);
  if (published === false) throw broken(place, "its SHA-256 is not the one in the SHA256SUMS beside it");
  return { bundle, isPublished: published };
}

export function isUrl(place: string): boolean {
  return /^https?:\/\//.test(place);
}

/** Undefined where there is no such file. Raises `bundle-unreachable`. */
export async function fetchFile(url: string, signal: AbortSignal): Promise<Buffer | undefined> {
  try {
    const answer = await boundedFetch(url, { signal, redirect: "follow" }, { wholeMs: bounds.releaseFile });
    if (answer.status === 404) {
      await answer.body?.cancel();
      return undefined;
    }
    if (!answer.ok) throw unreachable(url, `the response is ${String(answer.status)}`);
    return await bytesOf(answer, url);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof MoorageError && error.code === "bundle-unreachable") throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw unreachable(url, cause instanceof Error ? cause.message : String(cause), error);
  }
}

async function bytesOf({ body }: Response, url: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > mostBytes) throw unreachable(url, "it is larger than any package of Moorage");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function unreachable(url: string, why: string, cause?: unknown): Error {
  return platformFailure(
    "bundle-unreachable",
    `${url} could not be loaded: ${why}.`,
    "Check the address and the network; or load the file by other means, and name it with --to or --checksums.",
    cause,
  );
}
