import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { goTool } from "../harness/go-tool.js";
import { describeWith, pythonTool } from "../harness/python-tool.js";
import { root } from "../harness/sandbox.js";

const run = promisify(execFile);
const file = join(root, "examples/shared-infrastructure/.github/workflows/deploy.yml");
const failed = (error: { stdout: string }) => error;

describeWith(await goTool("actionlint"), "actionlint, on the example's workflow", (actionlint) => {
  it("reports nothing", { timeout: 60_000 }, async () => {
    const { stdout } = await run(actionlint, ["-no-color", file], { cwd: root }).catch(failed);
    expect(stdout).toBe("");
  });
});

describeWith(await pythonTool("zizmor"), "zizmor, pedantic, on the example's workflow", (zizmor) => {
  it("reports nothing, and nothing is ignored", { timeout: 60_000 }, async () => {
    const options = ["--pedantic", "--offline", "--strict-collection", "--color", "never", file];
    const { stdout } = await run(join(zizmor.folder, "bin/zizmor"), options).catch(failed);
    expect(stdout).toContain("No findings to report. Good job!");
    expect(stdout).not.toContain("ignored");
  });
});

it("uses the actions that Moorage's own workflows use, by the same commits", () => {
  const usedIn = (path: string): string[] => readFileSync(path, "utf8").match(/(?<=uses: ).*/g) ?? [];
  const used = usedIn(file);
  const own = usedIn(join(root, ".github/workflows/deploy.yml"));
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((one) => !own.includes(one))).toEqual([]);
});
