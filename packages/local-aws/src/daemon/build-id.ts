import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether this is the bundle (`.js`, in one flat folder) or runs from its sources (`.ts`, in tests). */
const isBundled = extname(fileURLToPath(import.meta.url)) === ".js";

/** Names this build of Moorage: a daemon of another build is replaced, since its code is not the caller's. */
export function buildId(): string {
  if (!isBundled) return "source";
  const file = fileURLToPath(new URL("build.json", import.meta.url));
  return (JSON.parse(readFileSync(file, "utf8")) as { id: string }).id;
}

/** Node's arguments that run the daemon as a process of its own. */
export function daemonModule(): string[] {
  if (isBundled) return [fileURLToPath(new URL("daemon.js", import.meta.url))];
  return ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("daemon.ts", import.meta.url))];
}
