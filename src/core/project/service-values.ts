import { z } from "zod";
import { capacityKind } from "./capacity.js";
import { anyText, textMatching, wholeNumber } from "./values.js";

/** ECS takes any text, and so does a process: discovery.type, cluster-name. Source: ECS, KeyValuePair; POSIX, 8.1. */
const variableName = textMatching(/^[^=\0]+$/, "an environment variable's name: any text without = and NUL");

const variableValue = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "must be text, a number or true/false; a secret belongs under `secrets`, as the ARN it is kept at",
  })
  .transform(String);

/** Variables as names and plain values. */
export const variables = z.record(variableName, variableValue, { error: "must map names to values" });

/**
 * Where a secret is kept: a whole SSM parameter or Secrets Manager secret, or one JSON key, stage and version of the
 * latter. Source: ECS, "Pass sensitive data to a container".
 */
const secretReference = textMatching(
  /^arn:[a-z0-9-]+:(ssm:[^:\s]+:[0-9]{12}:parameter\/[^:\s]+|secretsmanager:[^:\s]+:[0-9]{12}:secret:[^:\s]+(:[^:\s]*:[^:\s]*:[^:\s]*)?)$/,
  "an ARN of secretsmanager or ssm: arn:...:secret:name-AbCdEf, arn:...:secret:name-AbCdEf:KEY:: for one JSON key, or arn:...:parameter/name",
);

/** Variables whose values are kept elsewhere. */
export const secretReferences = z.record(variableName, secretReference, {
  error: "must map names to the ARNs that the values are kept at",
});

export const command = z.array(anyText, { error: "must be a list of words" });

/** An image that is taken as it is: not built, and not following the image tag. */
export const fixedImage = textMatching(
  /^[A-Za-z0-9][^\s]{0,511}$/,
  "an image reference such as nginx:1.27 or host/name@sha256:...",
);

/** Whom a container's process runs as. Source: ContainerDefinition, `user`. */
export const containerUser = textMatching(
  /^(image|[a-z_][a-z0-9_-]{0,31}|[0-9]{1,10})(:([a-z_][a-z0-9_-]{0,31}|[0-9]{1,10}))?$/,
  "a user such as 1000:1000 or node, or image for the image's own",
).default("1000:1000");

/** Seconds between SIGTERM and SIGKILL. */
export const stopTimeout = wholeNumber(2, capacityKind.longestStopTimeout);
