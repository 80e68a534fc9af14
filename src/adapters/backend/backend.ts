import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { badRequest } from "../../core/errors.js";
import { homeOf } from "../../core/user.js";
import { parseS3Url, type S3Place } from "./s3-url.js";

/** Where Pulumi keeps its state, as `PULUMI_BACKEND_URL` or `backend.url` of Pulumi.yaml says it. */
export type Backend =
  | { kind: "files"; folder: string }
  | { kind: "s3"; place: S3Place }
  /** Pulumi Cloud, or a self-hosted one: the URL of its API. */
  | { kind: "cloud"; url: string };

/** Raises a bad request for a backend beside whose state Moorage cannot keep its record. */
export function parseBackend(url: string): Backend {
  const folder = stateFolder(url);
  if (folder !== undefined) return { kind: "files", folder };
  if (url.startsWith("s3://")) return { kind: "s3", place: parseS3Url(url) };
  if (/^https?:\/\//.test(url)) return { kind: "cloud", url: url.replace(/\/+$/, "") };
  throw badRequest(
    "backend-unsupported",
    `Moorage cannot keep its records with a state in ${url.split("?")[0]}.`,
    "Use file://, s3:// or Pulumi Cloud (https://api.pulumi.com).",
  );
}

/**
 * The folder of a state in files; undefined for other backends. As Pulumi reads it: `~` is the home folder, and a relative
 * path starts where the command runs.
 */
export function stateFolder(url: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = decodeURIComponent(url.slice("file://".length).split("?")[0] ?? "");
  if (path === "~" || path.startsWith("~/")) return join(homeOf(process.env), path.slice(1));
  return resolve(path);
}

/** The URL for a CLI that runs in another folder: a path in it is whole. */
export function wholeUrl(url: string): string {
  const folder = stateFolder(url);
  if (folder === undefined) return url;
  const [, query] = url.split("?");
  return `${pathToFileURL(folder).href}${query === undefined ? "" : `?${query}`}`;
}
