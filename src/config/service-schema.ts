import { z } from "zod";
import { withRules } from "./rule.js";
import { serviceRules } from "./service-checks.js";
import { arnOf, flag, httpCodes, oneOf, repositoryName, strict, text, wholeNumber } from "./values.js";

const environmentName = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
const variableName = text(environmentName, "an environment variable's name: letters, digits and underscores");

const variableValue = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "must be text, a number or true/false; a secret belongs under `secrets`, as the ARN it is kept at",
  })
  .transform(String);

/** Variables as names and plain values. */
export const variables = z.record(variableName, variableValue, { error: "must map names to values" });

/** Source: Elastic Load Balancing, "Path conditions": 128 characters, `*` and `?` match. */
const pathPattern = text(
  /^\/[A-Za-z0-9_.$/~"'@:+*?&-]{0,127}$/,
  "a path pattern such as /* or /api/*: a slash first, at most 128 characters",
);

const httpPath = text(/^\/[^\s#]{0,1023}$/, "a path such as /health: a slash first, no spaces");

/** Source: CreateTargetGroup, `HealthCheck*` and `Matcher`. Seconds. */
const health = strict({
  path: httpPath.default("/"),
  protocol: oneOf(["HTTP", "HTTPS"]).optional(),
  interval: wholeNumber(5, 300).default(30),
  timeout: wholeNumber(2, 120).default(5),
  healthy: wholeNumber(2, 10).default(3),
  unhealthy: wholeNumber(2, 10).default(2),
  codes: httpCodes.default("200-299"),
  gracePeriod: wholeNumber(0, 2_147_483_647).default(60),
});

const build = strict({
  context: z.string().min(1).default("."),
  dockerfile: z.string().min(1).default("Dockerfile"),
  target: z.string().min(1).optional(),
  args: variables.default({}),
});

const autoscaling = strict({
  min: wholeNumber(1, 5000),
  max: wholeNumber(1, 5000),
  /** Average CPU in percent that target tracking aims at. */
  cpu: wholeNumber(1, 100).default(60),
});

/** Retention that CloudWatch Logs offers, in days. Source: PutRetentionPolicy. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Every setting of a service, without what several settings must agree on. */
export const serviceShape = {
  repository: repositoryName.optional(),
  /** A fixed image: this service is not built and does not follow the image tag. */
  image: text(
    /^[A-Za-z0-9][^\s]{0,511}$/,
    "an image reference such as nginx:1.27 or host/name@sha256:...",
  ).optional(),
  port: wholeNumber(1, 65_535),
  protocol: oneOf(["HTTP", "HTTPS"]).default("HTTP"),
  path: z
    .union([pathPattern, z.array(pathPattern).min(1)], { error: "must be a path pattern or a list of them" })
    .default("/*")
    .transform((value) => (typeof value === "string" ? [value] : value)),
  cpu: z.number({ error: "must be a number of CPU units, such as 256" }).default(256),
  memory: z.number({ error: "must be a number of MiB, such as 512" }).default(512),
  architecture: oneOf(["X86_64", "ARM64"]).default("X86_64"),
  desiredCount: wholeNumber(0, 5000).default(1),
  capacityProvider: oneOf(["FARGATE", "FARGATE_SPOT"]).default("FARGATE"),
  availabilityZoneRebalancing: flag.default(true),
  autoscaling: autoscaling.optional(),
  command: z.array(z.string(), { error: "must be a list of words" }).optional(),
  build: build.prefault({}),
  health: health.prefault({}),
  env: variables.default({}),
  secrets: z.record(variableName, arnOf("secretsmanager|ssm")).default({}),
  /** Managed policies of the task's own role: what the app's code may do. */
  policies: z.array(arnOf("iam")).default([]),
  /** Seconds between SIGTERM and SIGKILL; Fargate's limit is 120. */
  stopTimeout: wholeNumber(2, 120).default(30),
  /** Seconds in which a task that leaves may finish its requests. */
  deregistrationDelay: wholeNumber(0, 3600).default(30),
  logRetention: z
    .number()
    .refine((days) => retentionDays.includes(days), {
      error: `must be one of ${retentionDays.join(", ")} days`,
    })
    .default(30),
};

/** One entry of `moorage:services`, defaults filled. */
export const service = withRules(strict(serviceShape), serviceRules);

export type ServiceConfig = z.infer<typeof service>;
