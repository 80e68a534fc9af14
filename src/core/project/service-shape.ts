import { z } from "zod";
import { auth } from "./auth-schema.js";
import { build } from "./build-schema.js";
import { capacityKind } from "./capacity.js";
import { connect } from "./connect-schema.js";
import { discovery } from "./discovery-schema.js";
import { containerOptions } from "./container-options.js";
import { orReference } from "./references.js";
import { statedStatements } from "./policy-statements.js";
import { listenerSettings } from "./listeners.js";
import { answerCodes, protocolVersion } from "./protocol-version.js";
import { fixedAnswer, hosts, match, paths, redirect } from "./rule-schema.js";
import { webScaling } from "./scaling-schema.js";
import { pathPatterns } from "./source-paths.js";
import { dependencies, sidecars } from "./service-sidecars.js";
import { targetOptions } from "./target-options.js";
import { containerUser, fixedImage, secretReferences, stopTimeout, variables } from "./service-values.js";
import { network } from "./network-schema.js";
import { logging } from "./log-routing.js";
import { volumes } from "./volumes.js";
import { arnOf, flag, oneOf, repositoryName, strict, textMatching, wholeNumber } from "./values.js";

const httpPath = textMatching(/^\/[^\s#]{0,1023}$/, "a path such as /health: a slash first, no spaces");

/** Source: CreateTargetGroup, `HealthCheck*` and `Matcher`. Seconds. */
const health = strict({
  path: httpPath.default("/"),
  protocol: oneOf(["HTTP", "HTTPS"]).optional(),
  /** Where it is asked; the port of requests by default. */
  port: wholeNumber(1, 65_535).optional(),
  interval: wholeNumber(5, 300).default(30),
  timeout: wholeNumber(2, 120).default(5),
  healthy: wholeNumber(2, 10).default(3),
  unhealthy: wholeNumber(2, 10).default(2),
  codes: answerCodes.default("200-299"),
  gracePeriod: wholeNumber(0, 2_147_483_647).default(60),
});

/** How many of a service's tasks may run on Fargate Spot. Source: ECS, "Fargate capacity providers". */
const spot = strict({
  /** Tasks that always run on demand. */
  base: wholeNumber(0, 5000).default(1),
  /** Of the tasks above the base, how many percent run on Spot. */
  percent: wholeNumber(1, 100).default(50),
});

const kindNames = ["web", "internal", "network", "worker"] as const;
const kindName = oneOf(kindNames);
export const kindExpectation = `must be one of ${kindNames.join(", ")}`;

/** Retention that CloudWatch Logs offers, in days. Source: PutRetentionPolicy. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Source: EC2, "Amazon VPC quotas": 5 security groups per network interface unless raised, one of them the service's own. */
const furtherGroups = z
  .array(orReference(textMatching(/^sg-[a-z0-9]+$/, "a security group's id: sg-...")), {
    error: "must be a list of security groups' ids",
  })
  .max(4, { error: "must be at most 4: a task's network interface has 5 groups, one of them its own" });

/** What every kind of service has. */
export const commonShape = {
  /** Files that it is made of, beside `moorage:paths`. */
  paths: pathPatterns.optional(),
  repository: repositoryName.optional(),
  /** A fixed image: this service is not built and does not follow the image tag. */
  image: fixedImage.optional(),
  cpu: z.number({ error: "must be a number of CPU units, such as 256" }).default(256),
  memory: z.number({ error: "must be a number of MiB, such as 512" }).default(512),
  architecture: oneOf(["X86_64", "ARM64"]).default("X86_64"),
  desiredCount: wholeNumber(0, 5000).default(1),
  capacityProvider: oneOf(capacityKind.providers).default(capacityKind.onDemand),
  /** Beside a capacity provider on demand: a share of the tasks on Spot. */
  spot: spot.optional(),
  availabilityZoneRebalancing: flag.default(true),
  ...containerOptions,
  /** GiB of the task's own disk. Source: EphemeralStorage: 20 where it is left out. */
  ephemeralStorage: wholeNumber(21, 200).optional(),
  /** Files that its containers share, or that outlive its tasks, by name. */
  volumes: volumes.default({}),
  /** Sends its log through the task's log router, in place of CloudWatch. */
  logging: logging.optional(),
  /** Whom the process runs as: `uid:gid`, a name, or `image`, the default, for whom the image says. */
  user: containerUser,
  /** Whether the root file system can only be read; /tmp can be written all the same. */
  readOnly: flag.default(false),
  /** Whether `aws ecs execute-command` may open a shell in a task. */
  exec: flag.default(false),
  sidecars: sidecars.default({}),
  /** By sidecar: what the app's container waits for. */
  dependsOn: dependencies.default({}),
  build: build.prefault({}),
  env: variables.default({}),
  secrets: secretReferences.default({}),
  /** KMS keys of one's own that the secrets are encrypted with: the execution role may decrypt with them. */
  secretKeys: z.array(orReference(arnOf("kms")), { error: "must be a list of KMS key ARNs" }).default([]),
  /** Managed policies of the task's own role: what the app's code may do. */
  policies: z.array(orReference(arnOf("iam"))).default([]),
  /** What else the app's code may do, within the permissions boundary: an inline policy of the same role. */
  statements: statedStatements.default([]),
  /** Further security groups of its tasks: what they let in and out adds up. */
  securityGroups: furtherGroups.optional(),
  /** Seconds between SIGTERM and SIGKILL. */
  stopTimeout: stopTimeout.default(30),
  logRetention: z
    .number()
    .refine((days) => retentionDays.includes(days), {
      error: `must be one of ${retentionDays.join(", ")} days`,
    })
    .default(30),
};

/** What a service behind the load balancer has besides. */
export const webShape = {
  port: wholeNumber(1, 65_535),
  protocol: oneOf(["HTTP", "HTTPS"]).default("HTTP"),
  /** HTTP1 where it is left out. */
  protocolVersion: protocolVersion.optional(),
  path: paths.prefault("/*"),
  /** Where it is found; the stack's own host by default. */
  hosts: hosts.optional(),
  /** What its requests must be besides. */
  match: match.optional(),
  redirects: z.array(redirect, { error: "must be a list" }).optional(),
  fixed: z.array(fixedAnswer, { error: "must be a list" }).optional(),
  /** Whom the load balancer lets through: everybody where it is left out. */
  auth: auth.optional(),
  /** Of a service that a network load balancer leads to, in place of the application load balancer. */
  network: network.optional(),
  ...listenerSettings,
  ...targetOptions,
  health: health.prefault({}),
  /** Seconds in which a task that leaves may finish its requests. */
  deregistrationDelay: wholeNumber(0, 3600).default(30),
  autoscaling: webScaling.optional(),
  /** How other services reach it by name. */
  connect: connect.optional(),
  /** How callers outside of the stack find it by DNS. */
  discovery: discovery.optional(),
};

/** Every setting of a service, without what several settings must agree on. */
export const serviceShape = { kind: kindName.optional(), ...webShape, ...commonShape };
