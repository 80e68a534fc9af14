import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { takeConfig } from "../../src/config/take.js";

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
  expect(await takeConfig(head, base, true)).toEqual({ changed: [], stacks: [], left: [] });
});

it("takes the settings of a stack, and says that it is reached", async () => {
  there(
    "Pulumi.dev.yaml",
    "config:\n  aws:region: us-east-1\n  moorage:app: hello\n  moorage:domain: x.example\n",
  );
  expect(await takeConfig(head, base, true)).toEqual({
    changed: ["Pulumi.dev.yaml"],
    stacks: ["dev"],
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
