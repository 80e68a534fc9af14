import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newRecord } from "../../../../src/adapters/record/record.js";
import { readEnvironments, stacksOf } from "../../../../src/features/inspect/status/stacks.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { root } from "../../../harness/sandbox.js";

function project(): string {
  const folder = temporaryFolder();
  for (const file of readdirSync(root).filter((name) => /^Pulumi\..*yaml$/.test(name))) {
    cpSync(join(root, file), join(folder, file));
  }
  return folder;
}

const recordOf = (stack: string) => newRecord("hello", stack, new Date(0));

it("environments come in the order of the release train, then previews by number, and no foundation", async () => {
  const folder = project();
  cpSync(join(folder, "Pulumi.dev.yaml"), join(folder, "Pulumi.attic.yaml"));
  writeFileSync(join(folder, "Pulumi.foundation-dev.yaml"), "config: {}\n");
  const stacks = stacksOf(await readEnvironments(folder), ["pr-12", "pr-7", "dev"].map(recordOf));
  expect(stacks.map(({ stack }) => stack)).toEqual(["dev", "staging", "prod", "attic", "pr-7", "pr-12"]);
  expect(stacks.map(({ environment }) => environment).slice(-2)).toEqual(["preview", "preview"]);
});

it("an environment whose yaml is wrong has a problem and hides none of the others", async () => {
  const folder = project();
  writeFileSync(join(folder, "Pulumi.staging.yaml"), "config:\n  moorage:services: 7\n");
  const stacks = stacksOf(await readEnvironments(folder), [recordOf("pr-7")]);
  expect(stacks.map(({ problem }) => problem !== undefined)).toEqual([false, true, false, false]);
  expect(stacks.find(({ problem }) => problem)?.problem).toMatch(/Pulumi\.staging\.yaml/);
});

it("a preview's wanted counts are those of a preview", async () => {
  const [preview] = stacksOf(await readEnvironments(project()), [recordOf("pr-7")]).slice(-1);
  expect(preview?.config?.services["web"]).toMatchObject({
    desiredCount: 1,
    capacityProvider: "FARGATE_SPOT",
  });
});
