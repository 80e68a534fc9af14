import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A copy of an app with one more line in its server, as a second commit would have; gone when `use` is done. */
export async function changedCopy<Value>(
  folder: string,
  use: (copy: string) => Promise<Value>,
): Promise<Value> {
  const copy = await mkdtemp(join(tmpdir(), "moorage-commit-"));
  try {
    await cp(folder, copy, { recursive: true });
    await appendFile(join(copy, "server.js"), "\n// The second commit.\n");
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
