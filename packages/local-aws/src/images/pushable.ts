import { writeFile } from "node:fs/promises";
import { sha256Digest, mediaTypes } from "../registry/manifest.js";
import type { BlobSource } from "./layer.js";

/** An image as files: config and layers, and the manifest's bytes, which name them. */
export interface PushableImage {
  blobs: readonly BlobSource[];
  manifest: Uint8Array;
  mediaType: string;
}

/** The manifest over blobs that are files already. */
export function pushableImage(config: BlobSource, layers: readonly BlobSource[]): PushableImage {
  const described = ({ mediaType, digest, size }: BlobSource) => ({ mediaType, digest, size });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.image,
      config: described(config),
      layers: layers.map(described),
    }),
  );
  return { blobs: [config, ...layers], manifest, mediaType: mediaTypes.image };
}

/** A small blob, written so that it is pushed as the others are. */
export async function writeBlobSource(file: string, bytes: Buffer, mediaType: string): Promise<BlobSource> {
  await writeFile(file, bytes);
  return { mediaType, digest: sha256Digest(bytes), size: bytes.length, file };
}
