import type * as Sdk from "@aws-sdk/client-ecr";
import type { Site } from "../../cloud.js";
import { storedImage, type StoredImage } from "../../registry/image-list.js";
import type { Layout } from "../../registry/layout.js";
import { isIndex, parseManifest } from "../../registry/manifest.js";
import { isDigest } from "../../registry/names.js";
import { deleteManifest } from "../../registry/push.js";
import { imageNotFound, scanNotFound } from "./errors.js";
import { repositoryAt, ecrPage, type EcrContext, type OpenRepository } from "./repository.js";

/** Reading and deleting images. */
export function imageOperations(context: EcrContext) {
  return {
    async DescribeImages(
      input: Sdk.DescribeImagesCommandInput,
      site: Site,
    ): Promise<Sdk.DescribeImagesResponse> {
      const repository = repositoryAt(context, input, site);
      const images = await repository.layout.list();
      const chosen = input.imageIds
        ? new Set(input.imageIds.map((id) => wantedImage(images, id, repository)))
        : images.filter((image) => matchesStatus(image, input.filter?.tagStatus));
      const { items, nextToken } = ecrPage([...chosen], input);
      return { imageDetails: await Promise.all(items.map((image) => detail(image, repository))), nextToken };
    },

    /** Nothing is scanned here. */
    async DescribeImageScanFindings(
      input: Sdk.DescribeImageScanFindingsCommandInput,
      site: Site,
    ): Promise<never> {
      const repository = repositoryAt(context, input, site);
      wantedImage(await repository.layout.list(), input.imageId ?? {}, repository);
      throw scanNotFound(input.imageId ?? {}, repository.place);
    },

    async ListImages(input: Sdk.ListImagesCommandInput, site: Site): Promise<Sdk.ListImagesResponse> {
      const { layout } = repositoryAt(context, input, site);
      const chosen = (await layout.list()).filter((image) => matchesStatus(image, input.filter?.tagStatus));
      const { items, nextToken } = ecrPage(chosen.flatMap(identifiersOf), input);
      return { imageIds: items, nextToken };
    },

    async BatchGetImage(
      input: Sdk.BatchGetImageCommandInput,
      site: Site,
    ): Promise<Sdk.BatchGetImageResponse> {
      const repository = repositoryAt(context, input, site);
      const stored = await repository.layout.list();
      const images: Sdk.Image[] = [];
      const failures: Sdk.ImageFailure[] = [];
      for (const id of input.imageIds ?? []) {
        const image = pick(stored, id);
        const accepted = input.acceptedMediaTypes?.includes(image?.mediaType ?? "") ?? true;
        if (image && accepted) images.push(await manifestOf(image, id, repository));
        else failures.push(failureOf(id));
      }
      return { images, failures };
    },

    async BatchDeleteImage(
      input: Sdk.BatchDeleteImageCommandInput,
      site: Site,
    ): Promise<Sdk.BatchDeleteImageResponse> {
      const { layout } = repositoryAt(context, input, site);
      const imageIds: Sdk.ImageIdentifier[] = [];
      const failures: Sdk.ImageFailure[] = [];
      for (const id of input.imageIds ?? []) {
        const image = pick(await layout.list(), id);
        const failure = image ? await referencedFailure(layout, image, id) : failureOf(id);
        if (image && !failure) imageIds.push(...(await remove(layout, image, id)));
        else if (failure) failures.push(failure);
      }
      await context.storage.collect(layout, context.now());
      return { imageIds, failures };
    },
  };
}

/** By digest, by tag, or by both, which then have to agree. */
function pick(images: readonly StoredImage[], { imageDigest, imageTag }: Sdk.ImageIdentifier) {
  const image = storedImage(images, imageDigest ?? imageTag ?? "");
  const agrees = imageDigest === undefined || imageTag === undefined || image?.tags.includes(imageTag);
  return agrees ? image : undefined;
}

function wantedImage(
  images: readonly StoredImage[],
  id: Sdk.ImageIdentifier,
  { place }: OpenRepository,
): StoredImage {
  const image = pick(images, id);
  if (!image) throw imageNotFound(id, place);
  return image;
}

function matchesStatus({ tags }: StoredImage, status: Sdk.TagStatus | undefined): boolean {
  if (status === "TAGGED") return tags.length > 0;
  return status !== "UNTAGGED" || tags.length === 0;
}

function identifiersOf({ digest, tags }: StoredImage): Sdk.ImageIdentifier[] {
  if (tags.length === 0) return [{ imageDigest: digest }];
  return tags.map((imageTag) => ({ imageDigest: digest, imageTag }));
}

async function detail(image: StoredImage, { layout, place }: OpenRepository): Promise<Sdk.ImageDetail> {
  const { config } = parseManifest(await layout.readBlob(image.digest));
  return {
    registryId: place.registryId,
    repositoryName: place.name,
    imageDigest: image.digest,
    imageTags: image.tags.length > 0 ? [...image.tags] : undefined,
    imageSizeInBytes: await sizeOf(image, layout),
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: config?.mediaType,
    subjectManifestDigest: image.subject,
    imageStatus: "ACTIVE",
  };
}

/** Config and layers; for an index the largest of its images, as ImageDetail's documentation says. */
async function sizeOf(image: StoredImage, layout: Layout): Promise<number> {
  const { config, layers, manifests } = parseManifest(await layout.readBlob(image.digest));
  const own = [...(config ? [config] : []), ...layers].reduce((sum, { size }) => sum + size, 0);
  if (!isIndex(image.mediaType)) return own;
  const known = await layout.list();
  const children = manifests.flatMap(({ digest }) => storedImage(known, digest) ?? []);
  return Math.max(0, ...(await Promise.all(children.map((child) => sizeOf(child, layout)))));
}

async function manifestOf(
  image: StoredImage,
  { imageTag }: Sdk.ImageIdentifier,
  { layout, place }: OpenRepository,
): Promise<Sdk.Image> {
  return {
    registryId: place.registryId,
    repositoryName: place.name,
    imageId: { imageDigest: image.digest, imageTag },
    imageManifest: (await layout.readBlob(image.digest)).toString("utf8"),
    imageManifestMediaType: image.mediaType,
  };
}

function failureOf(imageId: Sdk.ImageIdentifier): Sdk.ImageFailure {
  const { imageDigest, imageTag } = imageId;
  if (imageDigest === undefined && imageTag === undefined) {
    const failureReason = "Invalid request parameters: both tag and digest cannot be null";
    return { imageId, failureCode: "MissingDigestAndTag", failureReason };
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    const failureReason =
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'";
    return { imageId, failureCode: "InvalidImageDigest", failureReason };
  }
  return { imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" };
}

/** An image that an index names cannot go before the index. */
async function referencedFailure(
  layout: Layout,
  { digest }: StoredImage,
  imageId: Sdk.ImageIdentifier,
): Promise<Sdk.ImageFailure | undefined> {
  if (imageId.imageDigest === undefined) return undefined;
  for (const index of (await layout.list()).filter(({ mediaType }) => isIndex(mediaType))) {
    const { manifests } = parseManifest(await layout.readBlob(index.digest));
    if (!manifests.some((child) => child.digest === digest)) continue;
    const failureReason = `Requested image referenced by manifest list: [${index.digest}]`;
    return { imageId, failureCode: "ImageReferencedByManifestList", failureReason };
  }
  return undefined;
}

/** By digest the image goes with all its tags; by tag only the tag, and the image with its last one. */
async function remove(
  layout: Layout,
  image: StoredImage,
  id: Sdk.ImageIdentifier,
): Promise<Sdk.ImageIdentifier[]> {
  const { imageTag, imageDigest } = id;
  const lastTag = imageDigest === undefined && image.tags.length === 1;
  const whole = imageDigest !== undefined || lastTag;
  await deleteManifest(layout, whole || imageTag === undefined ? image.digest : imageTag);
  return whole ? identifiersOf(image) : [{ imageDigest: image.digest, imageTag }];
}
