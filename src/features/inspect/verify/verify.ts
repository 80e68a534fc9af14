import { builtSidecars, sidecarImage } from "../../../core/project/built-sidecars.js";
import { capacityKind } from "../../../core/project/capacity.js";
import { wantedRules } from "../../../core/project/kinds/kind-of.js";
import { judgeCluster, judgeCredentials, judgeFreeze, judgeRoom } from "./account.js";
import { type Finding, find } from "./finding.js";
import { judgeHardening } from "./hardening.js";
import { judgeScan } from "./image-scan.js";
import { jobFindings } from "./job.js";
import { judgeLogGroup } from "./log-group.js";
import { judgeReading } from "./permissions.js";
import { judgeCapacity, judgeOwnerless, judgeSecretsProvider } from "./stack.js";
import { rehearsalFindings } from "./rehearsal.js";
import { scratchFindings } from "./scratch.js";
import { judgeImage, judgeRole, judgeSecret, judgeTargetGroup } from "./service.js";
import { judgeSignIn } from "./sign-in.js";
import type { VerifyInput } from "./verify-input.js";

/**
 * Everything that can be looked at before a deployment, all at once; nothing is changed. The findings come in the order
 * in which a person fixes them: the account first, then each service.
 */
export function verify(subject: VerifyInput): Promise<Finding[]> {
  const services = Object.keys(subject.config.services).flatMap((name) => serviceFindings(subject, name));
  return Promise.all([
    find("credentials", () => judgeCredentials(subject)),
    find("lock", () => judgeFreeze(subject)),
    find("foundation", async () => subject.foundationJudgement),
    find("cluster", () => judgeCluster(subject)),
    find("load balancer", () => judgeRoom(subject)),
    find(capacityKind.name, () => judgeCapacity(subject)),
    find("state", () => judgeSecretsProvider(subject)),
    find("ownerless resources", () => judgeOwnerless(subject)),
    ...services,
    ...jobFindings(subject),
  ]);
}

function serviceFindings(subject: VerifyInput, name: string): Promise<Finding>[] {
  const secrets = secretsOf(subject, name);
  const service = subject.config.services[name];
  const isRouted =
    (service?.kind === "network" && service.network !== undefined) ||
    wantedRules(subject.config).some(({ service }) => service === name);
  const reading = secrets.length > 0 ? [find(`${name}/secrets`, () => judgeReading(subject, name))] : [];
  return [
    ...scratchFindings(subject, name),
    find(`${name}/image`, () => judgeImage(subject, name)),
    find(`${name}/image scan`, () => judgeScan(subject, name)),
    ...(service === undefined ? [] : builtSidecars(service)).flatMap(([sidecar]) => {
      const image = sidecarImage(name, sidecar);
      return [
        find(`${image}/image`, () => judgeImage(subject, image)),
        find(`${image}/image scan`, () => judgeScan(subject, image)),
      ];
    }),
    find(`${name}/log group`, () => judgeLogGroup(subject, name)),
    find(`${name}/execution role`, () => judgeRole(subject, name, "execution")),
    find(`${name}/task role`, () => judgeRole(subject, name, "task")),
    ...(isRouted ? [find(`${name}/target group`, () => judgeTargetGroup(subject, name))] : []),
    ...signInFindings(subject, name),
    ...secrets.map(([variable, arn]) => find(`${name}/secret ${variable}`, () => judgeSecret(subject, arn))),
    ...reading,
    ...(service === undefined ? [] : [find(`${name}/hardening`, async () => judgeHardening(service))]),
    ...rehearsalFindings(subject, name),
  ];
}

/** The load balancer, and not the task, is given the client secret. */
function signInFindings(subject: VerifyInput, name: string): Promise<Finding>[] {
  const service = subject.config.services[name];
  if (service?.kind !== "web" || service.auth === undefined) return [];
  const secret = service.auth.oidc?.clientSecret;
  return [
    find(`${name}/sign-in`, () => judgeSignIn(subject, name)),
    ...(secret === undefined ? [] : [find(`${name}/client secret`, () => judgeSecret(subject, secret))]),
  ];
}

/** The app's own and its sidecars', by variable. */
function secretsOf({ config }: VerifyInput, name: string): [string, string][] {
  const service = config.services[name];
  if (service === undefined) return [];
  const beside = Object.entries(service.sidecars).flatMap(([sidecar, { secrets }]) =>
    Object.entries(secrets).map(([variable, arn]): [string, string] => [`${sidecar}/${variable}`, arn]),
  );
  const routed = [["log", service] as const, ...Object.entries(service.sidecars)].flatMap(([part, one]) =>
    Object.entries(one.logging?.secretOptions ?? {}).map(([option, arn]): [string, string] => [
      `${part}/${option}`,
      arn,
    ]),
  );
  return [...Object.entries(service.secrets), ...beside, ...routed];
}
