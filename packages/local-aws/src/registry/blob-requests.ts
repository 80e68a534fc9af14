/** Blobs over HTTP: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { RegistryError } from "./errors.js";
import { answer, type Exchange, type Handler } from "./http.js";
import type { BlobFile } from "./layout.js";
import { isDigest } from "./names.js";
import { chunkOffset, parseRange } from "./range.js";
import type { Upload } from "./uploads.js";

export const headBlob: Handler = async ({ layout, res }, digest) => {
  const blob = await existing({ layout }, digest);
  answer(res, 200, { ...blobHeaders(digest), "content-length": blob.size });
};

export const getBlob: Handler = async ({ layout, req, res }, digest) => {
  const blob = await existing({ layout }, digest);
  const range = parseRange(req.headers.range, blob.size);
  if (range === "unsatisfiable") {
    res.setHeader("content-range", `bytes */${blob.size}`);
    throw new RegistryError("RANGE_INVALID", `the blob has ${blob.size} bytes`);
  }
  const { start, end } = range ?? { start: 0, end: blob.size - 1 };
  res.writeHead(range ? 206 : 200, {
    ...blobHeaders(digest),
    "content-length": end - start + 1,
    ...(range && { "content-range": `bytes ${start}-${end}/${blob.size}` }),
  });
  if (blob.size === 0) res.end();
  else await pipeline(createReadStream(blob.path, { start, end }), res);
};

export const deleteBlob: Handler = async ({ layout, res }, digest) => {
  await existing({ layout }, digest);
  await layout.removeBlob(digest);
  answer(res, 202, {});
};

/** POST: begins an upload; with `?digest=` the body is the whole blob, with `?mount=` it is taken from elsewhere. */
export const beginUpload: Handler = async (exchange) => {
  const { query, layout, storage, res, path } = exchange;
  const mount = query.get("mount");
  const from = query.get("from");
  if (mount && from && (await layout.mountBlob(exchange.layoutOf(from), checkedDigest(mount)))) {
    return answerCreated(exchange, mount);
  }
  const upload = storage.uploads.begin(layout);
  const digest = query.get("digest");
  if (digest) return complete(exchange, upload, digest);
  answer(res, 202, uploadHeaders(path, upload));
};

export const uploadStatus: Handler = async ({ storage, layout, res, path }, id) => {
  answer(res, 204, uploadHeaders(path, storage.uploads.find(layout, id)));
};

export const appendChunk: Handler = async ({ storage, layout, req, res, path }, id) => {
  const upload = storage.uploads.find(layout, id);
  try {
    await upload.append(req, chunkOffset(req.headers["content-range"]));
  } catch (error) {
    // A client that is out of step reads from here how far the upload got.
    for (const [name, value] of Object.entries(uploadHeaders(path, upload))) res.setHeader(name, value);
    throw error;
  }
  answer(res, 202, uploadHeaders(path, upload));
};

/** PUT: the last chunk, if there is one, and the digest that the whole must have. */
export const finishUpload: Handler = async (exchange, id) => {
  const upload = exchange.storage.uploads.find(exchange.layout, id);
  await complete(exchange, upload, exchange.query.get("digest") ?? "");
};

export const cancelUpload: Handler = async ({ storage, layout, res }, id) => {
  await storage.uploads.find(layout, id).discard();
  answer(res, 204, {});
};

async function complete(exchange: Exchange, upload: Upload, digest: string): Promise<void> {
  checkedDigest(digest);
  await upload.append(exchange.req, chunkOffset(exchange.req.headers["content-range"]));
  await upload.finish(digest);
  answerCreated(exchange, digest);
}

async function existing({ layout }: Pick<Exchange, "layout">, digest: string): Promise<BlobFile> {
  const blob = await layout.blob(checkedDigest(digest));
  if (!blob) throw new RegistryError("BLOB_UNKNOWN", "blob unknown to registry", { digest });
  return blob;
}

function checkedDigest(digest: string): string {
  if (!isDigest(digest)) throw new RegistryError("DIGEST_INVALID", "a digest is sha256: and 64 hex digits");
  return digest;
}

function answerCreated({ res, path }: Exchange, digest: string): void {
  answer(res, 201, { location: `/v2/${path}/blobs/${digest}`, "docker-content-digest": digest });
}

function blobHeaders(digest: string): Record<string, string> {
  return {
    "content-type": "application/octet-stream",
    "docker-content-digest": digest,
    "accept-ranges": "bytes",
    etag: `"${digest}"`,
  };
}

function uploadHeaders(path: string, { id, size }: Upload): Record<string, string> {
  return {
    location: `/v2/${path}/blobs/uploads/${id}`,
    range: `0-${Math.max(size - 1, 0)}`,
    "docker-upload-uuid": id,
  };
}
