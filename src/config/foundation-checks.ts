import { z } from "zod";
import { type Report, rule } from "./rule.js";

const given = z.unknown().optional();

/** What the settings of a foundation must agree on. */
export const foundationRules = [
  rule(
    { listener: z.object({ protocol: z.string() }), domain: given, zone: given, certificate: given },
    checkCertificate,
  ),
  rule({ network: z.looseObject({ vpc: given }) }, checkExisting),
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
  rule({ environments: z.array(z.string()) }, checkEnvironments),
  rule({ state: z.object({ key: z.string().optional(), existing: z.boolean() }) }, ({ state }, report) => {
    if (state.key !== undefined && !state.existing) {
      report(["state", "key"], "belongs to a bucket that exists: say `existing: true`, or leave it out");
    }
  }),
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
  listener: { protocol: string };
  domain?: unknown;
  zone?: unknown;
  certificate?: unknown;
}

function checkCertificate({ listener, domain, zone, certificate }: Encryption, report: Report): void {
  if (listener.protocol !== "HTTPS") return;
  if (domain === undefined) {
    report(
      ["domain"],
      "is missing: HTTPS wants a certificate for it (or say `listener: { protocol: HTTP }`)",
    );
  }
  if (zone === undefined && certificate === undefined) {
    report(["zone"], "is missing: the certificate is proved there (or name a certificate that exists)");
  }
}

function checkExisting({ network }: { network: Record<string, unknown> }, report: Report): void {
  const subnets = ["publicSubnets", "privateSubnets"];
  const isExisting = network["vpc"] !== undefined;
  for (const key of subnets) {
    const isGiven = network[key] !== undefined;
    if (isExisting && !isGiven && (key === "publicSubnets" || network["tasks"] !== "public")) {
      report(["network", key], "is missing: with a VPC that exists, its subnets are named too");
    }
    if (!isExisting && isGiven) report(["network", key], "belongs to a VPC that exists: name it as `vpc`");
  }
}

/** Roles are kept apart by how names end: `hello-*-dev` also covers what an environment `eu-dev` is named. */
function checkEnvironments({ environments }: { environments: string[] }, report: Report): void {
  for (const [index, name] of environments.entries()) {
    const path = ["environments", String(index)];
    const longer = environments.find((other) => other.endsWith(`-${name}`));
    if (longer !== undefined)
      report(path, `ends the name of ${longer}, so their roles cannot be kept apart`, name);
    if (/-pr-/.test(name)) report(path, "must not hold -pr-, which previews are known by", name);
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
