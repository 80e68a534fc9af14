import { z } from "zod";
import { commitTag } from "../../core/project/tag.js";
import { checkImageFormat } from "../../core/format.js";
import type { ImageOrder } from "../../adapters/images/builder.js";
import { refusedImages } from "./refused-images.js";

/** Annotations of the OCI image specification; the first stands on each image, the second on the whole and in labels. */
export const refName = "org.opencontainers.image.ref.name";
export const revisionName = "org.opencontainers.image.revision";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const size = z.number().int().nonnegative();
const imageType = "application/vnd.oci.image.manifest.v1+json";

/** `index.json` of saved images. */
export const savedIndexSchema = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal("application/vnd.oci.image.index.v1+json"),
  manifests: z
    .array(
      z.strictObject({
        mediaType: z.literal(imageType),
        digest,
        size,
        /** `<repository>:<tag>`. */
        annotations: z.strictObject({ [refName]: z.string() }),
      }),
    )
    .max(1000),
  annotations: z.strictObject({ [revisionName]: z.string() }),
});

/** An image's manifest; one with `urls` has layers that are in no registry, which strictness refuses. */
const descriptor = z.strictObject({ mediaType: z.string(), digest, size });
export const savedManifestSchema = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(imageType),
  config: descriptor,
  layers: z.array(descriptor).max(1000),
});

/** An image's configuration, as far as it is looked at. */
export const savedConfigSchema = z.looseObject({
  os: z.string(),
  architecture: z.string(),
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
});

export type SavedIndex = z.infer<typeof savedIndexSchema>;
export type SavedManifest = z.infer<typeof savedManifestSchema>;
export type SavedConfig = z.infer<typeof savedConfigSchema>;

/** An image that was saved, and what ours it is to be. */
export interface SavedImage<Order extends ImageOrder = ImageOrder> {
  order: Order;
  digest: string;
}

/** `index.json` of what was saved of one commit. */
export function indexOf(
  commit: string,
  images: readonly { repository: string; digest: string; size: number }[],
): SavedIndex {
  return {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: images.map((image) => ({
      mediaType: imageType,
      digest: image.digest,
      size: image.size,
      annotations: { [refName]: nameOf(image.repository, commit) },
    })),
    annotations: { [revisionName]: commit },
  };
}

/**
 * The saved image of each of our orders. What is saved says neither which images there are nor what they are called: our
 * configuration does. Raises `saved-images-refused` (exit 4) for another commit's, and for one too many or too few (F27).
 */
export function chooseSaved<Order extends ImageOrder>(
  { annotations, manifests }: SavedIndex,
  commit: string,
  orders: readonly Order[],
): SavedImage<Order>[] {
  const saved = annotations[revisionName];
  if (saved !== commit) throw refusedImages(`they are of commit ${shown(saved)}, not of ${commit}`);
  const names = manifests.map((manifest) => manifest.annotations[refName] ?? "");
  const wanted = orders.map(({ repository }) => nameOf(repository, commit));
  const foreign = names.find((name) => !wanted.includes(name));
  if (foreign !== undefined) throw refusedImages(`${shown(foreign)} is no image of our services`);
  return orders.map((order, at) => {
    const [found, ...more] = manifests.filter(({ annotations: own }) => own[refName] === wanted[at]);
    if (found === undefined) throw refusedImages(`${String(wanted[at])} is missing`);
    if (more.length > 0) throw refusedImages(`${String(wanted[at])} is there more than once`);
    return { order, digest: found.digest };
  });
}

/** Raises `saved-images-refused` (exit 4) for an image of another commit or platform (F27). */
export function checkConfig(
  { os, architecture, config }: SavedConfig,
  { repository, platform, commit }: { repository: string; platform: string; commit: string },
): void {
  checkImageFormat(`The saved image of ${repository}`, (name) => config.Labels?.[name]);
  const revision = config.Labels?.[revisionName];
  if (revision !== commit)
    throw refusedImages(
      `${repository} says that it is of ${shown(revision ?? "no commit")}, not of ${commit}`,
    );
  if (`${os}/${architecture}` !== platform)
    throw refusedImages(`${repository} is for ${shown(`${os}/${architecture}`)}, not for ${platform}`);
}

function nameOf(repository: string, commit: string): string {
  return `${repository}:${commitTag(commit)}`;
}

/** Text of unknown origin, for a message. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
