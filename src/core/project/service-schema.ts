import { z } from "zod";
import { auth } from "./auth-schema.js";
import { build } from "./build-schema.js";
import { capacityKind } from "./capacity.js";
import { connectServiceRules } from "./connect-checks.js";
import { connect } from "./connect-schema.js";
import { discovery, discoveryRules } from "./discovery-schema.js";
import { containerOptions } from "./container-options.js";
import { orReference } from "./references.js";
import { statedStatements } from "./policy-statements.js";
import { listenerSettings } from "./listeners.js";
import { answerCodes, protocolVersion, withHealthOfProtocol } from "./protocol-version.js";
import { withRules } from "./rule.js";
import { fixedAnswer, hosts, match, paths, redirect } from "./rule-schema.js";
import { internalScaling, webScaling, workerScaling } from "./scaling-schema.js";
import { pathPatterns } from "./source-paths.js";
import { serviceRules } from "./service-checks.js";
import { dependencies, sidecars } from "./service-sidecars.js";
import { targetOptions } from "./target-options.js";
import { containerUser, fixedImage, secretReferences, stopTimeout, variables } from "./service-values.js";
import { network, networkRules } from "./network-schema.js";
import { logging } from "./log-routing.js";
import { volumes } from "./volumes.js";
import {
  arnOf,
  flag,
  notOfKind,
  oneOf,
  repositoryName,
  strict,
  textMatching,
  wholeNumber,
} from "./values.js";

export { variables } from "./service-values.js";

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
const kindExpectation = `must be one of ${kindNames.join(", ")}`;

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
const commonShape = {
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
const webShape = {
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

const ofWebAlone = notOfKind("a worker gets no requests: leave it out, or give the service a `port`");

const rules = [...serviceRules, ...connectServiceRules, ...discoveryRules];

/** What other tools call it. */
const elsewhere = {
  serviceConnect: "write connect",
  schedule: "what a schedule starts is one of `moorage:jobs`",
  count: "write desiredCount",
  replicas: "write desiredCount",
  environment: "write env",
};

const ofNetworkAlone = notOfKind(
  "is of a service that a network load balancer leads to: write `kind: network` for it",
);

const webService = withRules(
  strict({ kind: z.literal("web"), ...webShape, network: ofNetworkAlone, ...commonShape }, { elsewhere }),
  rules,
);

const ofPublicAlone = notOfKind(
  "an internal service is not behind the load balancer: leave it out, or leave `kind` out",
);

const internalService = withRules(
  strict(
    {
      kind: z.literal("internal"),
      port: webShape.port,
      protocol: notOfKind("is what the load balancer speaks: what callers speak is `connect.protocol`"),
      path: ofPublicAlone,
      hosts: ofPublicAlone,
      match: ofPublicAlone,
      redirects: ofPublicAlone,
      fixed: ofPublicAlone,
      auth: ofPublicAlone,
      listener: ofPublicAlone,
      listeners: ofPublicAlone,
      network: ofNetworkAlone,
      protocolVersion: ofPublicAlone,
      stickiness: ofPublicAlone,
      slowStart: ofPublicAlone,
      algorithm: ofPublicAlone,
      target: ofPublicAlone,
      health: notOfKind(
        "is what a load balancer asks, and an internal service has none: leave it out, or use `healthcheck`",
      ),
      deregistrationDelay: ofPublicAlone,
      autoscaling: internalScaling.optional(),
      connect: connect.optional(),
      discovery: webShape.discovery,
      ...commonShape,
    },
    { elsewhere },
  ),
  rules,
);

const uncalled = notOfKind(
  "a worker has no port that others could call: leave it out, or give it `kind: internal`",
);

const ofHttpAlone = notOfKind(
  "is of HTTP requests, and a network load balancer passes bytes on: leave it out, or leave `kind` out",
);

const ofOthersAlone = notOfKind(
  "is of web and internal services: this one is reached by its network load balancer",
);

const networkService = withRules(
  strict(
    {
      kind: z.literal("network"),
      port: webShape.port,
      /** Undefined in previews, which share no port of a load balancer. */
      network: webShape.network,
      protocol: notOfKind("is what an application load balancer speaks: write `network.protocol`"),
      path: ofHttpAlone,
      hosts: ofHttpAlone,
      match: ofHttpAlone,
      redirects: ofHttpAlone,
      fixed: ofHttpAlone,
      auth: ofHttpAlone,
      listener: ofHttpAlone,
      listeners: ofHttpAlone,
      protocolVersion: ofHttpAlone,
      stickiness: ofHttpAlone,
      slowStart: ofHttpAlone,
      algorithm: ofHttpAlone,
      target: ofHttpAlone,
      health: notOfKind("is of an application load balancer: write `network.health`"),
      deregistrationDelay: notOfKind(
        "is of an application load balancer: write `network.deregistrationDelay`",
      ),
      autoscaling: internalScaling.optional(),
      connect: ofOthersAlone,
      discovery: ofOthersAlone,
      ...commonShape,
    },
    { elsewhere },
  ),
  [...serviceRules, ...networkRules],
);

const workerService = withRules(
  strict(
    {
      kind: z.literal("worker"),
      port: notOfKind("a worker has none: leave `port` or `kind` out"),
      protocol: ofWebAlone,
      path: ofWebAlone,
      hosts: ofWebAlone,
      match: ofWebAlone,
      redirects: ofWebAlone,
      fixed: ofWebAlone,
      auth: ofWebAlone,
      listener: ofWebAlone,
      listeners: ofWebAlone,
      network: ofNetworkAlone,
      protocolVersion: ofWebAlone,
      stickiness: ofWebAlone,
      slowStart: ofWebAlone,
      algorithm: ofWebAlone,
      target: ofWebAlone,
      health: notOfKind("is what a load balancer asks, and a worker has none: leave it out"),
      deregistrationDelay: ofWebAlone,
      autoscaling: workerScaling.optional(),
      connect: uncalled,
      discovery: uncalled,
      ...commonShape,
    },
    { elsewhere },
  ),
  serviceRules,
);

/** One entry of `moorage:services`, defaults filled. Without a `kind` it is a web service where it has a `port`, else a worker. */
export const service = z.preprocess(
  withKind,
  z.discriminatedUnion("kind", [webService, internalService, networkService, workerService], {
    error: ({ code, input }) => (code === "invalid_union" ? kindExpectation : namedSettings(input)),
  }),
);

function withKind(given: unknown): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  const value = withHealthOfProtocol(given);
  if ("kind" in value && value.kind === "internal") return withCallers(value);
  return "kind" in value ? value : { ...value, kind: "port" in value ? "web" : "worker" };
}

/** An internal service is called by other services, where nobody finds it by DNS. */
function withCallers(value: object): object {
  const { connect: callers, discovery: registry } = value as { connect?: unknown; discovery?: unknown };
  const noCallers = registry === undefined || registry === null ? {} : undefined;
  return { ...value, connect: callers ?? noCallers };
}

/** Null is for an environment that extends the defaults. */
export function namedSettings(input: unknown): string {
  if (input !== null) return "must be an object";
  return "is null, which leaves out what Pulumi.yaml has where `moorage:extends: true` stands, and there is nothing to leave out here";
}

export type ServiceConfig = z.infer<typeof service>;
export type WebService = Extract<ServiceConfig, { kind: "web" }>;
export type InternalService = Extract<ServiceConfig, { kind: "internal" }>;
export type NetworkService = Extract<ServiceConfig, { kind: "network" }>;
export type WorkerService = Extract<ServiceConfig, { kind: "worker" }>;
