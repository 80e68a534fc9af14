/** A repository's images as its layout's `index.json` keeps them, and how a push or an untagging changes them. */
import { mediaTypes } from "./manifest.js";

export interface StoredImage {
  digest: string;
  mediaType: string;
  /** Of the manifest itself, in bytes. */
  size: number;
  artifactType?: string;
  /** Digest of the manifest that this one is attached to. */
  subject?: string;
  /** In the order in which they were put; empty for an untagged image. */
  tags: string[];
  /** Milliseconds since the epoch. */
  pushedAt: number;
}

const tagKey = "org.opencontainers.image.ref.name";
const pushedAtKey = "dev.moorage.pushed-at";
const subjectKey = "dev.moorage.subject";

interface Entry {
  mediaType: string;
  digest: string;
  size: number;
  artifactType?: string;
  annotations?: Record<string, string>;
}

/** Images of an `index.json`: one entry per tag, as the OCI image layout wants, become one image with its tags. */
export function parseImages(text: string): StoredImage[] {
  const { manifests } = JSON.parse(text) as { manifests: Entry[] };
  const images = new Map<string, StoredImage>();
  for (const { annotations = {}, ...entry } of manifests) {
    const image = images.get(entry.digest) ?? {
      ...entry,
      subject: annotations[subjectKey],
      tags: [],
      pushedAt: Number(annotations[pushedAtKey] ?? 0),
    };
    const tag = annotations[tagKey];
    images.set(entry.digest, tag === undefined ? image : { ...image, tags: [...image.tags, tag] });
  }
  return [...images.values()];
}

export function renderImages(images: readonly StoredImage[]): string {
  const manifests = images.flatMap((image) => {
    const tags: (string | undefined)[] = image.tags.length ? image.tags : [undefined];
    return tags.map((tag) => entryOf(image, tag));
  });
  return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }, undefined, 1);
}

function entryOf(image: StoredImage, tag: string | undefined): Entry {
  return {
    mediaType: image.mediaType,
    digest: image.digest,
    size: image.size,
    artifactType: image.artifactType,
    annotations: {
      ...(tag !== undefined && { [tagKey]: tag }),
      ...(image.subject !== undefined && { [subjectKey]: image.subject }),
      [pushedAtKey]: String(image.pushedAt),
    },
  };
}

/** A push: the tag leaves the image that had it; an image that is there already keeps its time. */
export function withImage(
  images: readonly StoredImage[],
  image: Omit<StoredImage, "tags">,
  tag: string | undefined,
): StoredImage[] {
  const known = images.find(({ digest }) => digest === image.digest) ?? { ...image, tags: [] };
  if (tag === undefined || known.tags.includes(tag)) return replaced(images, known);
  return replaced(withoutTag(images, tag), { ...known, tags: [...known.tags, tag] });
}

/** The image that had the tag stays, untagged when it was its last, as in ECR. */
export function withoutTag(images: readonly StoredImage[], tag: string): StoredImage[] {
  return images.map((image) => ({ ...image, tags: image.tags.filter((other) => other !== tag) }));
}

/** The image that a tag or a digest names. */
export function storedImage(images: readonly StoredImage[], reference: string): StoredImage | undefined {
  return images.find(({ digest, tags }) => digest === reference || tags.includes(reference));
}

function replaced(images: readonly StoredImage[], image: StoredImage): StoredImage[] {
  const at = images.findIndex(({ digest }) => digest === image.digest);
  return at < 0 ? [...images, image] : images.with(at, image);
}
