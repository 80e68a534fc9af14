import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, Sandbox } from "../harness/sandbox.js";

const pages = ["README.md", "docs/pulumi-cli.md"]
  .map((page) => readFileSync(join(root, page), "utf8"))
  .join("\n");
const blocks = [...pages.matchAll(/```console\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");
const lines = blocks.flatMap((block) =>
  block
    .trim()
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, "")),
);

/** Run elsewhere: by every run of the tests themselves, by demo.test.ts and by plain-cli.test.ts. */
const elsewhere = [
  "npm ci && npx moorage demo",
  "npm ci && npm test",
  'eval "$(npx moorage local env)"',
  "pulumi preview -s dev",
];
const timeout = 120_000;

describe("the commands of README.md and docs/pulumi-cli.md", () => {
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = new Sandbox();
  });
  afterAll(() => sandbox.close(), timeout);

  it("are these and no others", () => {
    const unknown = lines.filter((line) => !line.startsWith("npx moorage ") && !elsewhere.includes(line));
    expect(unknown).toEqual(["export MOORAGE_TARGET=local"]);
    for (const command of elsewhere) expect(lines).toContain(command);
  });

  it.each(lines.filter((line) => line.startsWith("npx moorage ")))("%s", { timeout }, async (line) => {
    const words = line
      .split(" ")
      .slice(2)
      .map((word) => (word.startsWith("examples/") ? join(root, word) : word));
    const run = await sandbox.moorage(words);
    expect({ line, code: run.code, stderr: run.stderr }).toMatchObject({ code: 0 });
  });
});
