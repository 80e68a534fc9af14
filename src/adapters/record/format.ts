import { newerFormat } from "../../core/format.js";
import { formatOf, newRecord, recordFormat, type RecordStore, type StackRecord } from "./record.js";

/** Whether a newer Moorage wrote it, in a form that this copy does not know. */
export function isNewer({ version }: Pick<StackRecord, "version">): boolean {
  return version > recordFormat;
}

/**
 * A store whose records are read and replaced only where this copy knows their form: whoever would act on another one is
 * refused, its lock and its freeze among it (F57). A list names it, without what it says.
 */
export function guardFormat(store: RecordStore): RecordStore {
  return {
    ...store,
    write: (record, after) =>
      store.write(isNewer(record) ? record : { ...record, version: formatOf(record) }, after),
    async read(stack) {
      const found = await store.read(stack);
      if (found !== undefined && isNewer(found.record)) {
        throw newerFormat(`The record of ${stack}`, found.record.version, found.record.moorage);
      }
      return found;
    },
    async list(isWanted, onUnreadable) {
      return (await store.list(isWanted, onUnreadable)).map((record) =>
        isNewer(record) ? named(record) : record,
      );
    },
  };
}

/** What can be said of a record whose form is not known. */
function named({ version, moorage, project, stack }: StackRecord): StackRecord {
  const blank = newRecord(project, stack, new Date(0));
  return { ...blank, version, moorage: moorage ?? "of a newer version", status: "ready", exists: true };
}
