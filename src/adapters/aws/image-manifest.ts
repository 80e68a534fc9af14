import { bounds } from "../../core/bounds.js";
import type { BatchGetImageCommandOutput, ECRClient } from "@aws-sdk/client-ecr";
import { badRequest } from "../../core/errors.js";
import { type Trace, traced } from "../../core/trace.js";
import { classify } from "./errors.js";
import type { ImageReference } from "./images.js";

/** What an index says of a child, or an image of its configuration. */
export interface Descriptor {
  mediaType?: string;
  digest: string;
  platform?: { os: string; architecture: string };
}
/** An image's manifest, or an index, which has `manifests`. */
export interface Manifest {
  manifests?: Descriptor[];
  config?: Descriptor;
  annotations?: Record<string, string>;
}
export interface ImageConfig {
  os?: string;
  architecture?: string;
  created?: string;
  config?: { Labels?: Record<string, string> };
}

/** Where images are read: their manifests from ECR, their configurations by URLs that ECR signs. */
export interface ImageSource {
  ecr: ECRClient;
  trace?: Trace | undefined;
}

/** Every form of manifest and index that is carried. */
export const mediaTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
/** Raises `repository-not-found` and `tag-not-found` (exit 2). */
export async function getManifest(
  { ecr }: ImageSource,
  reference: ImageReference,
  id: { imageTag: string } | { imageDigest: string },
): Promise<{ digest: string; manifest: Manifest }> {
  const { BatchGetImageCommand } = await import("@aws-sdk/client-ecr");
  const { account: registryId, repository: repositoryName } = reference;
  const command = new BatchGetImageCommand({
    registryId,
    repositoryName,
    imageIds: [id],
    acceptedMediaTypes: mediaTypes,
  });
  let answer: BatchGetImageCommandOutput;
  try {
    answer = await ecr.send(command);
  } catch (error) {
    if (error instanceof Error && error.name === "RepositoryNotFoundException")
      throw noRepository(reference, error);
    throw classify(error, `read the image ${nameOf(reference)}`);
  }
  const image = answer.images?.[0];
  if (image?.imageManifest === undefined || image.imageId?.imageDigest === undefined)
    throw notFound(reference, answer);
  return { digest: image.imageId.imageDigest, manifest: JSON.parse(image.imageManifest) as Manifest };
}

/** The image's config blob: platform and labels are nowhere else. */
export async function getConfig(
  { ecr, trace }: ImageSource,
  reference: ImageReference,
  manifest: Manifest,
): Promise<ImageConfig> {
  if (manifest.config === undefined) return {};
  const { GetDownloadUrlForLayerCommand } = await import("@aws-sdk/client-ecr");
  const { account: registryId, repository: repositoryName } = reference;
  try {
    const layerDigest = manifest.config.digest;
    const { downloadUrl } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest }),
    );
    const url = new URL(String(downloadUrl));
    const call = { to: "registry", what: `GET ${url.host}${url.pathname}` } as const;
    const response = await traced(trace, { ...call, outcome: ({ status }) => status }, () =>
      fetch(url, { signal: AbortSignal.timeout(bounds.imageConfig) }),
    );
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return (await response.json()) as ImageConfig;
  } catch (error) {
    throw classify(error, `read the configuration of the image ${nameOf(reference)}`);
  }
}

function nameOf({ repository, tag }: ImageReference): string {
  return tag.startsWith("sha256:") ? `${repository}@${tag}` : `${repository}:${tag}`;
}

function noRepository(reference: ImageReference, cause: unknown): Error {
  return badRequest(
    "repository-not-found",
    `There is no repository ${reference.repository} in the registry of account ${reference.account}.`,
    "Push the image first (`moorage build --push`, or `moorage local image` on the local target).",
    cause,
  );
}

function notFound(reference: ImageReference, answer: BatchGetImageCommandOutput): Error {
  const reason = answer.failures?.[0]?.failureReason;
  return badRequest(
    "tag-not-found",
    `The image ${nameOf(reference)} is not in the registry of account ${reference.account}${reason ? `: ${reason}` : "."}`,
    "Check the tag, or push the image first; nothing was changed.",
  );
}
