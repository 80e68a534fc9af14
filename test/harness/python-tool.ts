import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { userCache } from "./user-cache.js";

const run = promisify(execFile);

/** What other people wrote in Python, at the versions that the tests were made with. */
const pinned = { ministack: "1.5.33", awscli: "1.46.3", zizmor: "1.32.0" };

export interface PythonTool {
  /** The interpreter's program. */
  python: string;
  /** What `PYTHONPATH` must name. */
  folder: string;
}

/** A tool, or why this machine cannot have it. */
export type Found = { tool: PythonTool; missing?: undefined } | { tool?: undefined; missing: string };

/**
 * A tool from PyPI, installed once per version into the user's cache. Never throws: where there is no Python or no
 * network, the suite says so (`describeWith`).
 */
export async function pythonTool(name: keyof typeof pinned): Promise<Found> {
  try {
    const python = "python3";
    const version = await run(python, ["-c", "import sys; print('py%d.%d' % sys.version_info[:2])"]);
    const cache = userCache("test-tools");
    const folder = join(cache, `${name}-${pinned[name]}-${version.stdout.trim()}`);
    if (!existsSync(folder)) await install(python, `${name}==${pinned[name]}`, cache, folder);
    return { tool: { python, folder } };
  } catch (error) {
    const reason = (error as { stderr?: string }).stderr ?? String(error);
    return { missing: `${name} ${pinned[name]} from PyPI: ${reason.trim().split("\n").at(-1) ?? ""}` };
  }
}

/** Moved into place as a whole: of two test files that install at once, the second leaves the first one's alone. */
async function install(python: string, requirement: string, cache: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, ".installing-"));
  try {
    const options = ["--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--target", made];
    await run(python, ["-m", "pip", "install", ...options, requirement], { timeout: 180_000 });
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** A suite that needs a tool. Without it the suite fails, and says why: what is not tried is not known to work. */
export function describeWith<Tool>(
  found: { tool: Tool; missing?: undefined } | { tool?: undefined; missing: string },
  name: string,
  body: (tool: Tool) => void,
): void {
  describe(name, () => {
    if (found.missing === undefined) return body(found.tool);
    it("has its tool", () => expect.fail(`this machine cannot have ${found.missing}`));
  });
}
