import { randomUUID } from "node:crypto";
import type { Objects } from "../backend/objects.js";
import { eachLimited } from "../aws/limited.js";
import { platformFailure } from "../../core/errors.js";
import { guardFormat } from "./format.js";
import { checkRecord, readListed } from "./readable.js";
import { isSameRecord, type RecordStore, type StackRecord, type Versioned } from "./record.js";

/** What an object holds. */
interface Stored extends Versioned {
  /** Which write it was: told from another of the same version when an answer was lost on its way. */
  write: string;
}

const readsAtOnce = 48;

/**
 * Records as objects `<prefix><stack>.json`, one each, written on the condition that nobody has written since. `prefix` ends
 * in a slash.
 */
export function objectRecords(objects: Objects, prefix: string): RecordStore {
  const keyOf = (stack: string) => `${prefix}${stack}.json`;

  async function load(stack: string): Promise<(Stored & { etag: string }) | undefined> {
    const found = await objects.read(keyOf(stack));
    return found && { ...parse(keyOf(stack), found.body), etag: found.etag };
  }

  return guardFormat({
    async read(stack) {
      const { record, version } = (await load(stack)) ?? {};
      return record && version !== undefined ? { record, version } : undefined;
    },
    async write(record, after) {
      const before = await load(record.stack);
      if ((before?.version ?? 0) !== after) return false;
      if (before && !isSameRecord(before.record, record)) return false;
      const stored: Stored = { version: after + 1, write: randomUUID(), record };
      const condition = before ? { etag: before.etag } : { absent: true as const };
      const tag = await objects.write(keyOf(record.stack), JSON.stringify(stored, undefined, 2), condition);
      return tag !== undefined || (await load(record.stack))?.write === stored.write;
    },
    async remove(stack, version, createdAt) {
      const before = await load(stack);
      if (before?.version !== version) return false;
      if (createdAt !== undefined && !isSameRecord(before.record, { createdAt })) return false;
      return (await objects.remove(keyOf(stack), before.etag)) || (await load(stack)) === undefined;
    },
    async list(isWanted = () => true, onUnreadable) {
      const names = (await objects.list(prefix))
        .flatMap((key) => stackOf(key.slice(prefix.length)) ?? [])
        .filter(isWanted);
      const found: StackRecord[] = [];
      await eachLimited(names, readsAtOnce, async (stack) => {
        const record = await readListed(stack, () => load(stack), onUnreadable);
        if (record) found.push(record);
      });
      return found;
    },
  });
}

function stackOf(name: string): string | undefined {
  return /^([^/]+)\.json$/.exec(name)?.[1];
}

function parse(key: string, body: string): Stored {
  try {
    const stored = JSON.parse(body) as Stored | null;
    return { ...(stored as Stored), record: checkRecord(stored?.record) };
  } catch (error) {
    throw platformFailure(
      "record-unreadable",
      `The record ${key} cannot be read: ${(error as Error).message}`,
      "Restore an older version of the object, or remove it: the next deployment creates a new one, without history.",
      error,
    );
  }
}
