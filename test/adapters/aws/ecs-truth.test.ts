import { expect, it } from "vitest";
import { findLeftovers, type StackTraces } from "../../../src/adapters/aws/leftovers.js";
import { everyPage } from "../../../src/adapters/aws/pages.js";
import { rolloutFacts } from "../../../src/adapters/aws/rollout.js";
import { AwsError } from "../../../packages/local-aws/src/cloud.js";
import { judgeRollout } from "../../../src/features/deploy/rollout/judge.js";
import type { ExpectedRollout } from "../../../src/adapters/aws/rollout-facts.js";
import { type Operations, played } from "./played.js";

type Input = Record<string, unknown>;

const definition = (revision: number) => `arn:aws:ecs:us-east-1:111111111111:task-definition/web:${revision}`;
const wanted: ExpectedRollout = {
  taskDefinition: definition(2),
  digests: ["sha256:good"],
  desiredCount: 1,
  changed: true,
  before: ["ecs-svc/1", "sd/1"],
  previousTaskDefinition: definition(1),
  deploymentId: "ecs-svc/2",
};

function serviceOf(deployments: Input[], desiredCount = 1) {
  const service = { serviceName: "web", status: "ACTIVE", desiredCount, runningCount: desiredCount };
  return () => ({ services: [{ ...service, deployments }], failures: [] });
}

const deployments = [
  { serviceDeploymentArn: "sd/3", status: "IN_PROGRESS", revision: 3, createdAt: 300 },
  { serviceDeploymentArn: "sd/2", status: "STOPPED", revision: 2, createdAt: 200 },
  { serviceDeploymentArn: "sd/1", status: "SUCCESSFUL", revision: 1, createdAt: 100 },
].map(({ revision, ...entry }) => ({ ...entry, targetServiceRevision: { arn: `r/${revision}` } }));

it.each([
  ["newest first", [0, 1, 2]],
  ["oldest first", [2, 1, 0]],
  ["ours first", [1, 2, 0]],
])("correctness 11, F2: superseded, whatever order ECS lists and describes in: %s", async (_order, order) => {
  const answers = order.flatMap((at) => deployments[at] ?? []);
  const aws = await played({
    ecs: {
      DescribeServices: serviceOf([
        { id: "ecs-svc/3", status: "PRIMARY", taskDefinition: definition(3), rolloutState: "IN_PROGRESS" },
      ]),
      // Two a page: what replaced ours may be on any.
      ListServiceDeployments: ({ nextToken }: { nextToken?: string }) =>
        nextToken === undefined
          ? { serviceDeployments: answers.slice(0, 2), nextToken: "2" }
          : { serviceDeployments: answers.slice(2) },
      DescribeServiceDeployments: () => ({ serviceDeployments: answers.toReversed() }),
      DescribeServiceRevisions: () => ({
        serviceRevisions: [1, 2, 3].map((n) => ({
          serviceRevisionArn: `r/${n}`,
          taskDefinition: definition(n),
        })),
      }),
      ListTasks: () => ({ taskArns: [] }),
    },
  });
  const facts = await rolloutFacts(aws, "shared", "web");
  expect(facts.serviceDeployments.map(({ arn }) => arn)).toEqual(["sd/3", "sd/2", "sd/1"]);
  expect(judgeRollout(facts, wanted, 0, 1_000).outcome).toBe("superseded");
});

/** 120 tasks that run, the last of them other bytes, and 45 that crashed; a hundred a page, and no call takes more. */
function crowd() {
  const running = Array.from({ length: 120 }, (_, at) => ({
    taskArn: `task/run-${at}`,
    taskDefinitionArn: definition(2),
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
    containers: [{ name: "web", imageDigest: at === 119 ? "sha256:other" : "sha256:good" }],
  }));
  const stopped = Array.from({ length: 45 }, (_, at) => ({
    taskArn: `task/stop-${at}`,
    taskDefinitionArn: definition(2),
    lastStatus: "STOPPED",
    desiredStatus: "STOPPED",
    stopCode: "EssentialContainerExited",
    stoppedReason: `exit ${at}`,
    stoppedAt: 1_000 + ((at * 7) % 45),
    containers: [{ name: "web", imageDigest: "sha256:good", exitCode: 1 }],
  }));
  const all = [...running, ...stopped];
  const operations: Operations = {
    DescribeServices: serviceOf(
      [{ id: "ecs-svc/2", status: "PRIMARY", taskDefinition: definition(2), rolloutState: "COMPLETED" }],
      120,
    ),
    ListServiceDeployments: () => ({ serviceDeployments: [] }),
    ListTasks({ desiredStatus, nextToken }: { desiredStatus: string; nextToken?: string }) {
      const arns = all.filter((task) => task.desiredStatus === desiredStatus).map(({ taskArn }) => taskArn);
      const from = Number(nextToken ?? 0);
      const next = from + 100;
      return {
        taskArns: arns.slice(from, next),
        ...(next < arns.length && { nextToken: String(next) }),
      };
    },
    DescribeTasks({ tasks }: { tasks: string[] }) {
      if (tasks.length > 100) throw new AwsError("InvalidParameterException", "Tasks cannot exceed 100");
      return { tasks: all.filter(({ taskArn }) => tasks.includes(taskArn)) };
    },
  };
  return operations;
}

it("correctness 19, F22: foreign bytes and crashes are seen beyond the first hundred tasks", async () => {
  const facts = await rolloutFacts(await played({ ecs: crowd() }), "shared", "web");
  expect(facts.tasks).toHaveLength(165);
  expect(facts.tasks.filter(({ stopCode }) => stopCode === "EssentialContainerExited")).toHaveLength(45);
  expect(judgeRollout(facts, wanted, 0, 1_000)).toMatchObject({ outcome: "failed", kind: "wrong-image" });
});

it("F43: the task that stopped last stands last, whatever order ECS tells them in", async () => {
  const facts = await rolloutFacts(await played({ ecs: crowd() }), "shared", "web");
  const stopped = facts.tasks.filter(({ lastStatus }) => lastStatus === "STOPPED");
  // 7 * 32 leaves 44 of 45, the largest.
  expect([stopped.at(-1)?.stoppedReason, stopped[0]?.stoppedReason]).toEqual(["exit 32", "exit 0"]);
});

const traces: StackTraces = {
  project: "hello",
  stack: "pr-42",
  cluster: "shared",
  listener: undefined,
  host: undefined,
  serviceNames: Array.from({ length: 12 }, (_, at) => `hello-s${at + 1}-pr-42`),
  roleNames: [],
  logGroupNames: ["/ecs/pr-42/web"],
};

const missing = (services: readonly string[]) => services.map((arn) => ({ arn, reason: "MISSING" }));

/** An account with 25 target groups that are named like the preview's, and nothing of it. */
function account(ecs: Operations = {}, elbv2: Operations = {}, logs: Operations = {}) {
  return played({
    ecs: {
      DescribeServices: ({ services }: { services: string[] }) => ({
        services: [],
        failures: missing(services),
      }),
      ListTasks: () => ({ taskArns: [] }),
      ...ecs,
    },
    elbv2: {
      DescribeTargetGroups: () => ({
        TargetGroups: Array.from({ length: 25 }, (_, at) => ({
          TargetGroupArn: `tg-${at}`,
          TargetGroupName: `x${at}-pr-42`,
        })),
      }),
      DescribeTags: ({ ResourceArns }: { ResourceArns: string[] }) => ({
        TagDescriptions: ResourceArns.map((ResourceArn) => ({ ResourceArn, Tags: [] })),
      }),
      ...elbv2,
    },
    logs: { DescribeLogGroups: () => ({ logGroups: [] }), ...logs },
    ec2: { DescribeSecurityGroups: () => ({ SecurityGroups: [] }) },
  });
}

it("correctness 17, F13: nothing is left where everything was looked at", async () => {
  expect(await findLeftovers(await account(), traces)).toEqual([]);
});

it("correctness 17, F13: an eleventh service, a 24th target group, and what a second page tells are left", async () => {
  const ours = [
    { Key: "moorage:stack", Value: "pr-42" },
    { Key: "moorage:project", Value: "hello" },
  ];
  const aws = await account(
    {
      DescribeServices({ services }: { services: string[] }) {
        if (services.length > 10) throw new AwsError("InvalidParameterException", "at most 10");
        const present = services.filter((name) => name === "hello-s11-pr-42");
        return {
          services: present.map((serviceName) => ({
            serviceName,
            status: "DRAINING",
            tags: ours.map(({ Key, Value }) => ({ key: Key, value: Value })),
          })),
          failures: missing(services.filter((name) => name !== "hello-s11-pr-42")),
        };
      },
      ListTasks: ({ family, nextToken }: { family: string; nextToken?: string }) =>
        family !== "hello-s1-pr-42"
          ? { taskArns: [] }
          : nextToken === undefined
            ? { taskArns: [], nextToken: "more" }
            : { taskArns: ["task/late"] },
    },
    {
      DescribeTags({ ResourceArns }: { ResourceArns: string[] }) {
        if (ResourceArns.length > 20) throw new AwsError("ValidationError", "at most 20");
        return {
          TagDescriptions: ResourceArns.map((ResourceArn) => ({
            ResourceArn,
            Tags: ResourceArn === "tg-23" ? ours : [],
          })),
        };
      },
    },
    {
      DescribeLogGroups: ({ nextToken }: { nextToken?: string }) =>
        nextToken === undefined
          ? { logGroups: [{ logGroupName: "/ecs/pr-42/web-old" }], nextToken: "more" }
          : { logGroups: [{ logGroupName: "/ecs/pr-42/web", arn: "arn:of:web" }] },
      ListTagsForResource: () => ({
        tags: Object.fromEntries(ours.map(({ Key, Value }) => [Key, Value])),
      }),
    },
  );
  expect(await findLeftovers(aws, traces)).toEqual([
    "ECS service hello-s11-pr-42 (DRAINING)",
    "task task/late",
    "target group tg-23",
    "log group /ecs/pr-42/web",
  ]);
});

it("correctness 17, F43: a service of which ECS says nothing is not proven absent", async () => {
  const silent = { DescribeServices: () => ({ services: [], failures: [] }) };
  const left = await findLeftovers(await account(silent), { ...traces, serviceNames: ["web"] });
  expect(left).toEqual(["ECS service web (ECS does not say)"]);
});

const clusterless = () => {
  throw new AwsError("ClusterNotFoundException", "Cluster not found.");
};

it.each<[string, Partial<StackTraces>, Operations]>([
  ["is not known", { cluster: undefined }, {}],
  ["is none of this account's", {}, { DescribeServices: clusterless, ListTasks: clusterless }],
])("correctness 17, F13: a cluster that %s proves nothing", async (_how, changes, ecs) => {
  const found = findLeftovers(await account(ecs), { ...traces, ...changes });
  await expect(found).rejects.toMatchObject({ code: "absence-unproven", exitCode: 1 });
});

it("F43: a failure that says nothing of a service is told, and no answer", async () => {
  const aws = await account({
    DescribeServices: () => ({ services: [], failures: [{ arn: "web", reason: "INTERNAL" }] }),
  });
  const found = findLeftovers(aws, { ...traces, serviceNames: ["web"] });
  await expect(found).rejects.toMatchObject({ code: "services-unread" });
});

it("F43: a list that leads back to a page that was there ends with an error", async () => {
  const pages = everyPage(
    (token) => Promise.resolve({ items: [token], next: token === "b" ? "a" : token === "a" ? "b" : "a" }),
    (page) => page,
  );
  await expect(pages).rejects.toMatchObject({ code: "endless-list" });
});
