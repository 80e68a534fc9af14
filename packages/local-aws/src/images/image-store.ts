import { existsSync, readdirSync, rmSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../cloud.js";
import type { ImageConfig, ImageFilePaths, ImageStore, UnpackedImage } from "../ports.js";
import { hasFileCode } from "../registry/files.js";
import { storedImage } from "../registry/image-list.js";
import type { Layout } from "../registry/layout.js";
import { isIndex, parseManifest, type Manifest } from "../registry/manifest.js";
import { parseReference } from "../registry/names.js";
import type { Registry } from "../registry/registry.js";
import { applyLayer } from "./apply-layer.js";
import { checkDescribed, checkDiffId, checkLayers } from "./check-image.js";
import { confineLinks } from "./confine-links.js";
import { choosePlatform, hostArchitecture } from "./platform.js";
import { cannotExtract, cannotPull, notFound, otherPlatform } from "./pull-error.js";

/** Our own builder's label on images that hold only an app's files: they run as processes with this machine's programs. */
export const runsOnLabel = "dev.moorage.runs-on";

export interface ImageStoreOptions {
  /** Folder of the unpacked images. */
  root: string;
  registry: Pick<Registry, "storage" | "defaultHost">;
  /** As OCI spells it (`amd64`); this machine's unless given. */
  architecture?: string;
}

/** Foreign layers are not fetched: nothing here talks to the network. */
function elsewhere(urls: string[] | undefined): string {
  return urls?.length ? `: it is a foreign layer of ${urls.join(", ")}` : "";
}

interface Unpackable extends Found {
  /** Digests of the layers' tars as the config names them; empty where it names none. */
  diffIds: string[];
  needsContainer: boolean;
}

interface Found {
  image: string;
  layout: Layout;
  digest: string;
  manifest: Manifest;
}

const strings = z.array(z.string()).nullish();

const configSchema = z.looseObject({
  architecture: z.string().optional(),
  os: z.string().optional(),
  rootfs: z.looseObject({ diff_ids: strings }).nullish(),
  config: z
    .looseObject({
      Env: strings,
      Entrypoint: strings,
      Cmd: strings,
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
      StopSignal: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
});

/** Images of the local registry laid out as folders, each once, whatever the number of tasks that ask at a time. */
export function createImageStore({
  root,
  registry,
  architecture = hostArchitecture(),
}: ImageStoreOptions): ImageStore {
  const unpacking = new Map<string, Promise<void>>();
  dropPartial(root);

  /** Unpacks beside the final folder and moves it in whole, so a kill leaves no half image. */
  function ensureUnpacked(found: Unpackable, folder: string): Promise<void> {
    const running =
      unpacking.get(folder) ?? unpackOnce(found, folder).finally(() => unpacking.delete(folder));
    unpacking.set(folder, running);
    return running;
  }

  return {
    async unpack(image): Promise<UnpackedImage> {
      const found = await find(image, registry, architecture);
      const { config, platform, diffIds } = await readConfig(found);
      if (platform !== `linux/${architecture}`) throw otherPlatform(`linux/${architecture}`);
      const folder = join(root, found.digest.replace(":", "-"));
      const needsContainer = config.Labels?.[runsOnLabel] !== "host";
      await ensureUnpacked({ ...found, diffIds, needsContainer }, folder);
      const files = await filesOf(found);
      return {
        rootfs: join(folder, "rootfs"),
        config,
        platform,
        digest: found.digest,
        needsContainer,
        files,
      };
    },
  };
}

/** The image's own manifest: of an index, the child for the platform. */
async function find(
  image: string,
  { storage, defaultHost }: ImageStoreOptions["registry"],
  architecture: string,
): Promise<Found> {
  const reference = parseReference(image, defaultHost);
  if (!reference) throw cannotPull(`invalid reference format: ${image}`);
  const layout = storage.layout(reference.repository);
  const images = await layout.list();
  const stored = storedImage(images, reference.digest ?? reference.tag ?? "latest");
  if (!stored) throw notFound(image);
  if (!isIndex(stored.mediaType)) return load(image, layout, stored.digest);
  const child = await childFor(layout, stored.digest, architecture);
  if (!child) throw otherPlatform(`linux/${architecture}`);
  if (!storedImage(images, child)) throw notFound(image);
  return load(image, layout, child);
}

/**
 * The digest of an index's image for `linux/<architecture>`. A child that names no platform is read: an index is gone
 * through, an image's configuration tells. Source: containerd, `images.Manifest`, which Fargate pulls with.
 */
async function childFor(layout: Layout, index: string, architecture: string): Promise<string | undefined> {
  const { manifests } = parseManifest(await layout.readBlob(index));
  const named = choosePlatform(manifests, architecture);
  const possible = [...(named ? [named] : []), ...manifests.filter(({ platform }) => platform === undefined)];
  for (const child of possible) {
    if (isIndex(child.mediaType)) {
      const inner = await childFor(layout, child.digest, architecture);
      if (inner) return inner;
    } else if (child === named || (await runsOn(layout, child.digest, architecture))) {
      return child.digest;
    }
  }
  return undefined;
}

async function runsOn(layout: Layout, digest: string, architecture: string): Promise<boolean> {
  const { config } = parseManifest(await layout.readBlob(digest));
  const blob = config && (await layout.blob(config.digest));
  if (!blob) return false;
  const parsed = configSchema.safeParse(JSON.parse(await readFile(blob.path, "utf8")));
  return (
    parsed.success && parsed.data.architecture === architecture && (parsed.data.os ?? "linux") === "linux"
  );
}

async function load(image: string, layout: Layout, digest: string): Promise<Found> {
  return { image, layout, digest, manifest: parseManifest(await layout.readBlob(digest)) };
}

async function readConfig({
  image,
  layout,
  manifest,
}: Found): Promise<{ config: ImageConfig; platform: string; diffIds: string[] }> {
  const blob = manifest.config && (await layout.blob(manifest.config.digest));
  if (!blob) throw cannotPull(`${image} is not a container image: it has no config`);
  if (manifest.config) checkDescribed(image, manifest.config, blob.size);
  const parsed = configSchema.safeParse(JSON.parse(await readFile(blob.path, "utf8")));
  if (!parsed.success) throw cannotPull(`${image}: invalid config: ${z.prettifyError(parsed.error)}`);
  const { os = "linux", architecture = "unknown", config, rootfs } = parsed.data;
  const diffIds = rootfs?.diff_ids ?? [];
  checkLayers(image, manifest.layers, diffIds);
  return { config: withoutNulls(config ?? {}), platform: `${os}/${architecture}`, diffIds };
}

async function filesOf({ image, layout, manifest }: Found): Promise<ImageFilePaths> {
  const [config = "", ...layers] = await Promise.all(
    [...(manifest.config ? [manifest.config] : []), ...manifest.layers].map(async ({ digest }) => {
      const blob = await layout.blob(digest);
      if (blob === undefined) throw cannotPull(`${image}: ${digest} is not in the registry`);
      return blob.path;
    }),
  );
  return { config, layers };
}

/** Docker writes null for what is not set. */
function withoutNulls(config: object): ImageConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}

async function unpackOnce(found: Unpackable, folder: string): Promise<void> {
  const { image, layout, digest, manifest } = found;
  if (await isThere(folder)) return;
  const partial = `${folder}.${randomUUID()}`;
  try {
    await mkdir(join(partial, "rootfs"), { recursive: true });
    const rootfs = join(partial, "rootfs");
    for (const [index, layer] of manifest.layers.entries()) {
      const blob = await layout.blob(layer.digest);
      if (!blob) throw new Error(`layer ${layer.digest} is not in the registry${elsewhere(layer.urls)}`);
      checkDescribed(image, layer, blob.size);
      checkDiffId(image, layer, await applyLayer(blob.path, rootfs), found.diffIds[index]);
    }
    // A process of this machine would follow a link out of the image that a container cannot.
    if (!found.needsContainer) await confineLinks(rootfs);
    await writeFile(join(partial, "digest"), digest);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error instanceof AwsError ? error : cannotExtract(image, error);
  }
}

/** What a process that was killed left half unpacked: a whole image's folder has no dot in its name. */
function dropPartial(root: string): void {
  const names = existsSync(root) ? readdirSync(root) : [];
  for (const name of names.filter((each) => each.includes("."))) {
    rmSync(join(root, name), { recursive: true, force: true });
  }
}

async function isThere(folder: string): Promise<boolean> {
  try {
    return (await readFile(join(folder, "digest"))).length > 0;
  } catch (error) {
    if (hasFileCode(error, "ENOENT")) return false;
    throw error;
  }
}
