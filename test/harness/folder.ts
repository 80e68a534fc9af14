import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Says what is to be done at the end: of a test, or of what a whole file shares. */
export type AtEnd = (end: () => void | Promise<void>) => void;

/** A folder that is gone when the test ends, or what `atEnd` stands for. */
export function temporaryFolder(name = "moorage-test-", atEnd: AtEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
