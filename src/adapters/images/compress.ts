import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

interface Layer {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
  file: string;
}

const plain = "application/vnd.oci.image.layer.v1.tar";

/** A layer as a push would send it: what Docker and Podman save is a plain tar, which takes tasks longer to pull. */
export async function compressLayer(layer: Layer, signal: AbortSignal): Promise<Layer> {
  if (layer.mediaType !== plain) return layer;
  const file = `${layer.file}.gz`;
  const hash = createHash("sha256");
  let size = 0;
  const measure = async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      hash.update(piece);
      size += piece.length;
      yield piece;
    }
  };
  await pipeline(createReadStream(layer.file), createGzip(), measure, createWriteStream(file), { signal });
  return { mediaType: `${plain}+gzip`, digest: `sha256:${hash.digest("hex")}`, size, file };
}
