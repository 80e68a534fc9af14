import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { goTool } from "../harness/go-tool.js";
import { describeWith, pythonTool } from "../harness/python-tool.js";
import { root } from "../harness/sandbox.js";
import { read } from "../workflows/files.js";

const run = promisify(execFile);
const file = join(root, "examples/end-to-end/.github/workflows/preview.yml");
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

it("issue 14.6: end-to-end tests follow what the preview's workflow gives, without a role or a secret", () => {
  const text = readFileSync(file, "utf8");
  const used = [...text.matchAll(/needs\.preview\.outputs\.([\w-]+)/g)].map(([, name]) => name);
  const given = Object.keys(read("preview").on["workflow_call"]?.outputs ?? {});
  expect(used).toEqual(["verdict", "url", "image-tag"]);
  expect(given).toEqual(expect.arrayContaining(used));
  const { jobs } = parse(text) as { jobs: Record<string, { permissions: object }> };
  expect(jobs["end-to-end"]?.permissions).toEqual({ contents: "read" });
});

it("calls it with the permissions that its jobs need", () => {
  const { jobs } = parse(readFileSync(file, "utf8")) as { jobs: Record<string, { permissions: object }> };
  const needed = Object.values(read("preview").jobs).map(({ permissions }) => permissions);
  expect(jobs["preview"]?.permissions).toEqual(Object.assign({}, ...needed) as object);
});
