import { createReadStream } from "node:fs";
import { type BlobSource, copyImage } from "../aws/copy.js";
import type { ImageTree } from "../aws/image-tree.js";
import { openRepository } from "../aws/registry.js";
import { describeImage, findImage } from "../aws/registry-images.js";
import { openRegistry } from "../aws/registry-open.js";
import { commitTag } from "../config/tag.js";
import type { Context } from "../context.js";
import { checkRevision } from "./build.js";
import type { BuildResult, BuiltService } from "./build.js";
import type { ImageOrder } from "./builder.js";
import { findBlob, jsonOf, readDocument, readIndex } from "./layout.js";
import { refusedImages } from "./refused-images.js";
import {
  checkConfig,
  chooseSaved,
  savedConfigSchema,
  type SavedImage,
  type SavedManifest,
  savedManifestSchema,
} from "./saved-index.js";

export interface LoadRequest {
  /** What `build --save` filled, wherever that ran: nothing in it is believed, and nothing in it is run. */
  folder: string;
  /** The whole commit that the images have to be of. */
  commit: string;
  /** Ours: they name the images. */
  orders: readonly ImageOrder[];
  registry: { host: string; account: string };
}

interface Checked extends SavedImage {
  tree: ImageTree;
}

/**
 * Checks every saved image, then pushes them, byte for byte, under the commit's tag. Raises `saved-images-unreadable`
 * (exit 2); `saved-images-refused`, `revision-mismatch`, `tag-taken` (exit 4).
 */
export async function loadImages(
  context: Pick<Context, "aws" | "host" | "signal" | "target">,
  { folder, commit, orders, registry }: LoadRequest,
): Promise<BuildResult> {
  const ours = orders.map((order) => ({ ...order, platform: context.target.platform ?? order.platform }));
  const chosen = chooseSaved(await readIndex(folder), commit, ours);
  const checked: Checked[] = [];
  for (const image of chosen) checked.push(await checkImage(folder, commit, image));
  const services: BuiltService[] = [];
  for (const image of checked) {
    const done = await pushSaved(context, { folder, commit, registry, image });
    services.push(...image.order.services.map((name) => ({ name, ...done })));
  }
  return { tag: commitTag(commit), services };
}

async function checkImage(folder: string, commit: string, { order, digest }: SavedImage): Promise<Checked> {
  const { repository, platform } = order;
  const bytes = await readDocument(folder, digest);
  const parsed = savedManifestSchema.safeParse(jsonOf(bytes));
  if (!parsed.success) throw refusedImages(`${repository} has no manifest that Moorage knows`);
  const { config, layers, mediaType } = parsed.data;
  const read = savedConfigSchema.safeParse(jsonOf(await readDocument(folder, config.digest)));
  if (!read.success) throw refusedImages(`${repository} has no configuration that Moorage knows`);
  checkConfig(read.data, { repository, platform, commit });
  await checkSizes(folder, [config, ...layers]);
  const root = { digest, mediaType, bytes };
  return { order, digest, tree: { root, nodes: [{ ...root, blobs: [config, ...layers] }] } };
}

async function checkSizes(folder: string, blobs: readonly SavedManifest["config"][]): Promise<void> {
  for (const { digest, size } of blobs) {
    if ((await findBlob(folder, digest)).size !== size) throw refusedImages(`${digest} has another size`);
  }
}

async function pushSaved(
  { aws, host, signal, target }: Pick<Context, "aws" | "host" | "signal" | "target">,
  {
    folder,
    commit,
    registry,
    image,
  }: Pick<LoadRequest, "folder" | "commit" | "registry"> & { image: Checked },
): Promise<Omit<BuiltService, "name">> {
  const { order, tree } = image;
  const tag = commitTag(commit);
  const name = `${registry.host}/${order.repository}:${tag}`;
  const reference = { account: registry.account, repository: order.repository, tag };
  const present = await findImage(aws, reference);
  if (present !== undefined) {
    checkRevision({ ...order, registry: registry.host, tag, revision: commit }, present);
    host.notify({ kind: "step", text: `${name} is there already: not pushed again` });
    return { image: name, digest: present.digest, built: false, pushed: false };
  }
  host.notify({ kind: "step", text: `Pushing ${name}` });
  const endpoint = target.registryEndpoint(registry.host);
  const access = await openRegistry(aws, { host: registry.host, endpoint, signal });
  await copyImage({ source: sourceIn(folder), target: openRepository(access, order.repository), tree, tag });
  const pushed = await describeImage(aws, reference);
  return { image: name, digest: pushed?.digest ?? tree.root.digest, built: false, pushed: true };
}

/** The folder, as what blobs are copied from. */
function sourceIn(folder: string): BlobSource {
  return {
    access: { host: folder },
    name: "blobs",
    async blob({ digest }) {
      const { file, size } = await findBlob(folder, digest);
      return { size, bytes: createReadStream(file) };
    },
  };
}
