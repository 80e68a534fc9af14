import { afterAll, beforeAll, expect, it } from "vitest";
import { join } from "node:path";
import { CreateRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { eventually } from "../../../../test/harness/eventually.js";
import { Rehearsal } from "../../../../test/harness/rehearsal.js";
import { root } from "../../../../test/harness/sandbox.js";

let rehearsal: Rehearsal;
let image = "";

beforeAll(async () => {
  rehearsal = await Rehearsal.open();
  image = await rehearsal.image(join(root, "examples/hello"), "hello", "v1");
  await rehearsal.create({ name: "hello", image, priority: 1, host: "hello.localhost" });
  await rehearsal.ended("hello");
});
afterAll(() => rehearsal.close());

const fault = (...args: string[]) => rehearsal.sandbox.json<{ kind: string }[]>("local", "fault", ...args);
/** The names of the errors with which calls were refused. */
const refusals = (results: PromiseSettledResult<unknown>[]) =>
  results.flatMap((result) => (result.status === "rejected" ? (result.reason as Error).name : []));

it("F5: throttle gives AWS's burst and refuses what is over it, until it is cleared", async () => {
  await fault("throttle");
  const calls = Array.from({ length: 25 }, () => rehearsal.define("other", image));
  const refused = refusals(await Promise.allSettled(calls));
  expect(refused.length).toBeGreaterThanOrEqual(3);
  expect(new Set(refused)).toEqual(new Set(["ThrottlingException"]));
  expect(await fault("--list")).toMatchObject([{ kind: "throttle" }]);
  expect(await fault("--clear")).toMatchObject([{ kind: "throttle" }]);
  await rehearsal.define("other", image);
});

it("error fails the nth call of an operation, with the code that was asked for", async () => {
  await fault("error", "--operation", "UpdateService", "--nth", "2", "--code", "ServerException");
  await rehearsal.update("hello", { desiredCount: 1 });
  await expect(rehearsal.update("hello", { desiredCount: 1 })).rejects.toMatchObject({
    name: "ServerException",
  });
  await rehearsal.update("hello", { desiredCount: 1 });
  await fault("--clear");
});

it("latency and hang hold calls back", async () => {
  await fault("latency", "--operation", "DescribeServices", "--ms", "300");
  const started = Date.now();
  await rehearsal.service("hello");
  expect(Date.now() - started).toBeGreaterThanOrEqual(295);
  await fault("--clear");
  await fault("hang", "--operation", "DescribeServices");
  const answer = rehearsal.service("hello").then(() => "answered");
  expect(await Promise.race([answer, fault("--list").then(() => "hangs")])).toBe("hangs");
  await fault("--clear");
  expect(await answer).toBe("answered");
});

it("lose-task ends a task at once, and the service replaces it", async () => {
  const [lost] = await rehearsal.tasks("hello", "RUNNING");
  await fault("lose-task", "--service", "hello");
  await eventually("another task runs", async () => {
    const running = await rehearsal.tasks("hello", "RUNNING");
    return (
      running.length === 1 && running[0]?.lastStatus === "RUNNING" && running[0].taskArn !== lost?.taskArn
    );
  });
  expect(await fault("--list")).toEqual([]);
});

it("F21: deny-image makes the rollout end rolled back, with ECS's reason", async () => {
  await fault("deny-image", "--image", "hello@");
  await rehearsal.roll("hello", image, "denied");
  expect(await rehearsal.ended("hello")).toMatchObject({ status: "ROLLBACK_SUCCESSFUL" });
  const reasons = (await rehearsal.tasks("hello", "STOPPED")).map(({ stoppedReason = "" }) => stoppedReason);
  expect(
    reasons.filter((reason) => reason.startsWith("CannotPullContainerError")).length,
  ).toBeGreaterThanOrEqual(3);
  await fault("--clear");
});

it("no-capacity leaves new tasks unplaced until it ends, and they can be stopped meanwhile", async () => {
  await fault("no-capacity");
  await rehearsal.roll("hello", image, "waiting");
  await eventually("a task waits", async () => {
    const tasks = await rehearsal.tasks("hello", "RUNNING");
    return tasks.some(({ lastStatus }) => lastStatus === "PROVISIONING");
  });
  await rehearsal.roll("hello", image, "newer");
  await eventually("the one that is not wanted any more has stopped", async () => {
    const tasks = await rehearsal.tasks("hello", "STOPPED");
    return tasks.some(
      ({ startedAt, stopCode }) => startedAt === undefined && stopCode === "ServiceSchedulerInitiated",
    );
  });
  await fault("--clear");
  expect(await rehearsal.ended("hello")).toMatchObject({ status: "SUCCESSFUL" });
});

it("F17: rules-full leaves room for so many rules and no more", async () => {
  await fault("rules-full", "--count", "1");
  const rule = new CreateRuleCommand({
    ListenerArn: rehearsal.foundation.listener,
    Priority: 2,
    Conditions: [{ Field: "host-header", Values: ["full.localhost"] }],
    Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "204" } }],
  });
  await expect(rehearsal.elb.send(rule)).rejects.toMatchObject({ name: "TooManyRulesException" });
  await fault("--clear");
  await rehearsal.elb.send(rule);
});

it("refuses what is no fault with exit 2", async () => {
  const run = await rehearsal.sandbox.moorage(["local", "fault", "earthquake", "--json"]);
  expect(run.code).toBe(2);
  expect(run.json()).toMatchObject({ error: { code: "fault-invalid" } });
});

it("F7: kill-daemon ends it, and the next command brings it back with its services", async () => {
  const { pid } = await rehearsal.status();
  const run = await rehearsal.sandbox.moorage(["local", "fault", "kill-daemon"]);
  expect(run.code).toBe(0);
  await rehearsal.sandbox.json("local", "start");
  expect((await rehearsal.status()).pid).not.toBe(pid);
  await eventually("the service is back", async () => (await rehearsal.service("hello")).runningCount === 1);
});
