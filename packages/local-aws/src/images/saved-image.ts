import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { platformError } from "../failure.js";
import { mediaTypes } from "../registry/manifest.js";
import { applyLayer } from "./apply-layer.js";
import type { BlobSource } from "./layer.js";
import { pushableImage, type PushableImage } from "./pushable.js";
import { componentsOf, scopedPath } from "./scoped-path.js";

/** The image in what `docker save` or `podman save` wrote to `archive`; its files are unpacked below `folder`. */
export async function readSavedImage(archive: string, folder: string): Promise<PushableImage> {
  await applyLayer(archive, folder);
  return readFiles(folder);
}

const archiveSchema = z.tuple([z.looseObject({ Config: z.string(), Layers: z.array(z.string()) })]);

/** The `docker save` format, which every version of both tools writes: `manifest.json` names config and layers. */
async function readFiles(folder: string): Promise<PushableImage> {
  const parsed = archiveSchema.safeParse(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
  if (!parsed.success) {
    throw platformError(
      "image-archive-unknown",
      `The saved image is not in the docker-archive format: ${z.prettifyError(parsed.error)}`,
      "Update Docker or Podman.",
    );
  }
  const [{ Config, Layers }] = parsed.data;
  const config = await blobOf(folder, Config, mediaTypes.config);
  const layers: BlobSource[] = [];
  for (const path of Layers) layers.push(await blobOf(folder, path, mediaTypes.layer));
  return pushableImage(config, layers);
}

async function blobOf(folder: string, path: string, mediaType: string): Promise<BlobSource> {
  const file = await scopedPath(folder, componentsOf(path));
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  const compressed = mediaType === mediaTypes.layer && (await isGzip(file));
  return {
    mediaType: compressed ? `${mediaType}+gzip` : mediaType,
    digest: `sha256:${hash.digest("hex")}`,
    size: (await stat(file)).size,
    file,
  };
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString("hex") === "1f8b";
  } finally {
    await handle.close();
  }
}
