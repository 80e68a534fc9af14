import { expect, it } from "vitest";
import { container, runTask, until, workbench } from "./tasks-harness.js";

const log = { group: "/ecs/app", prefix: "ecs" };
const say = (word: string, rest = "") => `console.log(${JSON.stringify(word)}); ${rest}`;
const stay = "setInterval(() => {}, 1000);";

it("a container starts when those that it depends on have started, ended, or ended well", async () => {
  const { runner, lines } = workbench({
    app: say("app", stay),
    init: say("init", "setTimeout(() => process.exit(0), 100)"),
    agent: say("agent", stay),
  });
  const silent = { essential: false, listens: false, log };
  const task = runTask(runner, [
    container("app", {
      listens: false,
      log,
      waitsFor: [
        { container: "init", condition: "SUCCESS" },
        { container: "agent", condition: "START" },
      ],
    }),
    container("agent", {
      name: "agent",
      ...silent,
      waitsFor: [{ container: "init", condition: "COMPLETE" }],
    }),
    container("init", { name: "init", ...silent }),
  ]);
  await task.on("running");
  await until(() => lines.length === 3);
  expect(lines[0]?.message).toBe("init");
  task.handle.stop();
  await task.on("stopped");
});

it("a container whose dependency should have ended well and has not never starts, and the task says so", async () => {
  const { runner, lines } = workbench({ app: say("app", stay), init: "process.exit(3)" });
  const task = runTask(runner, [
    container("app", { listens: false, log, waitsFor: [{ container: "init", condition: "SUCCESS" }] }),
    container("init", { name: "init", essential: false, listens: false }),
  ]);
  const { failure, containers } = await task.on("stopped");
  expect(failure).toMatchObject({
    code: "TaskFailedToStart",
    reason: expect.stringMatching(
      /dependency \[init\] for target \[web\] as dependency did not exit successfully/,
    ),
  });
  expect(containers).toContainEqual({ name: "init", exitCode: 3 });
  expect(lines).toEqual([]);
});

it("a sidecar that ends leaves its task alone; the app's end takes its sidecars with it", async () => {
  const { runner } = workbench({
    app: "setTimeout(() => process.exit(0), 300)",
    brief: "process.exit(1)",
    agent: stay,
  });
  const beside = { essential: false, listens: false };
  const task = runTask(runner, [
    container("app", { listens: false }),
    container("brief", { name: "brief", ...beside }),
    container("agent", { name: "agent", ...beside }),
  ]);
  const { containers, failure } = await task.on("stopped");
  expect(failure).toMatchObject({ code: "EssentialContainerExited" });
  expect(containers.map(({ name, exitCode }) => [name, exitCode])).toEqual([
    ["web", 0],
    ["brief", 1],
    ["agent", 143],
  ]);
});
