import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { getEngine } from "../../src/engine/get.js";
import { plainHost } from "../../src/hosts.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Before all tests: what runs end to end is what would be installed, on an engine that is there. */
export default async function setup(): Promise<void> {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  const host = plainHost(process.stderr, Date.now());
  await getEngine({ env: process.env, host, signal: new AbortController().signal });
}
