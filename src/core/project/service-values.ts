import { z } from "zod";
import { capacityKind } from "./capacity.js";
import { orReference } from "./references.js";
import { anyText, duration, strict, textMatching, wholeNumber } from "./values.js";

/** ECS takes any text, and so does a process: discovery.type, cluster-name. Source: ECS, KeyValuePair; POSIX, 8.1. */
const variableName = textMatching(/^[^=\0]+$/, "an environment variable's name: any text without = and NUL");

const variableValue = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "must be text, a number or true/false; a secret belongs under `secrets`, as the ARN it is kept at",
  })
  .transform(String);

/** Variables as names and plain values. */
export const variables = z.record(variableName, orReference(variableValue), {
  error: "must map names to values",
});

/**
 * Where a secret is kept: a whole SSM parameter or Secrets Manager secret, or one JSON key, stage and version of the
 * latter. Source: ECS, "Pass sensitive data to a container".
 */
const secretReference = textMatching(
  /^arn:[a-z0-9-]+:(ssm:[^:\s]+:[0-9]{12}:parameter\/[^:\s]+|secretsmanager:[^:\s]+:[0-9]{12}:secret:[^:\s]+(:[^:\s]*:[^:\s]*:[^:\s]*)?)$/,
  "an ARN of secretsmanager or ssm: arn:...:secret:name-AbCdEf, arn:...:secret:name-AbCdEf:KEY:: for one JSON key, or arn:...:parameter/name",
);

/** Variables whose values are kept elsewhere. */
export const secretReferences = z.record(variableName, orReference(secretReference, "arn"), {
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
).default("image");

/** Seconds, or a duration such as "30s": both are usual for health checks. */
export function seconds(minimum: number, maximum: number) {
  const range = wholeNumber(minimum, maximum);
  const text = duration.transform((value) => value / 1_000).pipe(range);
  return z.union([range, text], {
    error: `must be ${minimum} to ${maximum} seconds, as a number or such as "${minimum}s"`,
  });
}

/**
 * What says whether a container is well: a command that is run in it. Text is for the image's shell; words are run as they are.
 * Source: ECS, HealthCheck.
 */
export const healthcheck = strict(
  {
    command: z
      .union([anyText.min(1), z.array(anyText.min(1)).min(1)], {
        error: "must be a line for the shell, or a list of words",
      })
      .transform(checkCommand)
      .refine(([form, ...words]) => form !== "NONE" && words.length > 0, {
        error: "must name a command: leave `healthcheck` out where there is none",
      }),
    interval: seconds(5, 300).default(30),
    timeout: seconds(2, 60).default(5),
    retries: wholeNumber(1, 10).default(3),
    /** In which failures do not count. */
    startPeriod: seconds(0, 300).default(0),
  },
  { example: '{ command: "curl -f http://localhost:8080/" }', elsewhere: { test: "write command" } },
);

function checkCommand(command: string | string[]): string[] {
  if (typeof command === "string") return ["CMD-SHELL", command];
  return ["CMD", "CMD-SHELL", "NONE"].includes(command[0] ?? "") ? command : ["CMD", ...command];
}

/** Seconds between SIGTERM and SIGKILL. */
export const stopTimeout = wholeNumber(2, capacityKind.longestStopTimeout);
