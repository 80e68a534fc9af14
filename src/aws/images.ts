import type { BatchGetImageCommandOutput, ECRClient } from "@aws-sdk/client-ecr";
import { badRequest } from "../errors.js";
import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/** An image in ECR, as a tag or digest named it. */
export interface ResolvedImage {
  /** Of the manifest or index that the tag names: what the task definition carries. */
  digest: string;
  /** `linux/amd64` for each platform's manifest, with its digest; one entry for a plain manifest. */
  platforms: { platform: string; digest: string }[];
  /** The commit in `org.opencontainers.image.revision`, where the image tells. */
  revision: string | undefined;
  /** ISO 8601, from `org.opencontainers.image.created` or the image's configuration. */
  created: string | undefined;
}

export interface ImageReference {
  /** 12 digits. */
  account: string;
  repository: string;
  /** A tag, or a digest: `sha256:...`. */
  tag: string;
}

interface Descriptor {
  digest: string;
  platform?: { os: string; architecture: string };
}
interface Manifest {
  manifests?: Descriptor[];
  config?: Descriptor;
  annotations?: Record<string, string>;
}
interface ImageConfig {
  os?: string;
  architecture?: string;
  created?: string;
  config?: { Labels?: Record<string, string> };
}

/** Every form of manifest and index that is carried. */
export const mediaTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const revisionLabel = "org.opencontainers.image.revision";
const createdLabel = "org.opencontainers.image.created";

type Origin = Pick<ResolvedImage, "revision" | "created">;

/**
 * Resolves a tag or digest to the image's digest, platforms and origin. Raises `tag-not-found` (exit 2) when there is no
 * such image (F21).
 */
export async function resolveImage(clients: AwsClients, reference: ImageReference): Promise<ResolvedImage> {
  const ecr = await clients.ecr();
  const { digest, manifest } = await getManifest(ecr, reference, idOf(reference.tag));
  if (manifest.manifests === undefined) {
    const config = await getConfig(ecr, reference, manifest);
    return { digest, platforms: [{ platform: platformOf(config), digest }], ...originOf(manifest, config) };
  }
  const platforms = manifest.manifests
    .filter(({ platform }) => platform !== undefined && platform.os !== "unknown")
    .map((child) => ({ platform: platformOf(child.platform ?? {}), digest: child.digest }));
  const own = originOf(manifest, {});
  const first = platforms[0];
  if (first === undefined || (own.revision && own.created)) return { digest, platforms, ...own };
  const { revision, created } = await originOfChild(ecr, reference, first.digest);
  return { digest, platforms, revision: own.revision ?? revision, created: own.created ?? created };
}

function idOf(tag: string): { imageTag: string } | { imageDigest: string } {
  return tag.startsWith("sha256:") ? { imageDigest: tag } : { imageTag: tag };
}

async function originOfChild(ecr: ECRClient, reference: ImageReference, digest: string): Promise<Origin> {
  const { manifest } = await getManifest(ecr, reference, { imageDigest: digest });
  return originOf(manifest, await getConfig(ecr, reference, manifest));
}

function originOf({ annotations }: Manifest, { config, created }: ImageConfig): Origin {
  const label = (name: string) => config?.Labels?.[name] ?? annotations?.[name];
  return { revision: label(revisionLabel), created: label(createdLabel) ?? created };
}

function platformOf({
  os = "linux",
  architecture = "amd64",
}: {
  os?: string;
  architecture?: string;
}): string {
  return `${os}/${architecture}`;
}

async function getManifest(
  ecr: ECRClient,
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
async function getConfig(
  ecr: ECRClient,
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
    const response = await fetch(String(downloadUrl), { signal: AbortSignal.timeout(10_000) });
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
