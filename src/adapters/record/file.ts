import { link, open, readFile, rm } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { makeFolder } from "../../core/make-folder.js";
import { namesIn } from "../../core/folder-names.js";
import { platformFailure } from "../../core/errors.js";
import { guardFormat } from "./format.js";
import { checkRecord, readListed } from "./readable.js";
import { isSameRecord, type RecordStore, type StackRecord, type Versioned } from "./record.js";

/** Older versions that stay, so that a writer that was held up finds its version's successor taken. */
const kept = 8;

/**
 * Records as files `<stack>.<version>.json`. A version is claimed by hard-linking a finished file to its name, which
 * fails when the name exists: an atomic conditional write that needs no lock, and that a killed writer cannot tear. It is on
 * the disk before it has its name, so that a power cut cannot leave an empty newest version.
 */
export function fileRecords(folder: string): RecordStore {
  const fileOf = (stack: string, version: number) => join(folder, `${stack}.${version}.json`);

  async function versions(): Promise<Map<string, number>> {
    const newest = new Map<string, number>();
    for (const name of await namesIn(folder)) {
      const match = /^(.+)\.(\d+)\.json$/.exec(name);
      if (match?.[1] === undefined) continue;
      newest.set(match[1], Math.max(newest.get(match[1]) ?? 0, Number(match[2])));
    }
    return newest;
  }

  /** Oldest first. A writer that was killed before it tidied up leaves older ones than the others do. */
  async function removeUpTo(stack: string, last: number): Promise<void> {
    const numbers = (await namesIn(folder)).flatMap((name) => {
      const match = /^(.+)\.(\d+)\.json$/.exec(name);
      return match?.[1] === stack ? Number(match[2]) : [];
    });
    for (const version of numbers.filter((number) => number <= last).sort((a, b) => a - b)) {
      await rm(fileOf(stack, version), { force: true });
    }
  }

  async function read(stack: string, known?: number): Promise<Versioned | undefined> {
    const version = known ?? (await versions()).get(stack);
    if (version === undefined) return undefined;
    const record = await parse(fileOf(stack, version));
    // Gone between listing and reading: a newer version took its place, or the record was removed.
    return record === undefined ? read(stack) : { record, version };
  }

  /** Whether that version is there, of the record that was made then. */
  async function isThere(stack: string, version: number, made: Pick<StackRecord, "createdAt">) {
    return isSameRecord(await parse(fileOf(stack, version)), made);
  }

  return guardFormat({
    read: (stack) => read(stack),
    async write(record, after) {
      makeFolder(folder);
      const draft = join(folder, `.${record.stack}.${randomUUID()}`);
      await writeThrough(draft, JSON.stringify(record, undefined, 2));
      try {
        if (((await versions()).get(record.stack) ?? 0) !== after) return false;
        if (after > 0 && !(await isThere(record.stack, after, record))) return false;
        await link(draft, fileOf(record.stack, after + 1));
        // Removed between the look and the link: what was written stands on nothing, or on another record.
        if (after > 0 && !(await isThere(record.stack, after, record))) {
          await rm(fileOf(record.stack, after + 1), { force: true });
          return false;
        }
        await syncFolder(folder);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
      } finally {
        await rm(draft, { force: true });
      }
      await removeUpTo(record.stack, after + 1 - kept);
      return true;
    },
    async remove(stack, version, createdAt) {
      if ((await versions()).get(stack) !== version) return false;
      if (createdAt !== undefined && !(await isThere(stack, version, { createdAt }))) return false;
      await removeUpTo(stack, version);
      // Somebody may have written between the look and the removal.
      return !(await versions()).has(stack);
    },
    async list(isWanted = () => true, onUnreadable) {
      const wanted = [...(await versions())].filter(([stack]) => isWanted(stack));
      const found = wanted.map(([stack, version]) =>
        readListed(stack, () => read(stack, version), onUnreadable),
      );
      return (await Promise.all(found)).filter((record) => record !== undefined);
    },
  });
}

/** Writes a file that is on the disk when this ends. */
async function writeThrough(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Brings a folder's names to the disk, where the system can do that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

async function parse(file: string): Promise<StackRecord | undefined> {
  try {
    return checkRecord(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw platformFailure(
      "record-unreadable",
      `The record ${file} cannot be read: ${(error as Error).message}`,
      "Restore the file, or remove it: the next deployment creates a new one, without history.",
      error,
    );
  }
}
