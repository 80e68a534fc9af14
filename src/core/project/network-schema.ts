import { z } from "zod";
import { arnOf, flag, oneOf, shortName, strict, textMatching, wholeNumber } from "./values.js";
import { cidr } from "./foundation-listeners.js";
import { rule } from "./rule.js";

/** Network load balancers that exist, by the names that services know them by. */
export const networkLoadBalancers = z
  .record(
    shortName,
    arnOf("elasticloadbalancing").regex(/:loadbalancer\/net\/[^/]+\/[^/]+$/, {
      error: "must be the ARN of a network load balancer, which has :loadbalancer/net/ in it",
    }),
    { error: "must map names to ARNs of network load balancers" },
  )
  .default({});

/** Source: CreateTargetGroup, `HealthCheck*`, of a target group by TCP. Seconds. */
const health = strict({
  /** `TCP`: a connection is enough; `HTTP`: `path` is asked. */
  protocol: oneOf(["TCP", "HTTP"]).default("TCP"),
  path: textMatching(/^\/[^\s#]{0,1023}$/, "a path such as /health: a slash first, no spaces").optional(),
  /** Where it is asked; the service's port by default. */
  port: wholeNumber(1, 65_535).optional(),
  interval: wholeNumber(5, 300).default(30),
  timeout: wholeNumber(2, 120).default(5),
  healthy: wholeNumber(2, 10).default(3),
  unhealthy: wholeNumber(2, 10).default(2),
  gracePeriod: wholeNumber(0, 2_147_483_647).default(60),
});

/** A listener of a network load balancer that is one service's alone: such a listener has no rules. */
export const network = strict(
  {
    /** By the foundation's name. */
    loadBalancer: shortName,
    /** Where clients connect; the service's own port by default. */
    port: wholeNumber(1, 65_535).optional(),
    protocol: oneOf(["TCP", "TLS", "UDP", "TCP_UDP"]).default("TCP"),
    /** Networks that reach its tasks beside the load balancer's security groups. */
    allow: z.array(cidr, { error: "must be a list of CIDR blocks" }).min(1).optional(),
    health: health.prefault({}),
    /** Seconds in which connections to a task that leaves may end. */
    deregistrationDelay: wholeNumber(0, 3600).default(30),
    /** Whether what is open after that is ended. */
    terminateConnections: flag.default(false),
    /** Whether tasks see clients' addresses in place of the load balancer's. */
    preserveClientIp: flag.default(false),
    /** Whether tasks are told clients' addresses before the first byte, by proxy protocol v2. */
    proxyProtocol: flag.default(false),
  },
  {
    example: "{ loadBalancer: shared, port: 5432 }, which names one of the foundation's networkLoadBalancers",
  },
);

export type NetworkSettings = z.infer<typeof network>;

/** Where clients connect. */
export function networkPort({
  port,
  network: { port: own },
}: {
  port: number;
  network: NetworkSettings;
}): number {
  return own ?? port;
}

const read = z.object({
  protocol: z.string(),
  health: z.object({
    protocol: z.string(),
    path: z.string().optional(),
    interval: z.number(),
    timeout: z.number(),
  }),
});

/** What the settings of one must agree on. */
export const networkRules = [
  rule({ kind: z.literal("network"), network: z.undefined().optional() }, (_settings, report) =>
    report(["network"], "is missing: name the network load balancer, { loadBalancer: shared }"),
  ),
  rule({ network: read }, ({ network: { protocol, health: check } }, report) => {
    if (protocol !== "TCP")
      report(
        ["network", "protocol"],
        "is not possible yet: a network load balancer passes TCP on, and the app may speak TLS itself",
        protocol,
      );
    if (check.protocol === "TCP" && check.path !== undefined)
      report(
        ["network", "health", "path"],
        "is of `protocol: HTTP`: a check by TCP asks for nothing",
        check.path,
      );
    if (check.timeout >= check.interval)
      report(
        ["network", "health", "timeout"],
        `must be below the interval (${check.interval} s)`,
        check.timeout,
      );
  }),
];

const standing = z.object({
  kind: z.literal("network"),
  port: z.number(),
  network: z.object({ loadBalancer: z.string(), port: z.number().optional() }),
});

/** What services of an app must agree on: one port of a load balancer has one listener. */
export const networkPortRules = [
  rule({ services: z.record(z.string(), z.unknown()) }, ({ services }, report) => {
    const owners = new Map<string, string>();
    for (const [service, settings] of Object.entries(services)) {
      const { data } = standing.safeParse(settings);
      if (data === undefined) continue;
      const { loadBalancer, port = data.port } = data.network;
      const owner = owners.get(`${loadBalancer} ${port}`);
      if (owner !== undefined)
        report(
          ["services", service, "network", "port"],
          `service "${owner}" listens there at ${loadBalancer}: one port, one service`,
          port,
        );
      owners.set(`${loadBalancer} ${port}`, service);
    }
  }),
  rule(
    {
      services: z.record(z.string(), z.unknown()),
      hostsBelow: z.undefined().optional(),
      foundation: z.object({ networkLoadBalancers: z.record(z.string(), z.unknown()).optional() }),
    },
    ({ services, foundation: { networkLoadBalancers: known = {} } }, report) => {
      for (const [service, settings] of Object.entries(services)) {
        const name = standing.safeParse(settings).data?.network.loadBalancer;
        if (name !== undefined && !Object.hasOwn(known, name))
          report(
            ["services", service, "network", "loadBalancer"],
            "is not in `networkLoadBalancers` of moorage:foundation",
            name,
          );
      }
    },
  ),
];
