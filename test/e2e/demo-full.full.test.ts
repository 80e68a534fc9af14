import { expect, it, onTestFinished } from "vitest";
import type { DemoResult } from "../../src/features/demo/demo.js";
import { startMinistack } from "../fakes/ministack.js";
import { temporaryFolder } from "../harness/folder.js";
import { processesOf } from "../harness/processes.js";
import { describeWith, pythonTool } from "../harness/python-tool.js";
import { Sandbox } from "../harness/sandbox.js";

const timeout = 400_000;

async function fullDemo(...args: string[]): Promise<DemoResult> {
  const sandbox = new Sandbox();
  onTestFinished(() => sandbox.close());
  return sandbox.json<DemoResult>("demo", "--full", ...args);
}

describeWith(await pythonTool("ministack"), "The full demo", (tool) => {
  it("issue 16.5: shows one of each kind, and leaves nothing behind", { timeout }, async () => {
    const ministack = await startMinistack(tool, temporaryFolder());
    onTestFinished(() => ministack.close());
    const { result, steps, leftOut, home } = await fullDemo("--emulator", ministack.endpoint);
    expect({ result, leftOut, home }).toEqual({ result: "done", leftOut: [], home: null });
    const seen = steps.map(({ name, outcome }) => `${name}: ${outcome}`).join("\n");
    for (const shown of [
      /internal service prices.*: {"rope":12\.5/,
      /worker takes it.*"price":12\.5,"by":"sha-111111111111"/,
      /worker takes it.*"by":"sha-222222222222"/,
      /command runs it again: the schema is at version 2/,
      /starts the job report: 1 orders, worth 12\.50/,
      /schedule starts report: arn:aws:ecs/,
      /event starts the job cancel: .* is cancelled/,
      /prod answers: .*v1\.0\.0/,
      /which is broken: caught/,
      /dev is rolled back: sha-222222222222 -> sha-111111111111/,
      /own resources too: \d+ resources deleted/,
    ]) {
      expect(seen).toMatch(shown);
    }
    expect(processesOf("moorage-demo-")).toEqual([]);
  });
});

it("issue 16.5: without an emulator the full demo says what it leaves out", { timeout }, async () => {
  const { result, steps, leftOut } = await fullDemo();
  expect(result).toBe("done");
  expect(leftOut).toEqual([expect.stringContaining("--emulator http://127.0.0.1:4566")]);
  const names = steps.map(({ name }) => name).join("\n");
  expect(names).not.toContain("queue");
  expect(names).toContain("An event starts the job cancel");
});
