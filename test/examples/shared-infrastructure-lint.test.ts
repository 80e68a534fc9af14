import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../harness/sandbox.js";
import { lintWorkflow } from "./lint-workflow.js";

const file = join(root, "examples/shared-infrastructure/.github/workflows/deploy.yml");

await lintWorkflow(file);

it("uses the actions that Moorage's own workflows use, by the same commits", () => {
  const usedIn = (path: string): string[] => readFileSync(path, "utf8").match(/(?<=uses: ).*/g) ?? [];
  const used = usedIn(file);
  const own = usedIn(join(root, ".github/workflows/deploy.yml"));
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((one) => !own.includes(one))).toEqual([]);
});
