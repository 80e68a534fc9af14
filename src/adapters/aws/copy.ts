import { createHash } from "node:crypto";
import { MoorageError, platformFailure } from "../../core/errors.js";
import type { ImageTree, TreeNode } from "./image-tree.js";
import { eachLimited } from "./limited.js";
import type { Descriptor, Repository } from "./registry.js";
import { digestOf } from "./registry.js";
import { pauseBefore } from "./registry-http.js";

/** Where blobs come from: a repository, or what stands for one. */
export interface BlobSource extends Pick<Repository, "name" | "blob"> {
  access: Pick<Repository["access"], "host">;
}

export interface CopyRequest {
  source: BlobSource;
  target: Repository;
  tree: ImageTree;
  /** What the image is called in the target. */
  tag: string;
  /** Called as blobs arrive, with how many of how many. */
  onBlob?: (done: number, all: number) => void;
}

const blobsAtOnce = 4;
const attempts = 4;

/**
 * Brings an image, byte for byte, under `tag` into another repository, or gives it the tag where it is already. The tag
 * is put last and what is there is not sent again, so an interrupted copy resumes where it stopped. Then
 * everything is read back and hashed. False when the target had all of it already. Raises `tag-taken` (exit 4) when it
 * names other bytes (F20).
 */
export async function copyImage(request: CopyRequest): Promise<boolean> {
  const { target, tree, tag } = request;
  const present = await target.head(tag);
  if (present !== undefined && present !== tree.root.digest) throw tagTaken(request, present);
  // Also under a tag that is there: a signature may have been attached since.
  const missing = await missingNodes(target, tree);
  await copyNodes(request, missing);
  if (present === undefined) await putTag(request);
  await verify(request);
  return present === undefined || missing.length > 0;
}

/** A registry takes a manifest only when all that it names is there: one that is there is whole. */
async function missingNodes(target: Repository, { nodes }: ImageTree): Promise<TreeNode[]> {
  const missing: TreeNode[] = [];
  for (const node of nodes) if ((await target.head(node.digest)) === undefined) missing.push(node);
  return missing;
}

async function copyNodes(request: CopyRequest, nodes: readonly TreeNode[]): Promise<void> {
  const blobs = new Map(nodes.flatMap((node) => node.blobs.map((blob) => [blob.digest, blob] as const)));
  let done = 0;
  await eachLimited([...blobs.values()], blobsAtOnce, async (blob) => {
    await retried(request, () => copyBlob(request, blob));
    request.onBlob?.(++done, blobs.size);
  });
  for (const node of nodes) await request.target.putManifest(node.digest, node);
}

async function copyBlob({ source, target }: CopyRequest, blob: Descriptor): Promise<void> {
  if (await target.hasBlob(blob.digest)) return;
  const near = source.access.host === target.access.host;
  const location = await target.beginUpload(blob.digest, near ? source.name : undefined);
  if (location === undefined) return;
  const { bytes } = await source.blob(blob);
  await target.finishUpload(location, blob, ReadableStream.from(hashed(bytes, blob.digest)));
}

/** Passes the bytes on and fails at their end when they are not what the digest names. */
async function* hashed(bytes: AsyncIterable<Uint8Array>, digest: string): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
  if (`sha256:${hash.digest("hex")}` !== digest)
    throw new Error(`the source returned different content for ${digest}`);
}

/** A transfer that broke is repeated as a whole: resuming an upload in the middle is not reliable. */
async function retried(request: CopyRequest, transfer: () => Promise<void>): Promise<void> {
  const { access } = request.target;
  for (let attempt = 1; ; attempt++) {
    try {
      return await transfer();
    } catch (error) {
      access.signal.throwIfAborted();
      if (error instanceof MoorageError && !error.retry) throw error;
      if (attempt >= attempts) throw copyFailed(request, error);
      await pauseBefore(access, attempt + 1);
    }
  }
}

/** Another run may have been first: the same digest is success, other bytes are refused. */
async function putTag(request: CopyRequest): Promise<void> {
  const { target, tree, tag } = request;
  try {
    await target.putManifest(tag, tree.root);
  } catch (error) {
    const present = await target.head(tag);
    if (present === undefined) throw error;
    if (present !== tree.root.digest) throw tagTaken(request, present);
  }
}

/** What the target answers is hashed again, manifest by manifest; a blob's bytes the registry has hashed itself. */
async function verify({ target, tree, tag }: CopyRequest): Promise<void> {
  const named = await target.manifest(tag);
  const wrong = named === undefined || digestOf(named.bytes) !== tree.root.digest;
  if (wrong) throw notThere(target, tag, named?.digest);
  await eachLimited(tree.nodes, blobsAtOnce, async ({ digest, mediaType }) => {
    const stored = await target.manifest(digest);
    if (stored?.mediaType !== mediaType) throw notThere(target, digest, stored?.mediaType);
  });
}

function notThere({ access, name }: Repository, reference: string, found = "nothing"): Error {
  return platformFailure(
    "copy-unverified",
    `${access.host}/${name} answers ${found} for ${reference} after the copy.`,
    "Run the command again; do not deploy this tag before it succeeds.",
  );
}

function copyFailed({ source, target }: CopyRequest, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return platformFailure(
    "copy-failed",
    `Copying ${source.access.host}/${source.name} to ${target.access.host}/${target.name} failed: ${reason}`,
    "Run the command again: what was copied already is not copied again.",
    cause,
  );
}

function tagTaken({ target, tree, tag }: CopyRequest, present: string): Error {
  return new MoorageError({
    code: "tag-taken",
    message: `${target.access.host}/${target.name}:${tag} is ${present} already, not ${tree.root.digest}.`,
    hint: "A release's tag never moves: give this image its own version.",
  });
}
