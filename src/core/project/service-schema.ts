import { z } from "zod";
import { connectServiceRules } from "./connect-checks.js";
import { connect } from "./connect-schema.js";
import { discoveryRules } from "./discovery-schema.js";
import { withHealthOfProtocol } from "./protocol-version.js";
import { withRules } from "./rule.js";
import { internalScaling, workerScaling } from "./scaling-schema.js";
import { serviceRules } from "./service-checks.js";
import { networkRules } from "./network-schema.js";
import { notOfKind, strict } from "./values.js";
import { commonShape, kindExpectation, webShape } from "./service-shape.js";

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
