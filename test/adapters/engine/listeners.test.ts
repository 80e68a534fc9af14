import { runtime } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import type { ResourceEvent } from "../../../src/adapters/engine/engine.js";
import { EngineListeners } from "../../../src/adapters/engine/listeners.js";
import { changeListener } from "../../../src/adapters/engine/record-changes.js";

const spec = { project: "hello", stack: "dev", backendUrl: "file:///nowhere", config: {}, env: {} };

it("structure 9: listeners are told before a program's first line, in the order in which they came", async () => {
  runtime.setAllConfig({ "hello:greeting": "hi" });
  const told: string[] = [];
  const listeners = new EngineListeners([{ onProgram: () => told.push("first") }]);
  const program = listeners.announcing(spec, async () => void told.push("program"));
  await listeners.during({ onProgram: ({ config }) => told.push(config["hello:greeting"] ?? "") }, program);
  expect(told).toEqual(["first", "hi", "program"]);
});

it("structure 9: a listener is told no more once its work is over, however that ended", async () => {
  const lines: string[] = [];
  const event = { status: "done", operation: "create", type: "aws:ecs/service:Service", name: "web" };
  const listeners = new EngineListeners();
  const work = async () => {
    listeners.tellResource(event as ResourceEvent);
    throw new Error("failed");
  };
  await expect(
    listeners.during(
      changeListener((line) => lines.push(line)),
      work,
    ),
  ).rejects.toThrow("failed");
  listeners.tellResource(event as ResourceEvent);
  expect(lines).toEqual(["+ Service web"]);
});
