import { readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { namesIn } from "../../core/folder-names.js";
import { stateFolder } from "../backend/backend.js";
import type { StateLocks } from "./lock.js";
import type { StateOf } from "./notes.js";

/** The folders of one stack in Pulumi's file backend. */
export interface FileBackend {
  /** `.pulumi`. */
  root: string;
  /** Of all stacks of the project: `<stack>.json`, its backup and their attributes. */
  stacks: string;
  /** Of the stack alone: one file for each process that is at it. */
  locks: string;
  stack: string;
}

/** Undefined when the state is elsewhere. */
export function fileBackend({ backendUrl, project, stack }: StateOf): FileBackend | undefined {
  const folder = stateFolder(backendUrl);
  if (folder === undefined) return undefined;
  const root = join(folder, ".pulumi");
  const name = basename(stack);
  return {
    root,
    stack: name,
    stacks: join(root, "stacks", project),
    locks: join(root, "locks", "organization", project, name),
  };
}

/** A lock is written in well under a millisecond: a temporary file that has been seen unchanged for so long was never finished. */
const abandonedMs = 1_000;

/** The locks on a state in files. */
export function fileLocks({ locks, stack }: FileBackend): StateLocks {
  const drafts = new Map<string, SeenDraft>();
  return {
    stack,
    async read() {
      const names = (await namesIn(locks)).filter((name) => name.endsWith(".json"));
      const read = names.map(async (name) => [name, await textOf(join(locks, name))] as const);
      const found = (await Promise.all(read)).flatMap(([name, text]) =>
        text === undefined ? [] : [[name, text] as const],
      );
      return new Map(found);
    },
    async remove(name) {
      // The backend keeps attributes beside each file.
      for (const file of [name, `${name}.attrs`]) await rm(join(locks, file), { force: true });
    },
    async beginning() {
      const names = (await namesIn(locks)).filter((name) => name.endsWith(".tmp"));
      const owners = await Promise.all(names.map((name) => judgeDraft(join(locks, name), drafts)));
      return owners.filter((owner) => owner !== undefined);
    },
  };
}

/** A half-written lock as this process first saw it. */
interface SeenDraft {
  mtimeMs: number;
  size: number;
  /** On this process's own steady clock: the file's time may be another machine's. */
  since: number;
}

/** Undefined when it was abandoned, and is removed. */
async function judgeDraft(file: string, seen: Map<string, SeenDraft>): Promise<string | undefined> {
  const found = await stat(file).catch(ignoreAbsence);
  if (found === undefined) return undefined;
  const { mtimeMs, size } = found;
  const before = seen.get(file);
  const isSame = before?.mtimeMs === mtimeMs && before.size === size;
  if (!isSame) seen.set(file, { mtimeMs, size, since: performance.now() });
  if (!isSame || performance.now() - before.since < abandonedMs) {
    return "created by a process that has just begun";
  }
  await rm(file, { force: true });
  return undefined;
}

function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(ignoreAbsence);
}

function ignoreAbsence(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/**
 * Removes what a killed engine had half written beside the stack's state. The state itself is replaced whole, but the
 * attributes beside it are written in place: an empty `.attrs` makes every command end with "failed to load checkpoint: EOF",
 * while a missing one is as good as any (gocloud.dev: blob/fileblob). Only for a stack that nobody is at.
 */
export async function removeHalfWritten({ root, stacks, stack }: FileBackend): Promise<void> {
  const ofStack = (await namesIn(stacks)).filter((name) => name.startsWith(`${stack}.json`));
  const files = [join(root, "meta.yaml.attrs"), ...ofStack.map((name) => join(stacks, name))];
  await Promise.all(
    files.map(async (file) => {
      if (file.endsWith(".tmp") || (file.endsWith(".attrs") && !(await isJson(file)))) {
        await rm(file, { force: true });
      }
    }),
  );
}

async function isJson(file: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
