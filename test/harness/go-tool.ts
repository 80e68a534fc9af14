import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { userCache } from "./user-cache.js";

const run = promisify(execFile);

/** What other people wrote in Go, at the versions that the tests were made with. */
const pinned = {
  act: { package: "github.com/nektos/act", version: "v0.2.89" },
  actionlint: { package: "github.com/rhysd/actionlint/cmd/actionlint", version: "v1.7.12" },
};

/** A program's path, or why this machine cannot have it. */
export type FoundProgram = { tool: string; missing?: undefined } | { tool?: undefined; missing: string };

/** A program, built once per version into the user's cache. Never throws, like `pythonTool`. */
export async function goTool(name: keyof typeof pinned): Promise<FoundProgram> {
  const { package: source, version } = pinned[name];
  try {
    const cache = userCache("test-tools");
    const folder = join(cache, `${name}-${version}`);
    if (!existsSync(folder)) await install(`${source}@${version}`, cache, folder);
    return { tool: join(folder, name) };
  } catch (error) {
    const reason = (error as { stderr?: string }).stderr ?? String(error);
    return { missing: `${source}@${version}: ${reason.trim().split("\n").at(-1) ?? ""}` };
  }
}

/** Moved into place as a whole: of two test files that install at once, the second leaves the first one's alone. */
async function install(source: string, cache: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, ".installing-"));
  try {
    const env = { ...process.env, GOBIN: made, GOFLAGS: "-mod=mod" };
    await run("go", ["install", source], { cwd: made, env, timeout: 300_000 });
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
