import { sidecarImage } from "./built-sidecars.js";
import { z } from "zod";
import { type Report, rule } from "./rule.js";
import { serviceOfRule } from "./priorities.js";
import { routeConflictRules } from "./service-rule-checks.js";
import { smokeRule } from "./smoke-schema.js";
import { didYouMean } from "./suggest.js";

const names = z.record(z.string(), z.unknown());

interface Percents {
  minimumHealthyPercent: number;
  maximumPercent: number;
}

interface RebalancedService {
  availabilityZoneRebalancing: boolean;
}

const percents = z.object({ minimumHealthyPercent: z.number(), maximumPercent: z.number() });

/** What settings in different places must agree on. */
export const configRules = [
  rule({ services: names }, ({ services }, report) => {
    if (Object.keys(services).length === 0) report(["services"], "must name at least one service");
  }),
  rule({ deployment: percents }, ({ deployment }, report) => {
    const { minimumHealthyPercent: minimum, maximumPercent: maximum } = deployment;
    if (minimum < maximum) return;
    report(["deployment", "minimumHealthyPercent"], `must be below maximumPercent (${maximum})`, minimum);
  }),
  rule(
    { deployment: percents, services: z.record(z.string(), z.object({ desiredCount: z.number() })) },
    ({ deployment, services }, report) => {
      for (const [name, { desiredCount }] of Object.entries(services)) {
        checkRoom(deployment, name, desiredCount, report);
      }
    },
  ),
  rule(
    {
      deployment: percents,
      services: z.record(z.string(), z.object({ availabilityZoneRebalancing: z.boolean() })),
    },
    checkRebalancing,
  ),
  rule({ services: z.record(z.string(), z.object({ sidecars: names })) }, ({ services }, report) => {
    for (const [name, { sidecars }] of Object.entries(services))
      if (Object.hasOwn(sidecars, name))
        report(
          ["services", name, "sidecars", name],
          "has the service's name, which is that of the app's own container: choose another",
        );
  }),
  ...routeConflictRules,
  rule(
    { services: names, jobs: names.default({}), digests: names },
    ({ services, jobs, digests }, report) => {
      checkNames(["digests"], digests, { ...services, ...besides(services), ...jobs }, report);
    },
  ),
  rule(
    { services: names, jobs: names.default({}), imageTags: names },
    ({ services, jobs, imageTags }, report) => {
      checkNames(["imageTags"], imageTags, { ...services, ...besides(services), ...jobs }, report);
    },
  ),
  rule({ services: names, priorities: names }, ({ services, priorities }, report) => {
    const owners = Object.keys(priorities).map((key) => [serviceOfRule(key), key]);
    checkNames(["priorities"], Object.fromEntries(owners) as object, services, report);
  }),
  rule({ services: names, migrate: z.object({ service: z.string().optional() }) }, checkMigration),
  smokeRule,
  rule({ services: names, preview: z.object({ services: names }) }, ({ services, preview }, report) => {
    checkNames(["preview", "services"], preview.services, services, report);
  }),
];

/** A task more or a task less must be allowed, else no deployment ever starts. Source: ECS, "Rolling update". */
function checkRoom(percents: Percents, service: string, desiredCount: number, report: Report): void {
  const { minimumHealthyPercent: minimum, maximumPercent: maximum } = percents;
  const most = Math.floor((desiredCount * maximum) / 100);
  const least = Math.ceil((desiredCount * minimum) / 100);
  if (desiredCount === 0 || minimum >= maximum || most > least) return;
  const remedy = "raise maximumPercent or lower minimumHealthyPercent";
  report(
    ["services", service, "desiredCount"],
    `with ${minimum} to ${maximum} percent no task may start or stop: ${remedy}`,
    desiredCount,
  );
}

/** Source: ECS, "Balancing an Amazon ECS service across Availability Zones": not with a maximum of 100 percent. */
function checkRebalancing(
  { deployment, services }: { deployment: Percents; services: Record<string, RebalancedService> },
  report: Report,
): void {
  const { minimumHealthyPercent: minimum, maximumPercent: maximum } = deployment;
  if (maximum > 100 || minimum >= maximum) return;
  const rebalanced = Object.keys(services).filter((name) => services[name]?.availabilityZoneRebalancing);
  for (const name of rebalanced) {
    report(
      ["services", name, "availabilityZoneRebalancing"],
      "must be false where maximumPercent is 100: ECS starts the new task before it stops the old one",
    );
  }
}

function checkMigration(
  { services, migrate }: { services: object; migrate: { service?: string | undefined } },
  report: Report,
): void {
  const known = Object.keys(services);
  const path = ["migrate", "service"];
  if (migrate.service === undefined) {
    if (known.length > 1) report(path, "is missing: name the service whose image migrates");
  } else if (!known.includes(migrate.service)) {
    report(path, `is not a service (${didYouMean(migrate.service, known)})`, migrate.service);
  }
}

/** The images of their sidecars, by name. */
function besides(services: object): object {
  const named = Object.entries(services).flatMap(([name, service]) => {
    const { sidecars } = Object(service) as { sidecars?: unknown };
    return Object.keys(Object(sidecars) as object).map((sidecar) => [sidecarImage(name, sidecar), sidecar]);
  });
  return Object.fromEntries(named) as object;
}

function checkNames(path: string[], group: object, services: object, report: Report): void {
  const known = Object.keys(services);
  for (const name of Object.keys(group).filter((name) => !known.includes(name))) {
    report([...path, name], `is not a service (${didYouMean(name, known)})`);
  }
}
