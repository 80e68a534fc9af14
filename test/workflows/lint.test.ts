import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { goTool } from "../harness/go-tool.js";
import { describeWith, pythonTool } from "../harness/python-tool.js";
import { root } from "../harness/sandbox.js";
import { folder, jobs, names, ownNames, read, steps } from "./files.js";

const run = promisify(execFile);
const files = [
  ...[...names, ...ownNames].map((name) => join(folder, `${name}.yml`)),
  join(root, "action.yml"),
];

describeWith(await goTool("actionlint"), "actionlint", (actionlint) => {
  it("reports nothing", { timeout: 60_000 }, async () => {
    const { stdout } = await run(actionlint, ["-no-color"], { cwd: root }).catch(
      (failed: { stdout: string }) => failed,
    );
    expect(stdout).toBe("");
  });
});

describeWith(await pythonTool("zizmor"), "zizmor, pedantic", (zizmor) => {
  it("reports nothing, and ignores four triggers, each with its reason", { timeout: 60_000 }, async () => {
    const options = ["--pedantic", "--offline", "--strict-collection", "--color", "never"];
    const env = { ...process.env, PYTHONPATH: zizmor.folder };
    const report = await run(join(zizmor.folder, "bin/zizmor"), [...options, ...files], { env }).catch(
      (failed: { stdout: string; stderr: string }) => failed,
    );
    expect(report.stdout).toContain("No findings to report. Good job! (4 ignored)");
    const ignored = files.flatMap((file) => readFileSync(file, "utf8").match(/zizmor: ignore.*/g) ?? []);
    expect(ignored).toEqual([
      expect.stringMatching(/^zizmor: ignore\[dangerous-triggers\] of the run that triggers only the tag/),
      expect.stringMatching(/^zizmor: ignore\[dangerous-triggers\] the head's settings are read as data/),
      expect.stringMatching(/^zizmor: ignore\[dangerous-triggers\] no code of the pull/),
      expect.stringMatching(/^zizmor: ignore\[dangerous-triggers\] no code of the pull/),
    ]);
  });
});

/** Read from the actions' own tags. */
const actions: Record<string, string> = {
  "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  "actions/setup-node": "820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  "actions/upload-artifact": "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
  "actions/download-artifact": "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
  "actions/attest": "1e69f48acb82d1966a394da916b4c1698aa569d6 # v4.2.2",
  "actions/cache/restore": "55cc8345863c7cc4c66a329aec7e433d2d1c52a9 # v6.1.0",
  "actions/cache/save": "55cc8345863c7cc4c66a329aec7e433d2d1c52a9 # v6.1.0",
  "aws-actions/configure-aws-credentials": "e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3",
};

describe("third-party actions", () => {
  it("are these eight, pinned by commit, with the version beside it", () => {
    const used = files.flatMap((file) => readFileSync(file, "utf8").match(/(?<=\buses: ).*/g) ?? []);
    const known = Object.entries(actions).map(([name, pin]) => `${name}@${pin}`);
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((one) => !known.includes(one))).toEqual([]);
  });

  it("leave no credentials of git behind", () => {
    const checkouts = steps().filter(({ step }) => step.uses?.startsWith("actions/checkout"));
    expect(checkouts.filter(({ step }) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });
});

const installations = [
  'exec npm ci --ignore-scripts --prefix "$MOORAGE_FOLDER"',
  "exec bash .moorage-program/bin/install.sh",
];

describe("issue 14.7: a release of Moorage itself", () => {
  const { build, draft } = read("publish").jobs;

  it("is built where the token only reads, and signed where nothing that was installed runs", () => {
    expect(build?.permissions).toEqual({ contents: "read" });
    expect(draft?.permissions).toEqual({ contents: "write", "id-token": "write", attestations: "write" });
    expect(draft?.steps.filter(({ run: text }) => /\bnp[mx]\b|\bnode\b/.test(text ?? ""))).toEqual([]);
    expect([draft?.needs, draft?.environment?.name]).toEqual(["build", "release"]);
    expect(build?.if).toBe("github.ref_name == github.event.repository.default_branch");
  });

  it("has tarball, checksums, bill of materials and notes, all of them attested or said", () => {
    const text = JSON.stringify(jobs(ownNames));
    for (const part of ["release:notes", "release/*.tgz", "release/SHA256SUMS", "release/sbom.cdx.json"])
      expect(text).toContain(part);
    const attested = draft?.steps.filter(({ uses }) => uses?.startsWith("actions/attest@")) ?? [];
    expect(attested.map((step) => step.with?.["sbom-path"])).toEqual([undefined, "release/sbom.cdx.json"]);
  });
});

describe("what a step runs", () => {
  const runs = steps().flatMap(({ where, step }) =>
    step.run === undefined ? [] : [{ where, run: step.run }],
  );

  it("F26: holds no expression: what people write comes by the environment, and is quoted", () => {
    expect(runs.filter(({ run: text }) => text.includes("${{"))).toEqual([]);
    const unquoted = runs.filter(({ run: text }) =>
      /[^"=]\$(?!MOORAGE(_ARGS)? )\w/.test(text.replaceAll(/"[^"]*"/g, "")),
    );
    expect(unquoted).toEqual([]);
  });

  it("F6: is executed in place of the shell, which would keep a signal to itself", () => {
    expect(runs.filter(({ run: text }) => !/(^|\n)exec [^\n]+\n?$/.test(text))).toEqual([]);
  });

  const isOurs = (text: string) =>
    /^exec \$MOORAGE [a-z][^\n]*\n?$/.test(text) || installations.includes(text);

  it("is one command, and never a package from a registry by the name of ours", () => {
    const ours = runs.filter(
      ({ run: text }) => /\bmoorage\b/i.test(text) && !text.includes("GITHUB_ACTION_PATH"),
    );
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter(({ run: text }) => !isOurs(text) && !text.startsWith("exec printf"))).toEqual([]);
    const brings = names.map((name) => read(name).env["MOORAGE"]);
    const command =
      "${{ inputs.moorage && format('npx --no --prefix {0} -- moorage', inputs.moorage) || 'moorage' }}";
    expect(brings).toEqual(names.map(() => command));
  });
});
