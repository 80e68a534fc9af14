import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import type { DemoResult } from "../../src/features/demo/demo.js";
import type { DestroyJson, UpJson } from "../harness/preview.js";
import { root, Sandbox } from "../harness/sandbox.js";

/** The path of Node's binary of exactly this version, from npm's package `node`. */
async function nodeBinary(version: string): Promise<string> {
  const args = ["--yes", "--package", `node@${version}`, "node", "-p", "process.execPath"];
  const { stdout } = await promisify(execFile)("npx", args, { cwd: tmpdir(), timeout: 300_000 });
  return stdout.trim();
}

/** The oldest that `engines` in package.json admits, and the line between it and the workflows' own (.nvmrc). */
const versions = ["20.19.6", "22.23.3"];

it.each(versions)(
  "issue 13: the demo, and a preview from up to destroy, on Node %s",
  { timeout: 600_000 },
  async (version) => {
    const node = await nodeBinary(version);
    const sandbox = new Sandbox(root, root, node);
    onTestFinished(() => sandbox.close());
    const { stdout } = await promisify(execFile)(node, ["--version"]);
    expect(stdout.trim()).toBe(`v${version}`);

    const demo = await sandbox.json<DemoResult>("demo");
    expect(demo.result).toBe("done");

    const image = ["--repository", "hello", "--tag", "v1"];
    await sandbox.json("local", "image", join(root, "examples/hello"), ...image);
    const up = await sandbox.json<UpJson>("preview", "up", "--pr", "7", "--tag", "v1");
    expect(up.result).toBe("created");
    const destroyed = await sandbox.json<DestroyJson>("preview", "destroy", "--pr", "7");
    expect(destroyed.result).toBe("destroyed");
  },
);
