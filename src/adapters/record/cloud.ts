import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { bounds } from "../../core/bounds.js";
import { eachLimited } from "../aws/limited.js";
import type { CloudStack, CloudStacks, Tags } from "../backend/cloud.js";
import { platformFailure } from "../../core/errors.js";
import { guardFormat } from "./format.js";
import { readListed } from "./readable.js";
import { isSameRecord, type RecordStore, type StackRecord } from "./record.js";
import { claimName, fromTags, isRecordTag, toTags, versionIn } from "./tags.js";

const readsAtOnce = 24;

/** Times of a claim, in milliseconds, each measured by one machine alone. */
export interface ClaimTimes {
  /** A writer that has not sent its tags by then sends them no more. */
  writeMs: number;
  /** A claim that somebody has seen unchanged for so long is that of a writer that was killed. Longer than `writeMs`. */
  abandonedMs: number;
  /** Between two tries of a claim that is refused. */
  pauseMs: number;
}

const claimTimes: ClaimTimes = {
  writeMs: bounds.claimWrite,
  abandonedMs: bounds.claimAbandoned,
  pauseMs: 250,
};
/** So often is a claim refused, without anybody else's being there, before the refusal is believed. */
const refusals = 3;

/**
 * Records as tags of their stacks in Pulumi Cloud, which knows no conditional write. So a writer first makes a tag that names
 * its version, which fails where there is one, and then puts the record in place with one call. A stack that does not exist
 * is made, empty: its record comes before its first update.
 *
 * What that cannot do: the Pulumi CLI restores, when an update begins, the tags that it has read a moment before; what
 * somebody else wrote in that moment (a freeze, a wish to cancel) is then undone.
 */
export function cloudRecords(stacks: CloudStacks, times: ClaimTimes = claimTimes): RecordStore {
  return guardFormat({
    async read(stack) {
      const found = await stacks.read(stack);
      return found && fromTags(stack, found.tags);
    },
    async write(record, after) {
      const { stack } = record;
      const version = after + 1;
      const tags = toTags({ record, version });
      const before = await stacks.read(stack);
      if (before === undefined) return after === 0 && create(stacks, stack, tags);
      const claimed = await claim(stacks, { stack, after, times, made: record }, before);
      if (claimed === undefined) return false;
      await stacks.replaceTags(
        stack,
        { ...withoutRecord(claimed.found.tags), ...tags },
        claimed.remainingMs(),
      );
      return true;
    },
    async remove(stack, version, createdAt) {
      const before = await stacks.read(stack);
      if (before === undefined) return true; // It went with its stack.
      const made = createdAt === undefined ? undefined : { createdAt };
      const claimed = await claim(stacks, { stack, after: version, times, made }, before);
      if (claimed === undefined) return false;
      // Made for the record alone, and never updated.
      if (claimed.found.version === 0) await stacks.remove(stack);
      else await stacks.replaceTags(stack, withoutRecord(claimed.found.tags), claimed.remainingMs());
      return true;
    },
    async list(isWanted = () => true, onUnreadable) {
      const found: StackRecord[] = [];
      const names = (await stacks.names()).filter(isWanted);
      await eachLimited(names, readsAtOnce, async (stack) => {
        const { tags } = (await stacks.read(stack)) ?? { tags: {} };
        const record = await readListed(stack, async () => fromTags(stack, tags), onUnreadable);
        if (record) found.push(record);
      });
      return found;
    },
  });
}

async function create(stacks: CloudStacks, stack: string, tags: Tags): Promise<boolean> {
  if (await stacks.create(stack, tags)) return true;
  // An answer that was lost on its way: it may be ours.
  const there = (await stacks.read(stack))?.tags ?? {};
  return Object.entries(tags).every(([name, value]) => there[name] === value);
}

interface Wanted {
  stack: string;
  /** The version that is there. */
  after: number;
  /** The record that is there. */
  made: Pick<StackRecord, "createdAt"> | undefined;
  times: ClaimTimes;
}

interface Claimed {
  /** The stack as it is since nobody else may write. */
  found: CloudStack;
  /** How long the record may still be written under this claim, in milliseconds. Raises `record-contended` (exit 1) when that is over. */
  remainingMs(): number;
}

/**
 * The next version as this writer's own; undefined when somebody else has it or had it. Raises the service's own words when
 * it takes no claim at all: too many tags, a policy.
 */
async function claim(
  stacks: CloudStacks,
  { stack, after, times, made }: Wanted,
  before: CloudStack,
): Promise<Claimed | undefined> {
  const value = randomUUID();
  for (let tried = 1, found = before; ; tried++) {
    if (versionIn(found.tags) !== after || isAnother(stack, found.tags, made)) return undefined;
    const name = freeClaim(stack, found.tags, after + 1, times.abandonedMs);
    if (name === undefined) return undefined;
    const remainingMs = bounded(stack, times.writeMs);
    const { refused } = await stacks.addTag(stack, name, value);
    const now = await stacks.read(stack);
    if (now === undefined) return undefined;
    found = now;
    const isOurs =
      now.tags[name] === value && versionIn(now.tags) === after && !isAnother(stack, now.tags, made);
    if (isOurs) return { found, remainingMs };
    if (refused === undefined || now.tags[name] !== undefined) return undefined;
    if (tried === refusals) throw refused;
    await delay(times.pauseMs * (0.5 + Math.random()));
  }
}

/** Whether the record there was removed and made again since it was read. */
function isAnother(stack: string, tags: Tags, made: Wanted["made"]): boolean {
  const there = made && fromTags(stack, tags)?.record;
  return there !== undefined && made !== undefined && !isSameRecord(there, made);
}

/** What is left of a time. Measured by both clocks: one stands while the machine sleeps, the other may be set. */
function bounded(stack: string, mostMs: number): () => number {
  const [steady, wall] = [performance.now(), Date.now()];
  return () => {
    const left = mostMs - Math.max(performance.now() - steady, Date.now() - wall);
    if (left > 0) return left;
    throw platformFailure(
      "record-contended",
      `Pulumi Cloud was too slow to write the record of ${stack}: others may have written it since.`,
      "Run the command again.",
    );
  };
}

/** Claims of others by their values, and since when this process has seen them. */
const seen = new Map<string, number>();

/**
 * The name of the claim to make; undefined while somebody else's may be alive. A claim is never taken away: whoever comes
 * after one that was abandoned makes the next, so that of two who do that at once one is refused.
 */
function freeClaim(stack: string, tags: Tags, version: number, abandonedMs: number): string | undefined {
  for (let turn = 0; ; turn++) {
    const name = claimName(version, turn);
    const value = tags[name];
    if (value === undefined) return name;
    if (tags[claimName(version, turn + 1)] !== undefined) continue;
    const key = `${stack} ${value}`;
    const now = performance.now();
    const since = seen.get(key) ?? now;
    seen.set(key, since);
    if (now - since < abandonedMs) return undefined;
  }
}

function withoutRecord(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !isRecordTag(name)));
}
