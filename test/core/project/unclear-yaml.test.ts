import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";
import { readProject, readStackFile } from "../../../src/core/project/project.js";
import { parseReleaseConfig } from "../../../src/core/project/release.js";
import { parseYaml } from "../../../src/core/project/yaml-file.js";
import { MoorageError } from "../../../src/core/errors.js";

async function folder(files: Record<string, string | Buffer>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "moorage-unclear-"));
  onTestFinished(() => rm(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

const unclearIn = (text: string) => parseYaml(text, "Pulumi.dev.yaml").unclear([]);

const service = (settings: string) =>
  `config:\n  moorage:app: hello\n  moorage:foundation: foundation-dev\n  moorage:services:\n    web:\n      repository: hello\n      port: 8080\n      ${settings}\n`;

async function refusal(files: Record<string, string | Buffer>): Promise<MoorageError> {
  const read = readProject(await folder({ "Pulumi.yaml": "name: hello\n", ...files }))
    .then((project) => readStackFile(project, "dev"))
    .then((file) => parseConfig(file.config, file.source, file));
  const error: unknown = await read.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MoorageError) return error;
  throw new Error("it was not refused", { cause: error });
}

describe("bug 4, F47: what is not in quotes and would not reach the app as written", () => {
  it.each([
    ...[
      "012345678912",
      "012345",
      "1.10",
      "20220113.10",
      "1234567890123456789",
      "0755",
      "0x1F",
      "0o17",
      "1e3",
    ],
    ...[
      "-0",
      "+5",
      "1.",
      ".5",
      "1_000",
      "0b101",
      "-0x1f",
      "0x_1F",
      "685_230.15",
      "1_0.5e1",
      "00",
      ".inf",
      "-.INF",
    ],
    ...[".nan", "2024-01-01", "2024-1-1", "2024-01-01T10:00:00Z", "2024-01-01 10:00:00", "True", "FALSE"],
    ...[
      "!!binary aGk=",
      "!!int '5'",
      "!!float 1",
      "!!bool 'true'",
      "!secret x",
      "! 012",
      "!!timestamp 2024-01-01",
    ],
  ])("%s in env is a mistake that names line and path", async (text) => {
    const error = await refusal({ "Pulumi.dev.yaml": service(`env: { A: ${text} }`) });
    expect(error).toMatchObject({ code: "config-invalid", exitCode: 2 });
    expect(error.message).toMatch(/1 mistake:\n {2}- moorage:services\.web\.env\.A: .*quotes.*\(line 8\)/);
    expect(error.places).toMatchObject([{ line: 8, text: expect.stringContaining("env.A") as string }]);
  });

  it.each([
    "NO",
    "yes",
    "12:30:45",
    "1000000",
    "-5",
    "1.5",
    "0",
    "true",
    "=",
    "1,000",
    "v1.10",
    "0x",
    "9:30",
    "!!str 012",
  ])("%s in env reaches the app as written", (text) => {
    const file = parseYaml(`env:\n  A: ${text}\n`, "Pulumi.dev.yaml");
    expect(file.unclear([])).toEqual([]);
    const { A } = file.content["env"] as Record<string, unknown>;
    expect(String(A)).toBe(text.replace("!!str ", ""));
  });

  it("leaves quoted text alone, whatever it looks like", () => {
    expect(
      unclearIn(`a: ["012", '1.10', "2024-01-01", "!!binary", "<<", "~"]\nb: |\n  012\nc: "\\u2028"`),
    ).toEqual([]);
  });

  it.each([
    ["names", "env: { 012: a }", ["env", "012"]],
    ["names that are dates", "env: { 2024-01-01: a }", ["env", "2024-01-01"]],
    ["names that are nothing", "env: { ~: a }", ["env", "~"]],
    ["a merge in quotes", 'env: { "<<": a }', ["env", "<<"]],
    ["the command", "command: [node, 0777]", ["command", 1]],
    ["what an alias names", "x: &x { A: 1.10 }\nenv: *x", ["x", "A"]],
    ["what is merged", "x: &x { A: 012 }\nenv: { <<: *x }", ["x", "A"]],
    ["numbers too: readers differ about them", "port: 010", ["port"]],
    ["tags of AWS", "aws:defaultTags: { tags: { cost: 0123 } }", ["aws:defaultTags", "tags", "cost"]],
    ["characters that are none", 'env: { A: "\\ud800" }', ["env", "A"]],
    ["NUL", 'env: { A: "a\\0b" }', ["env", "A"]],
  ])("sees %s", (_title, text, path) => {
    expect(unclearIn(text)[0]?.path).toEqual(path);
  });

  it("sees what is anchored outside of config, at its path within it", async () => {
    const text = `x: &x { A: 012 }\n${service("env: { <<: *x, B: b }")}`;
    const error = await refusal({ "Pulumi.dev.yaml": text });
    expect(error.message).toMatch(/moorage:services\.web\.env\.A: .*\(line 1\)/);
  });

  it("sees the project's defaults, in their file, unless the stack replaces them", async () => {
    const project =
      "name: hello\nconfig:\n  moorage:preview:\n    value: { label: deploy, env: { V: 1.10 } }\n";
    const error = await refusal({ "Pulumi.yaml": project, "Pulumi.dev.yaml": service("cpu: 256") });
    expect(error.message).toMatch(/moorage:preview\.env\.V: .*\(Pulumi\.yaml:4:/);
    const path = await folder({
      "Pulumi.yaml": project,
      "Pulumi.dev.yaml": service("cpu: 256").replace(/^/, ""),
    });
    const read = await readProject(path);
    expect(() => parseReleaseConfig(read)).toThrow(/moorage:preview\.env\.V/);
    await writeFile(join(path, "Pulumi.dev.yaml"), `${service("cpu: 256")}  moorage:preview: {}\n`);
    expect((await readStackFile(read, "dev")).unclear).toEqual([]);
  });

  it("does not show what may be a secret, and tells every mistake at once", async () => {
    const error = await refusal({
      "Pulumi.dev.yaml": service("env: { A: 0123987 }\n      cpu: 300\n      command: [1]"),
    });
    expect(error.message).toMatch(/3 mistakes/);
    expect(error.message).not.toContain("0123987");
    expect(error.message).toMatch(/command\.0: .*put it in quotes/);
  });
});

describe("F47: files that readers read differently", () => {
  it.each([
    ["U+0085", "env: { A: a\u0085b }"],
    ["U+2028", 'env: { A: "a\u2028b" }'],
    ["U+2029", "# a\u2029b\n"],
    ["U+FEFF", "env: { A: a\ufeffb }"],
    ["U+000D", "env: { A: a }\rb: c"],
  ])("%s in a file is refused with its place", (character, text) => {
    expect(() => parseYaml(text, "Pulumi.dev.yaml")).toThrow(`The character ${character}`);
  });

  it("refuses YAML 1.1 by its name, and what is not UTF-8", async () => {
    expect(() => parseYaml("%YAML 1.1\n---\na: NO\n", "x.yaml")).toThrow(/YAML 1\.1/);
    const error = await refusal({ "Pulumi.dev.yaml": Buffer.from([0x61, 0x3a, 0x20, 0xe4, 0x0a]) });
    expect(error).toMatchObject({
      code: "yaml-invalid",
      message: expect.stringContaining("UTF-8") as string,
    });
  });

  it.each([
    ["without its anchor", "a: *b"],
    ["of itself", "a: &a { b: *a }"],
    [
      "of very many",
      `a: &a [x, x, x, x, x, x, x, x, x]\n${"bcdefgh".replace(/./g, (name, at: number) => `${name}: &${name} [${`*${"abcdefg"[at] ?? ""}, `.repeat(9)}]\n`)}`,
    ],
  ])("refuses an alias %s", (_title, text) => {
    expect(() => parseYaml(text, "Pulumi.dev.yaml")).toThrow(MoorageError);
  });

  it("bug 22: reads a byte order mark, CRLF and UTF-16", async () => {
    const text = "name: hello\r\nconfig:\r\n  moorage:app: hello\r\n";
    for (const bytes of [
      Buffer.from(`\ufeff${text}`),
      Buffer.from(`\ufeff${text}`, "utf16le"),
      Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
    ]) {
      const project = await readProject(await folder({ "Pulumi.yaml": bytes }));
      expect(project).toMatchObject({ name: "hello", defaults: { "moorage:app": "hello" } });
    }
  });
});

describe("bug 5: stackConfigDir", () => {
  it("is where the stacks' files are, and what errors name", async () => {
    const path = await folder({
      "Pulumi.yaml": "name: hello\nstackConfigDir: config/\n",
      "config/Pulumi.dev.yaml": service("cpu: 300"),
    });
    const project = await readProject(path);
    expect(project.environments).toEqual(["dev"]);
    const dev = await readStackFile(project, "dev");
    expect(dev).toMatchObject({
      source: "config/Pulumi.dev.yaml",
      path: join(path, "config/Pulumi.dev.yaml"),
    });
    expect(() => parseConfig(dev.config, dev.source, dev)).toThrow(
      /^config\/Pulumi\.dev\.yaml has 1 mistake/,
    );
    await expect(readStackFile(project, "prod")).rejects.toThrow(/There is no config\/Pulumi\.prod\.yaml/);
  });

  it("may be written in its old form, and may be missing", async () => {
    const old = { "Pulumi.yaml": "name: hello\nconfig: stacks\n", "stacks/Pulumi.dev.yaml": "config: {}\n" };
    expect((await readProject(await folder(old))).environments).toEqual(["dev"]);
    const missing = await readProject(
      await folder({ "Pulumi.yaml": "name: hello\nstackConfigDir: nowhere\n" }),
    );
    expect(missing.environments).toEqual([]);
    const wrong = readProject(await folder({ "Pulumi.yaml": "name: hello\nstackConfigDir: 5\n" }));
    await expect(wrong).rejects.toMatchObject({ code: "project-invalid" });
  });
});

describe("bug 27: nothing that the files say is dropped without a word", () => {
  it("environments of Pulumi ESC are refused, with key and place", async () => {
    const error = await refusal({
      "Pulumi.dev.yaml": `environment:\n  - example/dev\n${service("cpu: 256")}`,
    });
    expect(error).toMatchObject({ code: "config-invalid", exitCode: 2 });
    expect(error.message).toMatch(/Pulumi\.dev\.yaml:2:3: `environment` .*example\/dev/);
  });

  it("settings of secrets that are no text, secrets in plain text, and declared keys without a value are refused", async () => {
    const salt = await refusal({ "Pulumi.dev.yaml": "encryptionsalt: 5\nconfig: {}\n" });
    expect(salt.message).toMatch(/`encryptionsalt` must be text/);
    const plain = { "Pulumi.yaml": "name: hello\nconfig: { a:b: { value: x, secret: true } }\n" };
    await expect(readProject(await folder(plain))).rejects.toThrow(/a:b is a secret/);
    const declared = {
      "Pulumi.yaml": "name: hello\nconfig: { b: { type: string } }\n",
      "Pulumi.dev.yaml": "config: {}\n",
    };
    expect((await refusal(declared)).message).toMatch(/no value for hello:b/);
  });

  it("the engine is told what concerns it of Pulumi.yaml, and keys without a namespace are the project's", async () => {
    const text =
      "name: hello\noptions: { refresh: always }\nrequiredPulumiVersion: '>=3'\nplugins: { providers: [{ name: x, path: ../x }] }\nconfig: { size: small }\n";
    const path = await folder({ "Pulumi.yaml": text });
    const { engineSettings, defaults } = await readProject(path);
    expect(engineSettings).toEqual({
      options: { refresh: "always" },
      requiredPulumiVersion: ">=3",
      plugins: { providers: [{ name: "x", path: join(path, "../x") }] },
    });
    expect(defaults).toEqual({ "hello:size": "small" });
  });
});
