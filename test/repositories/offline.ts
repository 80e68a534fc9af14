import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { it } from "vitest";
import { root } from "../harness/sandbox.js";

const inside = process.env["MOORAGE_TEST_OFFLINE"] === "1";

/**
 * Runs a file's tests with no network but a loopback of their own. `prepare` runs before, with one: it makes what cannot be
 * there otherwise. Linux, as root.
 */
export function offline(file: string, prepare: () => Promise<unknown>, tests: () => void): void {
  if (inside) return tests();
  it("with no network but loopback", { timeout: 900_000 }, async () => {
    await prepare();
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const script = `ip link set lo up && exec "$@"`;
    const command = [process.execPath, vitest, "run", file];
    await promisify(execFile)("unshare", ["--net", "sh", "-c", script, "offline", ...command], {
      cwd: root,
      env: { ...process.env, MOORAGE_TESTS: "full", MOORAGE_TEST_OFFLINE: "1" },
      timeout: 800_000,
      maxBuffer: 1 << 26,
    }).then(
      ({ stdout }) => process.stdout.write(stdout),
      ({ stdout, stderr }: { stdout: string; stderr: string }) => {
        throw new Error(`${stdout}\n${stderr}`);
      },
    );
  });
}
