import { z } from "zod";
import { existingIn, madeBalancers } from "./existing-foundation.js";
import { type Report, rule } from "./rule.js";

const given = z.unknown().optional();

/** What the settings of a foundation must agree on. */
export const foundationRules = [
  rule({ listener: z.object({ protocol: z.literal("HTTPS"), port: z.literal(80) }) }, (_settings, report) => {
    report(["listener", "port"], "is taken: port 80 redirects to the encrypted one", 80);
  }),
  rule(
    {
      listener: z.object({ protocol: z.string() }),
      domain: given,
      zone: given,
      certificate: given,
      foundation: given,
      loadBalancers: z.object({ count: z.number().optional(), previews: z.string() }),
      environments: z.array(z.string()).optional(),
      preview: z.object({ base: z.string() }),
    },
    checkCertificate,
  ),
  rule(
    { network: z.looseObject({ vpc: given }), loadBalancers: z.object({ internal: z.boolean() }) },
    checkExisting,
  ),
  rule(
    {
      listener: z.object({ protocol: z.literal("HTTPS") }),
      certificate: given,
      domain: z.string(),
      hosts: z.array(z.string()),
      loadBalancers: z.object({ count: z.number().optional(), previews: z.string() }),
      environments: z.array(z.string()).optional(),
      preview: z.object({ base: z.string() }),
    },
    checkNames,
  ),
  rule(
    {
      network: z.object({
        vpc: z.string().optional(),
        nat: z.string(),
        tasks: z.string(),
        endpoints: z.array(z.string()),
      }),
    },
    checkWayOut,
  ),
  rule(
    {
      state: z.object({
        key: z.string().optional(),
        existing: z.boolean(),
        accounts: z.array(z.string()),
      }),
    },
    ({ state }, report) => {
      if (state.key !== undefined && !state.existing) {
        report(["state", "key"], "belongs to a bucket that exists: say `existing: true`, or leave it out");
      }
      if (state.existing && state.accounts.length > 0) {
        report(
          ["state", "accounts"],
          "belongs to a bucket that is made here: run `moorage infra bootstrap --account` for one that exists",
        );
      }
    },
  ),
  rule(
    { github: z.object({ subject: z.string(), repositoryId: given, ownerId: given }) },
    ({ github }, report) => {
      if (github.subject !== "ids") return;
      for (const id of ["repositoryId", "ownerId"] as const) {
        if (github[id] === undefined)
          report(["github", id], "is missing, and `subject: ids` is made from it");
      }
    },
  ),
];

interface Encryption {
  foundation?: unknown;
  loadBalancers: { count?: number | undefined; previews: string };
  environments?: string[] | undefined;
  preview: { base: string };
  listener: { protocol: string };
  domain?: unknown;
  zone?: unknown;
  certificate?: unknown;
}

function checkCertificate(settings: Encryption, report: Report): void {
  const { listener, domain, zone, certificate, loadBalancers, environments = [], preview } = settings;
  if (listener.protocol !== "HTTPS") return;
  // Listeners that exist have their own.
  const existing = existingIn(settings);
  if (existing?.listener && madeBalancers(existing, loadBalancers, environments.includes(preview.base)) === 0)
    return;
  if (domain === undefined) {
    report(
      ["domain"],
      "is missing: HTTPS requires a certificate for it (or say `listener: { protocol: HTTP }`)",
    );
  }
  if (zone === undefined && certificate === undefined) {
    report(["zone"], "is missing: the certificate is validated there (or name a certificate that exists)");
  }
}

interface Subnets {
  network: Record<string, unknown>;
  loadBalancers: { internal: boolean };
}

/** Source: CreateLoadBalancer, `Subnets`: those of two zones at least. */
function checkExisting({ network, loadBalancers: { internal } }: Subnets, report: Report): void {
  const ofBalancers = internal ? "privateSubnets" : "publicSubnets";
  const ofTasks = network["tasks"] === "public" ? "publicSubnets" : "privateSubnets";
  const isExisting = network["vpc"] !== undefined;
  for (const key of ["publicSubnets", "privateSubnets"]) {
    const subnets = network[key];
    if (!isExisting && subnets !== undefined) {
      report(["network", key], "belongs to a VPC that exists: name it as `vpc`");
    }
    if (!isExisting || ![ofBalancers, ofTasks].includes(key)) continue;
    const count = Array.isArray(subnets) ? new Set(subnets).size : 0;
    if (subnets === undefined) {
      report(["network", key], "is missing: with a VPC that exists, its subnets are named too");
    } else if (count < (key === ofBalancers ? 2 : 1)) {
      report(
        ["network", key],
        `must name ${key === ofBalancers ? "two subnets, in two zones: the load balancers are in them" : "a subnet: the tasks are in it"}`,
      );
    }
  }
}

/** How many load balancers a foundation has in all; `hasPreviews`: whether previews stand on it. */
export function balancerCount(
  { count = 1, previews }: { count?: number | undefined; previews: string },
  hasPreviews: boolean,
): number {
  return Math.max(count, hasPreviews && previews === "own" ? 2 : 1);
}

interface Certified {
  certificate?: unknown;
  domain: string;
  hosts: string[];
  loadBalancers: { count?: number | undefined; previews: string };
  /** Undefined where the stack's name says it, which no file holds. */
  environments?: string[] | undefined;
  preview: { base: string };
}

/**
 * Source: RequestCertificate, `DomainName`: the first name has 64 characters at most; ACM, "Quotas": 10 names a certificate
 * unless raised.
 */
function checkNames(settings: Certified, report: Report): void {
  const { certificate, domain, hosts, loadBalancers, environments = [], preview } = settings;
  if (certificate !== undefined) return;
  const count = balancerCount(loadBalancers, environments.includes(preview.base));
  const [longest, most] = [64 - "*.".length, 10];
  if (domain.length > longest) {
    report(
      ["domain"],
      `must have at most ${longest} characters: a certificate's first name, *.<domain>, has 64`,
    );
  }
  const names = count + new Set(hosts).size;
  if (names > most) {
    report(
      ["hosts"],
      `makes ${names} names with those of ${count} load balancers, and ACM takes ${most} in a certificate: name fewer, or a \`certificate\` that exists`,
    );
  }
}

interface WayOut {
  network: { vpc?: string | undefined; nat: string; tasks: string; endpoints: string[] };
}

/** Fargate pulls the image from the task's own network. Source: ECS, "Fargate task networking". */
function checkWayOut({ network: { vpc, nat, tasks, endpoints } }: WayOut, report: Report): void {
  if (vpc !== undefined || tasks === "public" || nat !== "none") return;
  const missing = ["s3", "ecr", "logs"].filter((name) => !endpoints.includes(name));
  if (missing.length === 0) return;
  report(
    ["network", "nat"],
    `without NAT, private tasks reach ECR and CloudWatch only by endpoints: add ${missing.join(", ")}`,
    nat,
  );
}
