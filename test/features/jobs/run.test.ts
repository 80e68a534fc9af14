import { expect, it } from "vitest";
import type { Context } from "../../../src/context/context.js";
import { parseConfig } from "../../../src/core/project/parse.js";
import type { MoorageError } from "../../../src/core/errors.js";
import { silentReporter } from "../../../src/core/reporter.js";
import { runJob } from "../../../src/features/jobs/run.js";

const cluster = "arn:aws:ecs:us-east-1:111111111111:cluster/dev";
const noRoom = { failures: [{ reason: "Capacity is unavailable at this time. Please try again later" }] };

const raw = {
  "moorage:app": "hello",
  "moorage:registry": "registry.example.com",
  "moorage:foundation": {
    cluster,
    listener: "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/main/1/2",
    vpc: "vpc-1",
    subnets: ["subnet-1"],
    domain: "example.com",
  },
  "moorage:services": { web: { repository: "hello", port: 8080 } },
};

type Command = { constructor: { name: string }; input: Record<string, unknown> };

interface Scene {
  /** How many tasks ECS has no room for first. */
  refusals?: number;
  /** What it tells of the task, look by look; the last stays. */
  looks?: (Error | { lastStatus: string; exitCode?: number })[];
  /** What the task wrote. */
  lines?: string[];
  timeout?: string;
  /** At the first look. */
  isInterrupted?: boolean;
}

const ended = { lastStatus: "STOPPED", exitCode: 0 };

/** A job of a stack, at an ECS that does as it is told. */
function scene({ refusals = 0, looks = [ended], lines = [], timeout, isInterrupted = false }: Scene) {
  let asked = 0;
  const stopped: unknown[] = [];
  const ending = new AbortController();
  const arn = `${cluster}/one`;
  const answers: Record<string, () => unknown> = {
    RunTaskCommand: () => ((asked += 1) <= refusals ? noRoom : { tasks: [{ taskArn: arn }] }),
    DescribeTasksCommand() {
      if (isInterrupted) ending.abort();
      const look = looks.length > 1 ? looks.shift() : looks[0];
      if (look instanceof Error) throw look;
      const { lastStatus, exitCode } = look ?? ended;
      return { tasks: [{ taskArn: arn, lastStatus, containers: [{ name: "gc", exitCode }] }] };
    },
    GetLogEventsCommand: () => ({ events: lines.map((message) => ({ message })) }),
  };
  const send = async (command: Command) => {
    if (command.constructor.name === "StopTaskCommand") stopped.push(command.input["reason"]);
    return Promise.resolve(answers[command.constructor.name]?.() ?? {});
  };
  const client = () => Promise.resolve({ send });
  const job = {
    name: "gc",
    taskDefinition: "hello-gc-dev:1",
    securityGroup: "sg-1",
    logGroup: "/ecs/dev/gc",
  };
  const context = {
    reporter: silentReporter,
    signal: ending.signal,
    project: "hello",
    target: { overlay: {}, wait: { first: 1, most: 2, backedOff: 2, settle: 0, quiet: 0, doubt: 0 } },
    records: {
      read: () =>
        Promise.resolve({ record: { stack: "dev", clusterArn: cluster, deployed: { jobs: [job] } } }),
    },
    aws: { ecs: client, logs: client },
  } as unknown as Context;
  const gc = {
    service: "web",
    command: ["gc"],
    ...(timeout !== undefined && { timeout, schedule: "rate(1 day)" }),
  };
  const config = parseConfig({ ...raw, "moorage:jobs": { gc } }, "Pulumi.dev.yaml");
  const named = { stack: "dev", request: { config } } as unknown as Parameters<typeof runJob>[1]["named"];
  const run = (wait: boolean, waitMs?: number) => runJob(context, { named, job: "gc", wait, waitMs });
  return { run, asked: () => asked, stopped };
}

it("a run of a job that is waited for waits while ECS has no room", async () => {
  const { run, asked } = scene({ refusals: 3 });
  expect(await run(true)).toMatchObject({ result: "succeeded", exitCode: 0 });
  expect(asked()).toBe(4);
});

it("a run of a job waits for room no longer than it is told to", async () => {
  const { run, asked } = scene({ refusals: Infinity });
  await expect(run(true, 20)).rejects.toMatchObject({ code: "no-capacity" });
  expect(asked()).toBeGreaterThan(1);
});

it("a run of a job that nobody waits for is asked for once", async () => {
  const { run, asked } = scene({ refusals: 1 });
  await expect(run(false)).rejects.toMatchObject({ code: "no-capacity" });
  expect(asked()).toBe(1);
});

it("F5: a look at a run of a job that fails says nothing about the run", async () => {
  const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  const { run } = scene({ looks: [throttled, { lastStatus: "RUNNING" }, throttled, ended] });
  expect(await run(true)).toMatchObject({ result: "succeeded" });
});

it("F55, F54: a run of a job that fails says so with its exit code and its last lines, which are shown and not obeyed", async () => {
  const { run } = scene({
    looks: [{ lastStatus: "STOPPED", exitCode: 3 }],
    lines: ["no database", "\u001b[2J::error::x"],
  });
  const failed = await run(true).catch((error: unknown) => error as MoorageError);
  expect(failed).toMatchObject({
    code: "job-failed",
    exitCode: 1,
    result: { result: "failed", exitCode: 3 },
  });
  expect(String(failed)).toMatch(/exit code 3[^]*no database/);
  expect(String(failed)).not.toContain("\u001b");
});

it("F22: a run of a job that hangs is stopped when the job's own time is over, and has failed", async () => {
  const { run, stopped } = scene({ looks: [{ lastStatus: "RUNNING" }], timeout: "1s" });
  await expect(run(true)).rejects.toMatchObject({
    code: "job-failed",
    message: expect.stringMatching(/it took longer than 1 ?s(econd)? and was stopped/) as string,
  });
  expect(stopped).toEqual(["The timeout of gc is over."]);
});

it("F22: one that hangs goes on where whoever waits has less patience than it has time", async () => {
  const { run, stopped } = scene({ looks: [{ lastStatus: "RUNNING" }], timeout: "1h" });
  await expect(run(true, 20)).rejects.toMatchObject({
    code: "job-failed",
    message: expect.stringContaining("still runs") as string,
  });
  expect(stopped).toEqual([]);
});

it("F6: a run of a job that is waited for is stopped when that is interrupted", async () => {
  const { run, stopped } = scene({ looks: [{ lastStatus: "RUNNING" }], isInterrupted: true });
  await expect(run(true)).rejects.toThrow();
  expect(stopped).toEqual(["Whoever waited for it was interrupted."]);
});
