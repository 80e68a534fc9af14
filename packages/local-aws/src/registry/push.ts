import { RegistryError } from "./errors.js";
import { storedImage, withImage, withoutTag, type StoredImage } from "./image-list.js";
import type { Layout } from "./layout.js";
import { sha256Digest, parseManifest, requiredBlobs, type Manifest } from "./manifest.js";

export interface Push {
  bytes: Uint8Array;
  /** `Content-Type`, where the client names one. */
  mediaType?: string;
  tag?: string;
  /** What the client says the digest is. */
  digest?: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** What the repository's owner has decided. */
export interface TagPolicy {
  repositoryName: string;
  /** Whether a tag that names other bytes may be moved; asked only then. */
  mayMove(tag: string): boolean;
}

/**
 * Puts a manifest: what it refers to has to be there, its digest is checked, and a tag moves only where it may
 * (same tag and same digest is no move). Throws RegistryErrors.
 */
export async function pushManifest(
  layout: Layout,
  push: Push,
  policy: TagPolicy,
): Promise<{ digest: string; manifest: Manifest }> {
  const manifest = parseManifest(push.bytes, push.mediaType);
  const digest = sha256Digest(push.bytes);
  if (push.digest !== undefined && push.digest !== digest) {
    throw new RegistryError("DIGEST_INVALID", "provided digest did not match the manifest", {
      provided: push.digest,
      computed: digest,
    });
  }
  await checkReferences(layout, manifest);
  await layout.writeBlob(push.bytes, digest);
  const image = {
    digest,
    mediaType: manifest.mediaType,
    size: push.bytes.byteLength,
    artifactType: manifest.artifactType,
    subject: manifest.subject?.digest,
    pushedAt: push.now,
  };
  await layout.change((images) => {
    checkTag(images, digest, push.tag, policy);
    return withImage(images, image, push.tag);
  });
  return { digest, manifest };
}

/** Removes a tag, or by digest an image with all its tags. Throws MANIFEST_UNKNOWN. */
export async function deleteManifest(layout: Layout, reference: string): Promise<StoredImage> {
  const image = storedImage(await layout.list(), reference);
  if (!image) throw new RegistryError("MANIFEST_UNKNOWN", "manifest unknown", { reference });
  const whole = reference === image.digest;
  await layout.change((images) =>
    whole ? images.filter(({ digest }) => digest !== image.digest) : withoutTag(images, reference),
  );
  if (whole) await layout.removeBlob(image.digest);
  return image;
}

async function checkReferences(layout: Layout, manifest: Manifest): Promise<void> {
  const missing: string[] = [];
  for (const digest of requiredBlobs(manifest)) if (!(await layout.blob(digest))) missing.push(digest);
  const known = new Set((await layout.list()).map(({ digest }) => digest));
  missing.push(...manifest.manifests.map(({ digest }) => digest).filter((digest) => !known.has(digest)));
  if (missing.length > 0) {
    throw new RegistryError("MANIFEST_BLOB_UNKNOWN", "the manifest refers to what was not pushed before it", {
      missing,
      kind: manifest.manifests.length > 0 ? "manifest" : "blob",
    });
  }
}

function checkTag(
  images: readonly StoredImage[],
  digest: string,
  tag: string | undefined,
  policy: TagPolicy,
) {
  const holder = tag === undefined ? undefined : storedImage(images, tag);
  if (tag === undefined || holder === undefined || holder.digest === digest || policy.mayMove(tag)) return;
  // ECR's words, as `docker push` shows them.
  throw new RegistryError(
    "TAG_INVALID",
    `The image tag '${tag}' already exists in the '${policy.repositoryName}' repository and cannot be overwritten ` +
      "because the repository is immutable.",
    { tag, digest: holder.digest },
  );
}
