import { taggedResources } from "../aws/tagged.js";
import type { Config } from "../config/schema.js";
import type { Context } from "../context.js";
import { knownFoundation } from "../deployment/foundation.js";
import { pullRequestOf } from "../preview/names.js";
import type { LiveStack, RememberedStack } from "../preview/sweep.js";
import { isNewer } from "../record/format.js";
import { freezeOf } from "../record/freeze.js";
import { describeLock, isOver } from "../record/lock.js";
import type { StackRecord } from "../record/record.js";

/** What a sweep looks at. */
export interface LiveStacks {
  stacks: LiveStack[];
  /** The cluster that previews run on, as far as it is known. */
  cluster: string | undefined;
}

/**
 * The project's previews: those that have a record, and those of which only resources are there. What the target has is
 * read first: a preview that comes up meanwhile has its record before its first resource. No checkpoint is read.
 */
export async function liveStacks(context: Context, config: Config, now: Date): Promise<LiveStacks> {
  const early = await context.records.list();
  const cluster = clusterOf(context, config, early);
  const before = new Set(early.map(({ stack }) => stack));
  const { logGroupPrefix } = config;
  const found = await taggedResources(context.aws, {
    project: context.project,
    cluster,
    logGroupPrefix,
    isWanted: (stack) => pullRequestOf(stack) !== undefined && !before.has(stack),
  });
  const records = found.length === 0 ? early : await context.records.list();
  const remembered = records
    .filter(({ stack }) => pullRequestOf(stack) !== undefined)
    .map(async (record) => ({ stack: record.stack, record: await rememberedOf(context, record, now) }));
  const known = new Set([...before, ...records.map(({ stack }) => stack)]);
  const orphans = new Set(found.map(({ stack }) => stack).filter((stack) => !known.has(stack)));
  return {
    stacks: [...(await Promise.all(remembered)), ...[...orphans].map((stack) => ({ stack }))],
    cluster,
  };
}

/** What a sweep needs to know of a record. A lock whose owner is provably gone is none. */
export async function rememberedOf(
  context: Context,
  record: StackRecord,
  now: Date,
): Promise<RememberedStack> {
  const { expiresAt, pull, moorage = "of a newer version" } = record;
  if (isNewer(record)) return { newer: `Moorage ${moorage}` };
  const freeze = freezeOf(record, now);
  const lock = record.lock && !(await isOver(record.lock.owner, context)) ? record.lock : undefined;
  return {
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lock && { lockedBy: describeLock(lock) }),
    ...(freeze && { frozen: freeze.reason }),
    ...(pull && { repository: pull.repository }),
  };
}

/** Configured, else as some stack of the project was given it: previews and their base share it. */
function clusterOf(context: Context, config: Config, records: readonly StackRecord[]): string | undefined {
  const base = records.find(({ stack }) => stack === config.preview.base);
  return (
    knownFoundation(context, config).cluster ??
    base?.clusterArn ??
    records.find(({ stack, clusterArn }) => pullRequestOf(stack) !== undefined && clusterArn)?.clusterArn
  );
}
