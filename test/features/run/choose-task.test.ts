import { expect, it } from "vitest";
import type { ServiceTask } from "../../../src/adapters/aws/service-tasks.js";
import { chooseTask } from "../../../src/features/run/choose-task.js";
import { shellLine } from "../../../src/features/run/shell-line.js";

const task = (id: string, startedAt: number, changes: Partial<ServiceTask> = {}): ServiceTask => ({
  arn: `arn:aws:ecs:us-east-1:111111111111:task/dev/${id}`,
  id,
  lastStatus: "RUNNING",
  startedAt,
  exec: true,
  containers: [
    { name: "proxy", runtimeId: `${id}-1`, agent: "RUNNING" },
    { name: "web", runtimeId: `${id}-2`, agent: "RUNNING" },
  ],
  ...changes,
});
const wish = { stack: "dev", service: "web", task: undefined, container: undefined };
const three = [task("aa11", 1), task("bb22", 3), task("ab33", 2)];

it.each([
  [[0, 1, 2], {}, "bb22-2"],
  [[2, 1, 0], {}, "bb22-2"],
  [[0, 1, 2], { task: "aa" }, "aa11-2"],
  [[0, 1, 2], { task: three[2]?.arn, container: "proxy" }, "ab33-1"],
])("of tasks in the order %j, with %j: %s, whatever the order", (order, wanted, runtimeId) => {
  const tasks = order.flatMap((at) => three[at] ?? []);
  expect(chooseTask(tasks, { ...wish, ...wanted }).container.runtimeId).toBe(runtimeId);
});

it.each([
  ["nothing runs", [task("aa11", 0, { lastStatus: "PENDING" })], {}, "no-running-task", 2],
  ["no task begins so", three, { task: "cc" }, "no-running-task", 2],
  ["several do", three, { task: "a" }, "no-running-task", 2],
  ["the container is not there", three, { container: "db" }, "no-container", 2],
  ["exec is off", [task("aa11", 1, { exec: false })], {}, "exec-off", 2],
  [
    "the agent has not started",
    [task("aa11", 1, { containers: [{ name: "web", runtimeId: "", agent: "PENDING" }] })],
    {},
    "exec-not-ready",
    1,
  ],
])("is refused where %s", (_why, tasks, wanted, code, exitCode) => {
  const choosing = () => chooseTask(tasks, { ...wish, ...wanted });
  expect(choosing).toThrow(expect.objectContaining({ code, exitCode }) as Error);
});

it("words come through a shell as they were", () => {
  expect(shellLine(["sh", "-c", "echo 'a' && ls", ""])).toBe(`sh -c 'echo '"'"'a'"'"' && ls' ''`);
});
