import { AwsError, type ServiceName } from "../cloud.js";

/** The services of AWS's Query protocol have codes of their own. */
const query: ReadonlySet<ServiceName> = new Set(["elbv2", "sts", "iam", "ec2"]);

/** A call over the rate, in the words of its service. */
export function throttlingError(service: ServiceName): AwsError {
  if (service === "ec2") return new AwsError("RequestLimitExceeded", "Request limit exceeded.", 503);
  return new AwsError(query.has(service) ? "Throttling" : "ThrottlingException", "Rate exceeded");
}

/** What a service answers when it fails itself. */
export function serverFailure(service: ServiceName): AwsError {
  if (service === "ecs" || service === "ecr") {
    return new AwsError("ServerException", "Service Unavailable. Please try again later.", 500);
  }
  return new AwsError(
    "InternalFailure",
    "The request processing has failed because of an unknown error.",
    500,
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html */
export function pullDenied(image: string): AwsError {
  return new AwsError(
    "CannotPullContainerError",
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ` +
      "pull access denied, repository does not exist or may require authorization: " +
      "server message: insufficient_scope: authorization failed",
  );
}
