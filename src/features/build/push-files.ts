import { createReadStream } from "node:fs";
import { type BlobSource, copyImage } from "../../adapters/aws/copy.js";
import { digestOf, openRepository } from "../../adapters/aws/registry.js";
import { openRegistry } from "../../adapters/aws/registry-open.js";
import type { Context } from "../../context/context.js";
import type { BuildOrder, ImageFiles } from "../../adapters/images/builder.js";

/**
 * Pushes an image that is files, byte for byte, under the order's tag. Raises `tag-taken` (exit 4) where the tag names
 * other bytes by then, and what a copy raises.
 */
export async function pushFiles(
  { aws, target, signal, reporter }: Pick<Context, "aws" | "signal" | "target" | "reporter">,
  { registry: host, repository, tag }: Pick<BuildOrder, "registry" | "repository" | "tag">,
  { manifest: bytes, mediaType, blobs }: ImageFiles,
): Promise<void> {
  const access = await openRegistry(aws, {
    host,
    endpoint: target.registryEndpoint(host),
    signal,
    trace: reporter.trace,
  });
  const root = { digest: digestOf(bytes), mediaType, bytes };
  const tree = { root, nodes: [{ ...root, blobs: [...blobs] }] };
  await copyImage({ source: sourceOf(blobs), target: openRepository(access, repository), tree, tag });
}

/** The files, as what blobs are copied from. */
function sourceOf(blobs: ImageFiles["blobs"]): BlobSource {
  const files = new Map(blobs.map((blob) => [blob.digest, blob]));
  return {
    access: { host: "this machine" },
    name: "files",
    async blob({ digest }) {
      const { size = 0, file = "" } = files.get(digest) ?? {};
      return { size, bytes: createReadStream(file) };
    },
  };
}
