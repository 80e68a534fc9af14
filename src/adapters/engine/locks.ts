import { basename } from "node:path";
import { parseBackend } from "../backend/backend.js";
import type { Objects } from "../backend/objects.js";
import type { StackSpec } from "./engine.js";
import { fileBackend, fileLocks } from "./file-backend.js";
import type { StateLocks } from "./lock.js";
import { engineNotes, type StateOf } from "./notes.js";

/** Gives `use` the locks on a stack's state, where they are files or objects. Pulumi Cloud keeps its own, and ends them. */
export async function withLocks(
  spec: StateOf,
  use: (locks: StateLocks) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const engines = () => engineNotes(spec);
  const files = fileBackend(spec);
  if (files) return use({ ...fileLocks(files), engines });
  const backend = parseBackend(spec.backendUrl);
  if (backend.kind !== "s3") return;
  const { openObjects } = await import("../aws/objects.js");
  const objects = await openObjects(backend.place, { signal });
  try {
    await use({ ...objectLocks(objects, backend.place.prefix, spec), engines });
  } finally {
    objects.close();
  }
}

/** The locks on a state in a bucket, below `prefix`. */
export function objectLocks(
  objects: Objects,
  prefix: string,
  { project, stack }: Pick<StackSpec, "project" | "stack">,
): StateLocks {
  const name = basename(stack);
  const folder = `${prefix}.pulumi/locks/organization/${project}/${name}/`;
  return {
    stack: name,
    async read() {
      const keys = (await objects.list(folder)).filter((key) => key.endsWith(".json"));
      const texts = await Promise.all(
        keys.map(async (key) => [key, (await objects.read(key))?.body] as const),
      );
      return new Map(texts.flatMap(([key, text]) => (text === undefined ? [] : [[key, text] as const])));
    },
    async remove(key) {
      await objects.remove(key);
    },
    // An object is there whole or not at all.
    beginning: async () => [],
  };
}
