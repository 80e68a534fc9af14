import { expect, it } from "vitest";
import type { Context } from "../../../src/context/context.js";
import { parseConfig } from "../../../src/core/project/parse.js";
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
  "moorage:jobs": { gc: { service: "web", command: ["gc"] } },
};

type Command = { constructor: { name: string }; input: Record<string, unknown> };

/** ECS that has no room for the first tasks that are asked for. */
function scene(refusals: number) {
  let asked = 0;
  const arn = `${cluster}/one`;
  const answers: Record<string, () => unknown> = {
    RunTaskCommand: () => ((asked += 1) <= refusals ? noRoom : { tasks: [{ taskArn: arn }] }),
    DescribeTasksCommand: () => ({
      tasks: [{ taskArn: arn, lastStatus: "STOPPED", containers: [{ name: "gc", exitCode: 0 }] }],
    }),
  };
  const send = (command: Command) => Promise.resolve(answers[command.constructor.name]?.() ?? {});
  const client = () => Promise.resolve({ send });
  const job = {
    name: "gc",
    taskDefinition: "hello-gc-dev:1",
    securityGroup: "sg-1",
    logGroup: "/ecs/dev/gc",
  };
  const context = {
    reporter: silentReporter,
    signal: new AbortController().signal,
    project: "hello",
    target: { overlay: {}, wait: { first: 1, most: 2, backedOff: 2, settle: 0, quiet: 0, doubt: 0 } },
    records: {
      read: () =>
        Promise.resolve({ record: { stack: "dev", clusterArn: cluster, deployed: { jobs: [job] } } }),
    },
    aws: { ecs: client, logs: client },
  } as unknown as Context;
  const config = parseConfig(raw, "Pulumi.dev.yaml");
  const named = { stack: "dev", request: { config } } as unknown as Parameters<typeof runJob>[1]["named"];
  const run = (wait: boolean, waitMs?: number) => runJob(context, { named, job: "gc", wait, waitMs });
  return { run, asked: () => asked };
}

it("a run of a job that is waited for waits while ECS has no room", async () => {
  const { run, asked } = scene(3);
  expect(await run(true)).toMatchObject({ result: "succeeded", exitCode: 0 });
  expect(asked()).toBe(4);
});

it("a run of a job waits for room no longer than it is told to", async () => {
  const { run, asked } = scene(Infinity);
  await expect(run(true, 20)).rejects.toMatchObject({ code: "no-capacity" });
  expect(asked()).toBeGreaterThan(1);
});

it("a run of a job that nobody waits for is asked for once", async () => {
  const { run, asked } = scene(1);
  await expect(run(false)).rejects.toMatchObject({ code: "no-capacity" });
  expect(asked()).toBe(1);
});
