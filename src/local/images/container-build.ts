import { bounds } from "../../bounds.js";
/** Images from a Dockerfile, built by Docker or Podman and read from what `save` writes: no daemon has to reach us. */
import { open, readFile, stat, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { platformFailure } from "../../errors.js";
import { runCommand, type CommandOptions } from "../../images/command.js";
import {
  buildArguments,
  runTool,
  type ContainerTool,
  type DockerfileBuild,
} from "../../images/container-tool.js";
import { digestOf, mediaTypes } from "../registry/manifest.js";
import { applyLayer } from "./apply-layer.js";
import type { BlobSource } from "./layer.js";
import type { PushableImage } from "./push-image.js";
import { componentsOf, scopedPath } from "./scoped-path.js";

export interface BuildSite extends Pick<CommandOptions, "env" | "signal" | "onLine"> {
  /** Folder for what is written on the way; the caller removes it. */
  workFolder: string;
}

/** Builds a Dockerfile. Throws with the tool's last lines when it fails. */
export async function buildDockerfile(
  tool: ContainerTool,
  build: DockerfileBuild,
  { workFolder, ...site }: BuildSite,
): Promise<PushableImage> {
  const name = `moorage.local/build:${process.pid}-${Date.now()}`;
  const options = { ...site, timeoutMs: bounds.localImageBuild };
  await runTool(tool, buildArguments(name, build), options);
  try {
    const archive = join(workFolder, "image.tar");
    await runTool(tool, ["save", "--output", archive, name], options);
    await applyLayer(archive, workFolder);
  } finally {
    await runCommand(tool, ["rmi", name], { env: site.env, timeoutMs: bounds.imageInspect });
  }
  return readArchive(workFolder);
}

const archiveSchema = z.tuple([z.looseObject({ Config: z.string(), Layers: z.array(z.string()) })]);

/** The `docker save` format, which every version of both tools writes: `manifest.json` names config and layers. */
async function readArchive(folder: string): Promise<PushableImage> {
  const parsed = archiveSchema.safeParse(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
  if (!parsed.success) {
    throw platformFailure(
      "image-archive-unknown",
      `The saved image is not in the docker-archive format: ${z.prettifyError(parsed.error)}`,
      "Update Docker or Podman.",
    );
  }
  const [{ Config, Layers }] = parsed.data;
  const config = await blobOf(folder, Config, mediaTypes.config);
  const layers: BlobSource[] = [];
  for (const path of Layers) layers.push(await blobOf(folder, path, mediaTypes.layer));
  return imageOf(config, layers);
}

/** The manifest over blobs that are files already. */
export function imageOf(config: BlobSource, layers: readonly BlobSource[]): PushableImage {
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

/** A small blob, written so that it is pushed as the others are. */
export async function writeBlobSource(file: string, bytes: Buffer, mediaType: string): Promise<BlobSource> {
  await writeFile(file, bytes);
  return { mediaType, digest: digestOf(bytes), size: bytes.length, file };
}
