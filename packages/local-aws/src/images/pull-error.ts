import { AwsError } from "../cloud.js";

/**
 * A task's image that cannot be had, in the words of Fargate's stopped reasons:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
 */
export function cannotPull(reason: string): AwsError {
  return new AwsError(
    "CannotPullContainerError",
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): ${reason}`,
  );
}

export function notFound(image: string): AwsError {
  return cannotPull(`failed to resolve ref ${image}: ${image}: not found`);
}

export function otherPlatform(platform: string): AwsError {
  return cannotPull(`image Manifest does not contain descriptor matching platform '${platform}'`);
}

/** The image was found, and its layers cannot be laid out on disk. */
export function cannotExtract(image: string, cause: unknown): AwsError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error = new AwsError(
    "CannotPullContainerError",
    `CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer of ${image}: ${reason}`,
  );
  error.cause = cause;
  return error;
}
