import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { withOwnPort } from "../../src/tasks/health-check.js";
import { container, runTask, server, until, workbench } from "./tasks-harness.js";

/** Asked every 5 ms at this pace; failures count at once. */
const fast = { pace: { factor: 1_000 }, bootMs: 0 };
const check = (command: string[], changes = {}) => ({
  healthCheck: { command, interval: 5, timeout: 2, retries: 2, startPeriod: 0, ...changes },
});

it("a container's health check runs in its environment and folder", async () => {
  const { run } = workbench({ app: server }, fast);
  const task = run("app", {
    environment: { SAID: "yes" },
    ...check(["CMD-SHELL", 'test "$SAID$FROM_IMAGE" = yesyes && test -f main.cjs && test -n "$PORT"']),
  });
  expect(await task.on("health")).toEqual({ kind: "health", container: "web", health: "HEALTHY" });
  task.handle.stop();
  await task.on("stopped");
});

it("a check without a shell is run as it is, and one whose command is not there fails", async () => {
  const { runner } = workbench({ app: server }, fast);
  const task = runTask(runner, [
    container("app", { name: "good", listens: false, ...check(["CMD", "node", "-e", "process.exit(0)"]) }),
    container("app", { name: "bad", listens: false, ...check(["CMD", "no-such-command"]) }),
  ]);
  const health = (name: string) =>
    until(() => task.events.find((event) => event.kind === "health" && event.container === name));
  expect(await health("good")).toMatchObject({ health: "HEALTHY" });
  expect(await health("bad")).toMatchObject({ health: "UNHEALTHY" });
});

it("a container is unhealthy after as many failures as it may have, and healthy again after one success", async () => {
  const { run, folder } = workbench({ app: server }, fast);
  const task = run("app", check(["CMD-SHELL", `test -f ${folder}/well`]));
  expect(await task.on("health")).toMatchObject({ health: "UNHEALTHY" });
  writeFileSync(`${folder}/well`, "");
  await until(() => task.events.some((event) => event.kind === "health" && event.health === "HEALTHY"));
});

it("failures in the start period do not count, and a check that takes too long fails", async () => {
  const { runner } = workbench({ app: server }, fast);
  const slow = check(["CMD-SHELL", "sleep 60"], { timeout: 0.02 });
  const task = runTask(runner, [
    container("app", { name: "patient", listens: false, ...check(["CMD", "false"], { startPeriod: 300 }) }),
    container("app", { name: "slow", listens: false, ...slow }),
  ]);
  expect(await task.on("health")).toMatchObject({ container: "slow", health: "UNHEALTHY" });
  expect(task.events.filter((event) => event.kind === "health")).toHaveLength(1);
});

it("a container that waits for another's health starts when that is healthy", async () => {
  const { runner, folder } = workbench({ app: server, db: server }, fast);
  const task = runTask(runner, [
    container("app", { waitsFor: [{ container: "db", condition: "HEALTHY" }] }),
    container("db", { name: "db", listens: false, ...check(["CMD-SHELL", `test -f ${folder}/well`]) }),
  ]);
  await until(() => task.events.some((event) => event.kind === "health" && event.health === "UNHEALTHY"));
  expect(task.events.map(({ kind }) => kind)).not.toContain("started");
  writeFileSync(`${folder}/well`, "");
  await task.on("started");
});

it.each([
  ["ends before it is healthy", "process.exit(0)", {}, /as dependency ended before it was healthy/],
  ["is not healthy in time", server, { dependencyMs: 20 }, /has timed out/],
])(
  "F55: a container never starts whose dependency %s, and the task says so",
  async (_title, db, options, why) => {
    const { runner } = workbench({ app: server, db }, { ...fast, ...options });
    const task = runTask(runner, [
      container("app", { waitsFor: [{ container: "db", condition: "HEALTHY" }] }),
      container("db", { name: "db", essential: false, listens: false, ...check(["CMD", "false"]) }),
    ]);
    const { failure } = await task.on("stopped");
    expect(failure).toMatchObject({
      code: "TaskFailedToStart",
      reason: expect.stringMatching(why) as string,
    });
  },
);

it("a check that names its container's port asks at the port that it was given here", () => {
  const command = ["CMD-SHELL", "curl -f http://localhost:8080/health && curl http://127.0.0.1:80801"];
  expect(withOwnPort(command, { asked: 8080, given: 20_001 })).toEqual([
    "CMD-SHELL",
    "curl -f http://127.0.0.1:20001/health && curl http://127.0.0.1:80801",
  ]);
});
