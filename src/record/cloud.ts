import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { eachLimited } from "../aws/limited.js";
import type { CloudStacks, Tags } from "../backend/cloud.js";
import type { RecordStore, StackRecord } from "./record.js";
import { claimName, fromTags, isRecordTag, toTags, versionIn } from "./tags.js";

const readsAtOnce = 24;
/** A writer has its tags in place long before; one that has not was killed between its two calls. */
const claimMs = 120_000;
/** Before somebody who came second looks again. */
const pauseMs = 250;

/**
 * Records as tags of their stacks in Pulumi Cloud, which knows no conditional write. So a writer first makes a tag that names
 * its version, which fails where there is one, and then puts the record in place with one call. A stack that does not exist
 * is made, empty: its record comes before its first update.
 *
 * What that cannot do: the Pulumi CLI puts back, when an update begins, the tags that it has read a moment before; what
 * somebody else wrote in that moment (a freeze, a wish to cancel) is then undone.
 */
export function cloudRecords(stacks: CloudStacks): RecordStore {
  return {
    async read(stack) {
      const found = await stacks.read(stack);
      return found && fromTags(stack, found.tags);
    },
    async write(record, after) {
      const version = after + 1;
      const tags = toTags({ record, version });
      const before = await stacks.read(record.stack);
      if (before === undefined) return after === 0 && create(stacks, record.stack, tags);
      if (versionIn(before.tags) !== after) return false;
      if (!(await claim(stacks, record.stack, version, before.tags))) return false;
      // What the writer before did between our look and our claim.
      const now = await stacks.read(record.stack);
      if (now === undefined || versionIn(now.tags) !== after) return false;
      await stacks.replaceTags(record.stack, { ...withoutRecord(now.tags), ...tags });
      return true;
    },
    async remove(stack, version) {
      const found = await stacks.read(stack);
      if (found === undefined) return true; // It went with its stack.
      if (versionIn(found.tags) !== version || !(await claim(stacks, stack, version + 1, found.tags)))
        return false;
      // Made for the record alone, and never updated.
      if (found.version === 0) await stacks.remove(stack);
      else await stacks.replaceTags(stack, withoutRecord(found.tags));
      return true;
    },
    async list() {
      const found: StackRecord[] = [];
      await eachLimited(await stacks.names(), readsAtOnce, async (stack) => {
        const { tags } = (await stacks.read(stack)) ?? { tags: {} };
        const entry = fromTags(stack, tags);
        if (entry) found.push(entry.record);
      });
      return found;
    },
  };
}

async function create(stacks: CloudStacks, stack: string, tags: Tags): Promise<boolean> {
  if (await stacks.create(stack, tags)) return true;
  // An answer that was lost on its way: it may be ours.
  const there = (await stacks.read(stack))?.tags ?? {};
  return Object.entries(tags).every(([name, value]) => there[name] === value);
}

/** True when nobody else writes that version. The claim of a writer that was killed is taken away after two minutes. */
async function claim(stacks: CloudStacks, stack: string, version: number, tags: Tags): Promise<boolean> {
  const name = claimName(version);
  const value = `${Date.now()} ${randomUUID()}`;
  const other = tags[name];
  const isAbandoned = other !== undefined && Date.now() - Number(other.split(" ")[0]) > claimMs;
  if (isAbandoned) await stacks.removeTag(stack, name);
  if (other === undefined || isAbandoned) {
    if (await stacks.addTag(stack, name, value)) return true;
    if ((await stacks.read(stack))?.tags[name] === value) return true;
  }
  await delay(pauseMs * (0.5 + Math.random()));
  return false;
}

function withoutRecord(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !isRecordTag(name)));
}
