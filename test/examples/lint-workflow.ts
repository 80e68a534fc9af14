import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { goTool } from "../harness/go-tool.js";
import { describeWith, pythonTool } from "../harness/python-tool.js";
import { root } from "../harness/sandbox.js";

const run = promisify(execFile);
const failed = (error: { stdout: string }) => error;

/** What others find in an example's workflow: nothing. */
export async function lintWorkflow(file: string): Promise<void> {
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
}
