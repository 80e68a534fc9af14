import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { takeConfig } from "../../../src/core/project/take.js";
import { readYaml } from "../../../src/core/project/yaml-file.js";

let folder: string;
let [head, base] = ["", ""];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "moorage-test-"));
  [head, base] = [join(folder, "head"), join(folder, "base")];
  for (const place of [head, base]) {
    mkdirSync(place);
    writeFileSync(join(place, "Pulumi.yaml"), "name: hello\nruntime: nodejs\n");
    writeFileSync(join(place, "Pulumi.dev.yaml"), "config:\n  aws:region: us-east-1\n  moorage:app: hello\n");
    writeFileSync(join(place, "Pulumi.prod.yaml"), "config:\n  moorage:app: hello\n");
    writeFileSync(join(place, "Pulumi.foundation-dev.yaml"), "config:\n  moorage:zone: Z0123\n");
    writeFileSync(join(place, "Pulumi.github.yaml"), "config:\n  moorage:repository: acme/hello\n");
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const here = (name: string) => parse(readFileSync(join(base, name), "utf8")) as unknown;
const there = (name: string, text: string) => writeFileSync(join(head, name), text);

it("takes nothing where nothing differs", async () => {
  expect(await takeConfig(head, base, true)).toEqual({ changed: [], stacks: [], removed: [], left: [] });
});

it("takes the settings of a stack, and says that it is reached", async () => {
  there(
    "Pulumi.dev.yaml",
    "config:\n  aws:region: us-east-1\n  moorage:app: hello\n  moorage:domain: x.example\n",
  );
  expect(await takeConfig(head, base, true)).toEqual({
    changed: ["Pulumi.dev.yaml"],
    stacks: ["dev"],
    removed: [],
    left: [],
  });
  expect(here("Pulumi.dev.yaml")).toEqual({
    config: { "aws:region": "us-east-1", "moorage:app": "hello", "moorage:domain": "x.example" },
  });
});

it("a change of Pulumi.yaml reaches every environment and foundation; a dry run writes nothing", async () => {
  there(
    "Pulumi.yaml",
    "name: hello\nruntime: nodejs\nconfig:\n  moorage:triggers: { value: { main: prod } }\n",
  );
  const { stacks } = await takeConfig(head, base, false);
  expect(stacks).toEqual(["dev", "foundation-dev", "prod"]);
  expect(here("Pulumi.yaml")).toEqual({ name: "hello", runtime: "nodejs" });
});

it("F51: what an engine or a provider acts on stays as it is here, and is named", async () => {
  const evil =
    "  aws:sharedConfigFiles: [head/Pulumi.evil.yaml]\n  aws:endpoints: [{ sts: https://evil.example }]\n";
  there(
    "Pulumi.dev.yaml",
    `secretsprovider: awskms://evil\nconfig:\n  aws:region: eu-west-1\n${evil}  moorage:app: hello\n`,
  );
  there(
    "Pulumi.yaml",
    "name: other\nruntime: python\nmain: evil.py\nbackend: { url: s3://evil }\nplugins: { providers: [{ name: aws, path: evil }] }\n",
  );
  const before = ["Pulumi.yaml", "Pulumi.dev.yaml"].map(here);
  const taken = await takeConfig(head, base, true);
  expect(["Pulumi.yaml", "Pulumi.dev.yaml"].map(here)).toEqual(before);
  expect(taken).toEqual({
    changed: [],
    stacks: [],
    removed: [],
    left: [
      "Pulumi.dev.yaml: secretsprovider",
      "Pulumi.dev.yaml: aws:region",
      "Pulumi.dev.yaml: aws:sharedConfigFiles",
      "Pulumi.dev.yaml: aws:endpoints",
      ...["name", "runtime", "main", "backend", "plugins"].map((key) => `Pulumi.yaml: ${key}`),
    ],
  });
});

it("F51: a link is not followed", async () => {
  rmSync(join(head, "Pulumi.dev.yaml"));
  symlinkSync("/proc/self/environ", join(head, "Pulumi.dev.yaml"));
  await expect(takeConfig(head, base, true)).rejects.toMatchObject({ code: "config-file", exitCode: 2 });
});

it("finds the stacks' files where Pulumi.yaml says that they are, and leaves them there", async () => {
  for (const place of [head, base]) {
    writeFileSync(join(place, "Pulumi.yaml"), "name: hello\nruntime: nodejs\nstackConfigDir: config\n");
    mkdirSync(join(place, "config"));
    writeFileSync(join(place, "config", "Pulumi.eu.yaml"), "config:\n  moorage:app: hello\n");
  }
  there("config/Pulumi.eu.yaml", "config:\n  moorage:app: hello\n  moorage:domain: x.example\n");
  expect(await takeConfig(head, base, true)).toEqual({
    changed: ["config/Pulumi.eu.yaml"],
    stacks: ["eu"],
    removed: [],
    left: [],
  });
  expect(here("config/Pulumi.eu.yaml")).toEqual({
    config: { "moorage:app": "hello", "moorage:domain": "x.example" },
  });
});

it("F51: where the stacks' files are is said by this folder, and its folder is no link", async () => {
  there("Pulumi.yaml", "name: hello\nruntime: nodejs\nstackConfigDir: ../../secrets\n");
  mkdirSync(join(folder, "secrets"));
  expect(await takeConfig(head, base, true)).toMatchObject({
    stacks: [],
    left: ["Pulumi.yaml: stackConfigDir"],
  });
  for (const place of [head, base])
    writeFileSync(join(place, "Pulumi.yaml"), "name: hello\nruntime: nodejs\nstackConfigDir: config\n");
  symlinkSync(join(folder, "secrets"), join(head, "config"));
  await expect(takeConfig(head, base, true)).rejects.toMatchObject({ code: "config-file", exitCode: 2 });
});

it("a file that is deleted there is named, is gone here, and its stack is not planned", async () => {
  rmSync(join(head, "Pulumi.prod.yaml"));
  there("Pulumi.yaml", "name: hello\nruntime: nodejs\nconfig:\n  moorage:app: { value: hello }\n");
  const untouched = await takeConfig(head, base, false);
  expect(untouched).toMatchObject({ stacks: ["dev", "foundation-dev"], removed: ["Pulumi.prod.yaml"] });
  expect(here("Pulumi.prod.yaml")).toEqual({ config: { "moorage:app": "hello" } });
  await takeConfig(head, base, true);
  expect(() => here("Pulumi.prod.yaml")).toThrow("ENOENT");
});

it("an environment that is added there is reached, also by a change of Pulumi.yaml", async () => {
  there("Pulumi.eu.yaml", "config:\n  moorage:app: hello\n");
  there("Pulumi.yaml", "name: hello\nruntime: nodejs\nconfig:\n  moorage:app: { value: hello }\n");
  const { stacks } = await takeConfig(head, base, true);
  expect(stacks).toEqual(["dev", "eu", "foundation-dev", "prod"]);
});

it("bug 2, F47: what is taken means the same to every YAML reader as where it came from", async () => {
  const texts = [
    "2024-01-01",
    "1_000",
    "0b101",
    "+0o14",
    "yes",
    "a\u2028b",
    "a\u0085b",
    "\ufeff",
    "\t x\ny  ",
  ];
  const env = Object.fromEntries([...texts, "word ".repeat(60)].map((text, index) => [`T${index}`, text]));
  const escaped = JSON.stringify({ ...env, "2024-01-02": "key" }).replace(
    /[\u0085\u2028\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  there("Pulumi.prod.yaml", `config:\n  moorage:app: hello\n  moorage:env: ${escaped}\n`);
  await takeConfig(head, base, true);
  const file = await readYaml(join(base, "Pulumi.prod.yaml"));
  expect(file?.unclear(["config"])).toEqual([]);
  expect(file?.content).toMatchObject({ config: { "moorage:env": { ...env, "2024-01-02": "key" } } });
  const go = parse(readFileSync(join(base, "Pulumi.prod.yaml"), "utf8"), { version: "1.1" }) as unknown;
  expect(go).toEqual(file?.content);
});

it("bug 4, F47: what would lose how it is written is not taken, and its place is named", async () => {
  there("Pulumi.prod.yaml", "config:\n  moorage:app: hello\n  moorage:env:\n    VERSION: 1.10\n");
  await expect(takeConfig(head, base, true)).rejects.toMatchObject({
    code: "config-invalid",
    message: expect.stringMatching(/moorage:env\.VERSION: .*\(line 4\)/) as string,
  });
  expect(here("Pulumi.prod.yaml")).toEqual({ config: { "moorage:app": "hello" } });
});
