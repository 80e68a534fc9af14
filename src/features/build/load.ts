import { createReadStream } from "node:fs";
import { type BlobSource, copyImage } from "../../adapters/aws/copy.js";
import type { ImageTree } from "../../adapters/aws/image-tree.js";
import { openRepository } from "../../adapters/aws/registry.js";
import type { ImageReference } from "../../adapters/aws/images.js";
import { lookUpImage } from "../../adapters/aws/registry-images.js";
import { openRegistry } from "../../adapters/aws/registry-open.js";
import { commitTag } from "../../core/project/tag.js";
import type { Context } from "../../context/context.js";
import { foreignTo } from "../../core/project/release-tag.js";
import type { BuildResult, BuiltService } from "./build.js";
import type { ImageOrder } from "../../adapters/images/builder.js";
import { findBlob, parseJson, readDocument, readIndex } from "./layout.js";
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
  /** The whole commit that the images must be of. */
  commit: string;
  /** Ours: they name the images. */
  orders: readonly ImageOrder[];
  registry: { host: string; account: string };
}

type Edges = Pick<Context, "aws" | "reporter" | "signal" | "target">;

interface Checked extends SavedImage {
  tree: ImageTree;
}

/**
 * Checks every saved image, then pushes them, byte for byte, under the commit's tag. Raises `saved-images-unreadable`
 * (exit 2), `saved-images-refused` (exit 4).
 */
export async function loadImages(
  context: Edges,
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
  const parsed = savedManifestSchema.safeParse(parseJson(bytes));
  if (!parsed.success) throw refusedImages(`${repository} has no manifest that Moorage knows`);
  const { config, layers, mediaType } = parsed.data;
  const read = savedConfigSchema.safeParse(parseJson(await readDocument(folder, config.digest)));
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
  { aws, reporter, signal, target }: Edges,
  {
    folder,
    commit,
    registry,
    image,
  }: Pick<LoadRequest, "folder" | "commit" | "registry"> & { image: Checked },
): Promise<Omit<BuiltService, "name">> {
  const { repository } = image.order;
  const reference = { account: registry.account, repository, tag: commitTag(commit) };
  const name = `${registry.host}/${repository}:${reference.tag}`;
  const done = { image: name, built: false };
  const there = await ofCommit(aws, reference, commit);
  if (there !== undefined) {
    reporter.notify({ kind: "step", text: `${name} exists already: not pushed again` });
    return { ...done, digest: there, pushed: false };
  }
  reporter.notify({ kind: "step", text: `Pushing ${name}` });
  const endpoint = target.registryEndpoint(registry.host);
  const access = await openRegistry(aws, { host: registry.host, endpoint, signal, trace: reporter.trace });
  const copy = { source: sourceIn(folder), target: openRepository(access, repository), ...image };
  try {
    await copyImage({ ...copy, tag: reference.tag });
    return { ...done, digest: image.digest, pushed: true };
  } catch (error) {
    signal.throwIfAborted();
    const meanwhile = await ofCommit(aws, reference, commit);
    if (meanwhile === undefined) throw error;
    reporter.notify({
      kind: "warning",
      text: `Another run pushed ${name} in the meantime: its image is used.`,
    });
    return { ...done, digest: meanwhile, pushed: false };
  }
}

/** The digest that the commit's tag names already; one that is not of the commit is refused. */
async function ofCommit(
  aws: Edges["aws"],
  reference: ImageReference,
  commit: string,
): Promise<string | undefined> {
  const present = await lookUpImage(aws, reference);
  if (present === undefined) return undefined;
  const foreign = foreignTo(reference.tag, present, commit);
  if (foreign === undefined) return present.digest;
  throw refusedImages(`${reference.repository}:${reference.tag} is there already: ${foreign}`);
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
