import { readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** `dist/` when compiled, the project's root when run from its sources. */
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Whether this is compiled code (`.js`) or runs from its sources (`.ts`, in tests). */
export const isCompiled = extname(fileURLToPath(import.meta.url)) === ".js";

/** Names this build of Moorage: a daemon of another build is replaced, since its code is not the caller's. */
export function buildId(): string {
  const manifest = join(root, isCompiled ? "../package.json" : "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return isCompiled ? `${version}+${compiledAt()}` : `${version}+source`;
}

/** tsc touches this file at every build, and only the outputs that changed. */
function compiledAt(): number {
  const stamp = statSync(join(root, ".tsbuildinfo"), { throwIfNoEntry: false });
  return Math.round((stamp ?? statSync(fileURLToPath(import.meta.url))).mtimeMs);
}
