import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { errorText } from "../../src/cli/error-text.js";
import { clear } from "../../src/adapters/aws/delete-leftovers.js";
import { awsClients } from "../../src/adapters/aws/clients.js";
import { findLeftovers } from "../../src/adapters/aws/leftovers.js";
import { everyPage } from "../../src/adapters/aws/pages.js";
import { checkBuilds } from "../../src/features/deploy/check-build.js";
import { parseConfig } from "../../src/core/project/parse.js";
import { tuneForPreview } from "../../src/core/project/preview.js";
import { MoorageError } from "../../src/core/errors.js";
import { newerFormat } from "../../src/core/format.js";
import { AwsError, type AwsService } from "../../packages/local-aws/src/cloud.js";
import { checkStated } from "../../src/core/project/stated-tasks.js";
import { allowedRoles } from "../../src/core/project/preview-allowed.js";
import { clientConfig, serve } from "../../packages/local-aws/test/wire/serve.js";
import { account, oneService, run } from "../stacks/program.js";
import { root } from "../harness/sandbox.js";

const page = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");
const sections = (page.split("\n## When the state is unknown")[1] ?? "").split(/^### /m).slice(1);
/** The messages of the section by the code that the text below them names. */
const messages = new Map(
  sections.map((section) => [
    /`([a-z]+(-[a-z]+)+)`[,.]/.exec(section.split("```").at(-1) ?? "")?.[1],
    section,
  ]),
);
const seen = new Set<string>();

/** Whether an error is printed as the page says it: `…` there stands for anything. */
async function shows(code: string, raised: Promise<unknown>): Promise<void> {
  const error: unknown = await raised.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MoorageError)) throw new Error(`${code} was not raised: ${String(error)}`);
  expect(error.code).toBe(code);
  const [, text = ""] = /```text\n([\s\S]*?)```/.exec(messages.get(code) ?? "") ?? [];
  const parts = text.trim().split("…");
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"));
  expect(text).not.toBe("");
  expect(errorText(error)).toMatch(new RegExp(pattern.join("[\\s\\S]*?")));
  seen.add(code);
}

async function ecs(operations: Record<string, () => unknown>) {
  const played = {
    ecs: { ListTasks: () => ({ taskArns: [] }), ...operations },
    elbv2: { DescribeTargetGroups: () => ({ TargetGroups: [] }) },
    logs: { DescribeLogGroups: () => ({ logGroups: [] }) },
    ec2: { DescribeSecurityGroups: () => ({ SecurityGroups: [] }) },
  };
  const services = Object.fromEntries(
    Object.entries(played).map(([name, each]) => [name, { operations: each } as unknown as AwsService]),
  );
  const { endpoint } = await serve(services);
  const aws = awsClients(clientConfig(endpoint));
  onTestFinished(() => aws.close());
  return aws;
}

const traces = {
  project: "hello",
  stack: "pr-42",
  cluster: "moorage",
  listener: undefined,
  host: undefined,
  serviceNames: ["web"],
  roleNames: [],
  logGroupNames: [],
};

it("F13: docs/troubleshooting.md: what cannot be told about ECS", async () => {
  const clusterless = () => {
    throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  };
  const away = await ecs({ DescribeServices: clusterless, ListTasks: clusterless });
  await shows("absence-unproven", findLeftovers(away, traces));
  const failures = [{ arn: "web", reason: "INTERNAL" }];
  const silent = await ecs({ DescribeServices: () => ({ services: [], failures }) });
  await shows("services-unread", findLeftovers(silent, traces));
  const list = everyPage(
    () => Promise.resolve({ items: [], next: "a" }),
    (found) => found,
  );
  await shows("endless-list", list);
});

it("provider 7: docs/troubleshooting.md: a service that drains", async () => {
  const services = () => ({ services: [{ serviceName: "web", status: "DRAINING" }], failures: [] });
  const aws = await ecs({ DescribeServices: services, DeleteService: () => ({}) });
  const resources = [{ kind: "service", stack: "pr-42", id: "web" } as const];
  const patience = { timeoutMs: 20, pauseMs: 1, signal: new AbortController().signal };
  const remainders = { resources, cluster: "moorage" } as unknown as Parameters<typeof clear>[1];
  await shows("still-draining", clear(aws, remainders, patience));
});

it("F52, F57: docs/troubleshooting.md: other bytes, a newer version", async () => {
  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
  const tag = "sha-0123456789ab";
  const of = () => Promise.resolve([{ tag, digest: digest("1") }]);
  const builds = { of } as unknown as Parameters<typeof checkBuilds>[0];
  await shows("foreign-build", checkBuilds(builds, [{ service: "web", tag, digest: digest("2") }]));
  await shows("format-newer", Promise.reject(newerFormat("The record of dev", 99, "9.1.0")));
});

it("F51: docs/troubleshooting.md: what previews may not have", async () => {
  const secret = `arn:aws:secretsmanager:us-east-1:${account}:secret:hello/prod/db-AbCdEf`;
  const services = { web: { repository: "hello", port: 8080, secrets: { DB: secret } } };
  const config = parseConfig(oneService({ "moorage:services": services }), "test");
  const none = { execution: "e", task: "t", secrets: [], policies: [] };
  await shows(
    "preview-not-allowed",
    Promise.resolve().then(() => allowedRoles("pr-42", tuneForPreview(config), { previewRoles: none })),
  );
  const founded = parseConfig(oneService({ "moorage:foundation": "foundation-dev" }), "test");
  await shows(
    "preview-roles-missing",
    Promise.resolve().then(() => allowedRoles("pr-42", founded, {})),
  );
});

it("16.1: docs/troubleshooting.md: a value by reference that is missing", async () => {
  const TABLE = { fromSsm: "/hello/dev/table" };
  const config = oneService({
    "moorage:services": { web: { repository: "hello", port: 8080, env: { TABLE } } },
  });
  const told = run({ stack: "dev", config, kept: { "aws:ssm/getParameter:getParameter": {} } });
  await shows(
    "references-missing",
    told.catch((error: unknown) => {
      throw error instanceof Error ? error.cause : error;
    }),
  );
});

it("16.1: docs/troubleshooting.md: statements that the boundary would cut", async () => {
  const queue = `arn:aws:sqs:us-east-1:${account}:orders`;
  const task = {
    where: "moorage:services.web",
    statements: [{ actions: ["sqs:SendMessage"], resources: [queue] }],
    role: `arn:aws:iam::${account}:role/hello-web-task-dev`,
  };
  const limits = {
    partition: "aws",
    boundary: { arn: `arn:aws:iam::${account}:policy/tasks`, policy: "{}" },
  };
  await shows(
    "statements-cut",
    Promise.resolve().then(() => {
      checkStated("dev", [task], limits);
    }),
  );
});

afterAll(() => expect([...messages.keys()].filter((code) => !seen.has(code ?? ""))).toEqual([]));
