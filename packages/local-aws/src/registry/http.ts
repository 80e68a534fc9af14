import type { IncomingMessage, ServerResponse } from "node:http";
import { RegistryError } from "./errors.js";
import type { Layout } from "./layout.js";
import type { RepositoryName } from "./names.js";
import type { Storage } from "./storage.js";
import type { RepositoryRows } from "../services/ecr/rows.js";

/** One request to a repository, on its way to its handler. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  query: URLSearchParams;
  /** The name as the client wrote it, for the links of answers. */
  path: string;
  repository: RepositoryName;
  layout: Layout;
  storage: Storage;
  rows: RepositoryRows;
  /** Finds another repository by the name that a client writes. Throws NAME_INVALID. */
  layoutOf(path: string): Layout;
  now(): number;
}

export type Handler = (exchange: Exchange, argument: string) => Promise<void>;

export function answer(
  res: ServerResponse,
  status: number,
  headers: Record<string, string | number>,
  body?: string | Buffer,
): void {
  res.writeHead(status, { "content-length": body === undefined ? 0 : Buffer.byteLength(body), ...headers });
  res.end(body);
}

export function answerJson(res: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  answer(res, 200, { "content-type": "application/json", ...headers }, JSON.stringify(value));
}

/** A request's whole body, for manifests only. Throws SIZE_INVALID over `limit` bytes. */
export async function readManifestBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of req as AsyncIterable<Buffer>) {
    size += piece.length;
    // Read to its end all the same: the client must be able to hear the answer.
    if (size <= limit) pieces.push(piece);
  }
  if (size > limit) throw new RegistryError("SIZE_INVALID", `the manifest is larger than ${limit} bytes`);
  return Buffer.concat(pieces);
}
