import { callerNow } from "../../../adapters/aws/caller.js";
import { clusterNow } from "../../../adapters/aws/cluster.js";
import { balancerRoom, type QuotaHeadroom } from "../../../adapters/aws/quotas.js";
import { freezeOf } from "../../../adapters/record/freeze.js";
import { capacityOf } from "../../../core/project/capacity.js";
import { wantedRules } from "../../../core/project/kinds/kind-of.js";
import { ruleKeyOf } from "../../../core/project/priorities.js";
import { parseArn } from "../../../core/project/arn.js";
import { type Judgement, fail, pass, skip } from "./finding.js";
import type { VerifyInput } from "./verify-input.js";

const noCluster = skip("The cluster is unknown: see `foundation`.");
const noListener = skip("The listener is unknown: see `foundation`.");

/** They are valid, of the cluster's account, and last as long as a deployment may take (F15). */
export async function judgeCredentials({ context, config, foundation }: VerifyInput): Promise<Judgement> {
  const { account, arn, expiresAt } = await callerNow(context.aws);
  const wanted = foundation.cluster && parseArn(foundation.cluster).account;
  if (wanted && wanted !== account) {
    return fail(`They are of account ${account}, but the cluster is in ${wanted}.`);
  }
  if (expiresAt === undefined) return pass(`${arn}; their expiry is unknown.`);
  const smoke = config.smoke.reduce((total, { timeout }) => total + timeout, 0);
  const neededMs = config.deployment.timeout + (config.migrate?.timeout ?? 0) + smoke;
  const leftMs = expiresAt.getTime() - Date.now();
  const minutes = (ms: number) => `${Math.max(0, Math.floor(ms / 60_000))} min`;
  return leftMs < neededMs
    ? fail(`They expire in ${minutes(leftMs)}, and a deployment may take ${minutes(neededMs)}.`)
    : pass(`${arn}, for ${minutes(leftMs)}.`);
}

/** No person has stopped deployments. */
export async function judgeFreeze({ environment, record }: VerifyInput): Promise<Judgement> {
  const freeze = record && freezeOf(record, new Date());
  if (freeze === undefined) return pass(`Nobody has locked ${environment}.`);
  const { by, reason, since } = freeze;
  return fail(`${by} has locked ${environment} since ${since}: ${reason}`);
}

/** It is active, and has the capacity that the services ask for. */
export async function judgeCluster({ context, config, foundation }: VerifyInput): Promise<Judgement> {
  const { cluster } = foundation;
  if (cluster === undefined) return noCluster;
  const found = await clusterNow(context.aws, cluster);
  if (found?.status !== "ACTIVE") return fail(`${cluster} is ${found?.status ?? "not there"}.`);
  const shares = Object.values(config.services).flatMap((service) => capacityOf(service).strategy);
  const wanted = [...new Set(shares.map(({ capacityProvider }) => capacityProvider))];
  const missing = wanted.filter((provider) => !found.capacityProviders.includes(provider));
  if (missing.length > 0) return fail(`${cluster} is not associated with ${missing.join(", ")}.`);
  return pass(`${cluster} is active and has ${wanted.join(", ")}.`);
}

/** There is room for the rules and target groups of services that are new (F17). */
export async function judgeRoom(subject: VerifyInput): Promise<Judgement> {
  const { context, config, record, foundation } = subject;
  if (foundation.listener === undefined) return noListener;
  const there = new Set([
    ...(record?.deployed?.services ?? []).map(({ name }) => name),
    ...Object.keys(record?.priorities ?? {}),
  ]);
  const needed = wantedRules(config).filter(
    (rule) => rule.listener === undefined && !there.has(ruleKeyOf(rule)),
  ).length;
  const { rules, targetGroups } = await balancerRoom(context.aws, foundation.listener);
  if (rules.most === undefined || targetGroups.most === undefined) {
    return skip("AWS does not return the load balancer's limits.");
  }
  const room = `${describeRoom(rules, "rules")}, ${describeRoom(targetGroups, "target groups")}`;
  const fits = [rules, targetGroups].every(({ used, most = 0 }) => used + needed <= most);
  return fits
    ? pass(`${room}; ${needed} more of each are needed.`)
    : fail(`${room}: no room for ${needed} more of each.`);
}

function describeRoom({ used, most }: QuotaHeadroom, what: string): string {
  return `${used} of ${most ?? "?"} ${what}`;
}
