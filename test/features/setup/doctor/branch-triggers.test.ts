import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { judgeBranches } from "../../../../src/features/setup/doctor/branch-triggers.js";
import { temporaryFolder } from "../../../harness/folder.js";

it("adoption C2: doctor names branches that deploy and start no workflow", async () => {
  const folder = temporaryFolder();
  const defaults = { "moorage:triggers": { branches: { main: "dev", "release/*": "staging" } } };
  expect(await judgeBranches(folder, { defaults })).toMatchObject({ result: "SKIP" });
  mkdirSync(join(folder, ".github/workflows"), { recursive: true });
  const write = (branches: string) =>
    writeFileSync(
      join(folder, ".github/workflows/moorage-main.yml"),
      `on:\n  push:\n    branches: [${branches}]\n`,
    );
  write("main");
  const found = await judgeBranches(folder, { defaults });
  expect(found.result).toBe("NG");
  expect(JSON.stringify(found)).toMatch(/deploys release\/\*, where/);
  write('main, "release/*"');
  expect(await judgeBranches(folder, { defaults })).toMatchObject({ result: "OK" });
});
