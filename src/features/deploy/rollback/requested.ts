import type { Context } from "../../../context/context.js";
import { badRequest, MoorageError } from "../../../core/errors.js";
import { withoutAbandonedRun } from "../../../adapters/record/lock.js";
import type { Deployment, ImageSet, StackRecord } from "../../../adapters/record/record.js";
import { broughtAboutMeanwhile, chooseRollback } from "../../../adapters/record/choose-rollback.js";
import { purposeOf } from "../../../adapters/record/purpose.js";
import { deploy } from "../deploy.js";
import { goodConfigOf, isSameShape, withGoodConfig } from "./good-config.js";
import { makePlan } from "../plan/plan.js";
import { chooseRelease } from "../release.js";
import type { DeployRequest, DeployResult } from "../request.js";

export interface RollbackRequest extends DeployRequest {
  /** Tag or digest; without it the last deployment that ran well and runs other bytes than now. */
  to: string | undefined;
}

/** What a rollback would change. */
export interface RollbackDiff {
  /** Null where nothing is recorded as deployed. */
  from: string | null;
  to: string;
  services: { name: string; from: string | null; to: string | null }[];
}

export interface RollbackPlan extends RollbackDiff {
  /** Resources by what would be done to them. */
  changes: Record<string, number>;
}

/**
 * Puts an earlier release's digests back with today's configuration (that of the last good deployment, where services were
 * added, removed or moved since), verified like a deployment. Raises a bad request
 * where there is nothing to go back to, and `changed-meanwhile` (exit 4) where another release came about while it waited
 * for its turn; a rollback that fails exits with 6 and is not tried again (F25).
 */
export async function rollback(context: Context, request: RollbackRequest): Promise<DeployResult> {
  const { to, ...rest } = request;
  // What is there before the wait: clocks of two machines say nothing about it.
  const known = to === undefined ? ((await context.records.read(request.stack))?.record.history ?? []) : [];
  const decide = (record: StackRecord) => {
    const meanwhile = to === undefined ? broughtAboutMeanwhile(record.history, known) : undefined;
    if (meanwhile) throw changedMeanwhile(record.stack, meanwhile);
    const { target, diff } = chooseTarget(record, to);
    for (const text of describeDiff(diff)) context.reporter.notify({ kind: "detail", text });
    const config = configOf(context, rest, record);
    return { ...config, ...releaseOf(target, diff.from) };
  };
  return deploy(context, {
    ...rest,
    imageTag: undefined,
    isNamed: to !== undefined,
    resolveUnderLock: decide,
  });
}

/** What `rollback` would do; nothing is changed. */
export async function planRollback(context: Context, request: RollbackRequest): Promise<RollbackPlan> {
  const { to, ...rest } = request;
  const known = (await context.records.read(request.stack))?.record;
  if (known === undefined) throw nothingToRollBackTo(request.stack, to, "none");
  const record = await withoutAbandonedRun(known, context, new Date());
  const { target, diff } = chooseTarget(record, to);
  const config = configOf(context, rest, record);
  const wanted = { ...rest, ...config, imageTag: undefined, ...releaseOf(target, diff.from) };
  const plan = await makePlan(context, wanted, record, await chooseRelease(context, wanted, record));
  return { ...diff, changes: plan.changes };
}

function chooseTarget(
  record: StackRecord,
  to: string | undefined,
): { target: Deployment; diff: RollbackDiff } {
  const current = currentRelease(record);
  const choice = chooseRollback(record.history, current?.digests, to);
  if ("missing" in choice) throw nothingToRollBackTo(record.stack, to, choice.missing);
  return { target: choice.found, diff: diffOf(current, choice.found) };
}

/**
 * Today's configuration, unless its services, paths, ports or protocols are other ones than those that ran well last: what
 * was added, removed or moved since has never run well, and may be why somebody goes back.
 */
function configOf(
  { reporter }: Context,
  request: Omit<RollbackRequest, "to">,
  record: StackRecord,
): Partial<Pick<DeployRequest, "raw" | "config">> {
  const good = goodConfigOf(record, request);
  if (good === undefined) return {};
  const { raw, config } = withGoodConfig(request, good);
  if (isSameShape(config, request.config)) return {};
  const text = `Services, paths or ports have changed since the last good deployment of ${record.stack}: that deployment's configuration is used.`;
  reporter.notify({ kind: "warning", text: good.note === undefined ? text : `${text} ${good.note}` });
  return { raw, config };
}

/** What a rollback goes away from: what is deployed, but after a rollback that failed, what that one went away from. */
function currentRelease({ history, deployed }: StackRecord): ImageSet | undefined {
  const last = history.at(-1);
  if (last === undefined || last.good || purposeOf(last) !== "rollback") return deployed;
  return history.findLast(({ imageTag }) => imageTag === last.rolledBackFrom) ?? deployed;
}

function releaseOf(
  { imageTag, imageTags, digests, references }: Deployment,
  from: string | null,
): Pick<DeployRequest, "purpose" | "release" | "rolledBackFrom"> {
  return {
    purpose: "rollback",
    release: { imageTag, digests, ...(imageTags && { imageTags }), ...(references && { references }) },
    ...(from !== null && { rolledBackFrom: from }),
  };
}

function diffOf(from: ImageSet | undefined, to: ImageSet): RollbackDiff {
  const names = [...new Set([...Object.keys(from?.digests ?? {}), ...Object.keys(to.digests)])].sort();
  return {
    from: from?.imageTag ?? null,
    to: to.imageTag,
    services: names.map((name) => ({
      name,
      from: from?.digests[name] ?? null,
      to: to.digests[name] ?? null,
    })),
  };
}

/** `web  v2 sha256:0123456789ab -> v1 sha256:ba9876543210`. */
export function describeDiff({ from, to, services }: RollbackDiff): string[] {
  const short = (digest: string | null) => digest?.slice(0, "sha256:".length + 12) ?? "nothing";
  return services.map(
    (service) => `${service.name}  ${from ?? "-"} ${short(service.from)} -> ${to} ${short(service.to)}`,
  );
}

function changedMeanwhile(stack: string, { imageTag, by }: Deployment): MoorageError {
  return new MoorageError({
    code: "changed-meanwhile",
    message: `${by} brought ${stack} to ${imageTag} while this rollback waited, so it does not roll back further.`,
    hint: `Look at \`moorage status\`; where you still want it, run it again, or name the release with --to.`,
  });
}

function nothingToRollBackTo(
  stack: string,
  to: string | undefined,
  missing: "none" | "failed" | "unknown",
): MoorageError {
  const why = {
    none: `No earlier deployment of ${stack} ran well with other images than now.`,
    failed: `${to ?? ""} was deployed to ${stack}, but never ran well.`,
    unknown: `${to || '""'} was never deployed to ${stack}.`,
  };
  return badRequest(
    "nothing-to-roll-back-to",
    why[missing],
    `\`moorage history ${stack}\` shows what ran well; \`moorage deploy ${stack} --tag T\` deploys any image.`,
  );
}
