import { z } from "zod";
import { isPreviewRepository } from "./preview-repository.js";
import { capacityKind, sizeMistake } from "./capacity.js";
import { containerOptionRules } from "./container-options.js";
import { listenerRules } from "./listeners.js";
import { statementRules } from "./policy-statements.js";
import { authRules } from "./auth-schema.js";
import { type Report, rule } from "./rule.js";
import { routeRules } from "./service-rule-checks.js";
import { scalingRules } from "./scaling-checks.js";
import { protocolRules } from "./protocol-version.js";
import { logRoutingRules } from "./log-routing.js";
import { volumeRules } from "./volumes.js";
import { targetRules } from "./target-options.js";
import { sidecarRules } from "./service-sidecars.js";

/** Set by Moorage in every task. */
export const reservedVariables: readonly string[] = ["MOORAGE_STACK", "MOORAGE_IMAGE_TAG", "PORT"];

const names = z.record(z.string(), z.unknown());

const texts = z.record(z.string(), z.string());
const container = z.object({ env: texts, secrets: texts });

interface Definition extends z.infer<typeof container> {
  sidecars: Record<string, z.infer<typeof container>>;
}

const mostDefinitionBytes = 65_536;

/** What several settings of one service must agree on. */
export const serviceRules = [
  rule({ repository: z.unknown().optional(), image: z.unknown().optional() }, checkImage),
  rule({ cpu: z.number(), memory: z.number() }, checkSize),
  rule({ health: z.object({ interval: z.number(), timeout: z.number() }) }, ({ health }, report) => {
    if (health.timeout < health.interval) return;
    report(["health", "timeout"], `must be below the interval (${health.interval} s)`, health.timeout);
  }),
  rule({ env: names, secrets: names }, (groups, report) => checkVariables(groups, report)),
  // Source: ECS, "Monitor Amazon ECS containers with ECS Exec", considerations.
  rule({ exec: z.literal(true), readOnly: z.literal(true) }, (_settings, report) => {
    report(["exec"], "needs a root file system that can be written: leave `readOnly` out beside it", true);
  }),
  rule({ spot: z.object({}), capacityProvider: z.literal(capacityKind.spot) }, (_settings, report) => {
    report(
      ["spot"],
      "is a share of tasks on demand, but capacityProvider puts all on Spot: keep one of the two",
    );
  }),
  rule(
    { sidecars: z.record(z.string(), z.object({ env: names, secrets: names })) },
    ({ sidecars }, report) => {
      for (const [name, groups] of Object.entries(sidecars))
        checkVariables(groups, report, ["sidecars", name]);
    },
  ),
  // Source: IAM, "IAM and AWS STS quotas": managed policies attached to a role, 10 unless raised.
  rule({ policies: z.array(z.string()) }, ({ policies }, report) => {
    if (new Set(policies).size <= 10) return;
    report(["policies"], "must be at most 10: IAM attaches no more to a role");
  }),
  rule({ env: texts, secrets: texts, sidecars: z.record(z.string(), container) }, checkDefinition),
  ...scalingRules,
  ...sidecarRules,
  ...volumeRules,
  ...logRoutingRules,
  ...routeRules,
  ...targetRules,
  ...protocolRules,
  ...authRules,
  ...listenerRules,
  ...containerOptionRules,
  ...statementRules,
];

/**
 * What a task definition surely holds; the rest of it is short. Source: ECS, "Service quotas", task definition size: 64 KB.
 */
function checkDefinition({ env, secrets, sidecars }: Definition, report: Report): void {
  const pairs = [{ env, secrets }, ...Object.values(sidecars)].flatMap((one) => [
    ...Object.entries(one.env).map(([name, value]) => ({ name, value })),
    ...Object.entries(one.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
  ]);
  const bytes = Buffer.byteLength(JSON.stringify(pairs));
  if (bytes <= mostDefinitionBytes) return;
  report(
    ["env"],
    `makes, with \`secrets\` and those of sidecars, a task definition of ${bytes} bytes, and ECS takes ${mostDefinitionBytes}: keep long values in Parameter Store, Secrets Manager or the image`,
  );
}

export function checkImage(
  { repository, image }: { repository?: unknown; image?: unknown },
  report: Report,
): void {
  if (repository === undefined && image === undefined) {
    report(["repository"], "is missing: name the repository its image is pushed to, or a fixed `image`");
  }
  if (repository !== undefined && image !== undefined) {
    report(["image"], "is fixed, so there must be no `repository`: keep one of the two", image);
  }
  if (typeof image === "string" && isPreviewRepository(image.split("@", 1)[0] ?? "")) {
    report(
      ["image"],
      "stands in a repository that pull requests push to: no environment takes images from there",
      image,
    );
  }
}

function checkSize({ cpu, memory }: { cpu: number; memory: number }, report: Report): void {
  const mistake = sizeMistake(cpu, memory);
  if (mistake) report([mistake.setting], mistake.message, mistake.setting === "cpu" ? cpu : memory);
}

export function checkVariables(
  { env, secrets }: { env: object; secrets: object },
  report: Report,
  path: string[] = [],
): void {
  for (const [where, group] of Object.entries({ env, secrets })) {
    checkReserved([...path, where], group, report);
  }
  for (const name of Object.keys(secrets).filter((name) => Object.hasOwn(env, name))) {
    report([...path, "secrets", name], "is in `env` too: keep one of the two");
  }
}

/** Tells every variable of Moorage's own in a group of names. */
export function checkReserved(path: string[], group: object, report: Report): void {
  for (const name of Object.keys(group).filter((name) => reservedVariables.includes(name))) {
    report([...path, name], "is set by Moorage: choose another name");
  }
}
