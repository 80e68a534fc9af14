/** ECR's errors in ECR's words: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html and each action's page. */
import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import { AwsError } from "../../cloud.js";

/** A repository as errors name it. */
export interface Place {
  name: string;
  registryId: string;
}

function within({ name, registryId }: Place): string {
  return `the repository with name '${name}' in the registry with id '${registryId}'`;
}

export function repositoryNotFound({ name, registryId }: Place): AwsError {
  return new AwsError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );
}

export function repositoryExists({ name, registryId }: Place): AwsError {
  return new AwsError(
    "RepositoryAlreadyExistsException",
    `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
  );
}

export function repositoryNotEmpty({ name, registryId }: Place): AwsError {
  return new AwsError(
    "RepositoryNotEmptyException",
    `The repository with name '${name}' in registry with id '${registryId}' cannot be deleted because it still ` +
      "contains images",
  );
}

export function scanNotFound(
  { imageDigest, imageTag }: ImageIdentifier,
  { name, registryId }: Place,
): AwsError {
  return new AwsError(
    "ScanNotFoundException",
    `Image scan does not exist for the image with '{imageDigest:'${imageDigest ?? "null"}', imageTag:'${imageTag ?? "null"}'}' in ${within({ name, registryId })}`,
  );
}

export function imageNotFound({ imageDigest, imageTag }: ImageIdentifier, place: Place): AwsError {
  const id = `{imageDigest:'${imageDigest ?? "null"}', imageTag:'${imageTag ?? "null"}'}`;
  return new AwsError(
    "ImageNotFoundException",
    `The image with imageId ${id} does not exist within ${within(place)}`,
  );
}

export function imageExists(digest: string, tag: string | undefined, { name, registryId }: Place): AwsError {
  const tagged = tag === undefined ? "" : ` and tag '${tag}'`;
  return new AwsError(
    "ImageAlreadyExistsException",
    `Image with digest '${digest}'${tagged} already exists in the repository with name '${name}' in registry with id ` +
      `'${registryId}'`,
  );
}

export function layersNotFound(digests: readonly string[], place: Place): AwsError {
  return new AwsError(
    "LayersNotFoundException",
    `Layers with digests '[${digests.join(", ")}]' required for pushing image into ${within(place)} do not exist`,
  );
}

export function referencedImagesNotFound(digests: readonly string[], place: Place): AwsError {
  return new AwsError(
    "ReferencedImagesNotFoundException",
    `Images with digests '[${digests.join(", ")}]' required for pushing image into ${within(place)} do not exist`,
  );
}

export function policyNotFound({ name, registryId }: Place): AwsError {
  return new AwsError(
    "LifecyclePolicyNotFoundException",
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
  );
}

export function invalidParameter(parameter: string, constraint: string): AwsError {
  return new AwsError(
    "InvalidParameterException",
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  );
}
