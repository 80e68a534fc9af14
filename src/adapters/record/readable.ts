import { hasCode } from "../../core/errors.js";
import type { OnUnreadable, StackRecord } from "./record.js";

/** What a text holds, if it is a record. Throws for any other JSON: that is no stack without a record. */
export function checkRecord(value: unknown): StackRecord {
  const record = value as Partial<StackRecord> | null;
  if (typeof record === "object" && typeof record?.stack === "string" && typeof record.version === "number")
    return record as StackRecord;
  throw new Error("it is not a record");
}

/** One record of a list: undefined where there is none, or `onUnreadable` was told that it cannot be read. */
export async function readListed(
  stack: string,
  read: () => Promise<{ record: StackRecord } | undefined>,
  onUnreadable: OnUnreadable | undefined,
): Promise<StackRecord | undefined> {
  try {
    return (await read())?.record;
  } catch (error) {
    if (onUnreadable === undefined || !hasCode(error, "record-unreadable")) throw error;
    onUnreadable(stack, error);
    return undefined;
  }
}
