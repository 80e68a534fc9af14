import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";
import type { ImageReference, ResolvedImage } from "./images.js";
import { resolveImage } from "./images.js";

/** An image as the registry lists it. */
export interface ListedImage {
  digest: string;
  /** `ACTIVE`; an `ARCHIVED` image is listed, but cannot be pulled. */
  status: string;
}

/** What a tag names; undefined when there is no such tag, or no such repository. */
export async function describeImage(
  clients: AwsClients,
  { account, repository, tag }: ImageReference,
): Promise<ListedImage | undefined> {
  const { DescribeImagesCommand } = await import("@aws-sdk/client-ecr");
  const command = new DescribeImagesCommand({
    registryId: account,
    repositoryName: repository,
    imageIds: [{ imageTag: tag }],
  });
  try {
    const answer = await unlessAbsent(
      (await clients.ecr()).send(command),
      "ImageNotFoundException",
      "RepositoryNotFoundException",
    );
    const image = answer?.imageDetails?.[0];
    if (image?.imageDigest === undefined) return undefined;
    return { digest: image.imageDigest, status: image.imageStatus ?? "ACTIVE" };
  } catch (error) {
    throw classify(error, `describe the image ${repository}:${tag}`);
  }
}

/** Like `resolveImage`, for images that need not be there. */
export async function lookUpImage(
  clients: AwsClients,
  reference: ImageReference,
): Promise<ResolvedImage | undefined> {
  return (await describeImage(clients, reference)) && (await resolveImage(clients, reference));
}
