import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StackSpec } from "./engine.js";

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
export function fileBackend({ backendUrl, project, stack }: StackSpec): FileBackend | undefined {
  if (!backendUrl.startsWith("file:")) return undefined;
  const root = join(fileURLToPath(backendUrl), ".pulumi");
  const name = basename(stack);
  return {
    root,
    stack: name,
    stacks: join(root, "stacks", project),
    locks: join(root, "locks", "organization", project, name),
  };
}

/**
 * Removes what a killed engine had half written beside the stack's state. The state itself is replaced whole, but the
 * attributes beside it are written in place: an empty `.attrs` makes every command end with "failed to load checkpoint: EOF",
 * while a missing one is as good as any (gocloud.dev: blob/fileblob). Only for a stack that nobody is at.
 */
export async function removeHalfWritten({ root, stacks, stack }: FileBackend): Promise<void> {
  const ofStack = (await filesIn(stacks)).filter((name) => name.startsWith(`${stack}.json`));
  const files = [join(root, "meta.yaml.attrs"), ...ofStack.map((name) => join(stacks, name))];
  await Promise.all(
    files.map(async (file) => {
      if (file.endsWith(".tmp") || (file.endsWith(".attrs") && !(await isJson(file)))) {
        await rm(file, { force: true });
      }
    }),
  );
}

/** Names of a folder's files; none when it is not there. */
export async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function isJson(file: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
