import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import type { DemoResult } from "../../src/features/demo/demo.js";
import { processesOf } from "../harness/processes.js";
import { Sandbox } from "../harness/sandbox.js";

it("the demo tells the journey, and leaves no process and no file behind", { timeout: 180_000 }, async () => {
  const sandbox = new Sandbox();
  const temporary = () => readdirSync(tmpdir()).filter((name) => /^moorage-(demo|commit|image)-/.test(name));
  const before = new Set(temporary());
  const run = await sandbox.moorage(["demo", "--json"]);
  expect({ code: run.code, stderr: run.code === 0 ? "" : run.stderr }).toEqual({ code: 0, stderr: "" });
  const { answers, result, steps, home, url } = run.json<DemoResult>();
  expect(result).toBe("done");
  expect(home).toBeNull();
  expect(answers[0]).toContain("sha-222222222222");
  expect(answers[1]).toContain("sha-333333333333");
  const seen = steps.map(({ name, outcome }) => `${name}: ${outcome}`).join("\n");
  expect(seen).toMatch(/prod answers: .*v1\.0\.0/);
  expect(seen).toMatch(/sha-444444444444, which is broken: caught/);
  expect(seen).toMatch(/sha-555555555555, which is broken: caught/);
  expect(seen).toMatch(/dev is rolled back: sha-333333333333 -> sha-111111111111/);
  expect(temporary().filter((name) => !before.has(name))).toEqual([]);
  expect(processesOf("moorage-demo-")).toEqual([]);
  await expect(fetch(url.replace(/\/\/[^:]+/, "//127.0.0.1"))).rejects.toThrow();
  await sandbox.close();
});
