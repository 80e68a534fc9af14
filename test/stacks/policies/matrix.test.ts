import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { alarmName, roleName, serviceName } from "../../../src/core/project/aws-names.js";
import { boundary } from "../../../stacks/policies/boundary.js";
import { policyOf } from "../../../stacks/policies/generate.js";
import type { Scope } from "../../../stacks/policies/scope.js";
import { boundaryArn, previewRole, type Sample, scopeOf } from "./samples.js";
import { account, isAllowed } from "./simulate.js";

/** Whose a resource is. */
interface Whose {
  app: string;
  stack: string;
  account?: string;
}

type Named = (whose: Whose) => { service: string; task: string; alarm: string };

const named: Named = ({ app, stack }) => {
  const owner = { app, service: "web", stack };
  return {
    service: serviceName(owner),
    task: roleName(owner, "task"),
    alarm: alarmName(owner, "errors"),
  };
};

const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
const bounded = { "iam:PermissionsBoundary": boundaryArn };
const tags = (of: string, { app, stack }: Whose) => ({
  [`aws:${of}/moorage:project`]: app,
  [`aws:${of}/moorage:stack`]: stack,
});

type Case = [action: string, sample: Sample];

/** Calls on what belongs to a stack, by every kind of resource that a deployment touches. */
function casesOn(whose: Whose, names: Named = named): Case[] {
  const { app, stack, account: owner = account } = whose;
  const { service, task, alarm } = names(whose);
  const arn = (kind: string, rest: string) => `arn:aws:${kind}:us-east-1:${owner}:${rest}`;
  const role = `arn:aws:iam::${owner}:role/${task}`;
  const state = (key: string) => `arn:aws:s3:::hello-state/${key}`;
  const own = tags("ResourceTag", whose);
  return [
    ["iam:PassRole", { resource: role, context: passed }],
    ["iam:CreateRole", { resource: role, context: bounded }],
    ["iam:PutRolePolicy", { resource: role, context: bounded }],
    ["iam:UpdateAssumeRolePolicy", { resource: role, context: bounded }],
    ["iam:UpdateRoleDescription", { resource: role, context: bounded }],
    ["iam:DeleteRole", { resource: role }],
    ["iam:TagRole", { resource: role }],
    ["ecs:UpdateService", { resource: arn("ecs", `service/hello-dev/${service}`), context: own }],
    [
      "ecs:CreateService",
      { resource: arn("ecs", `service/hello-dev/${service}`), context: tags("RequestTag", whose) },
    ],
    ["ecs:TagResource", { resource: arn("ecs", `service/hello-dev/${service}`), context: own }],
    ["ecs:DescribeServices", { resource: arn("ecs", `service/hello-dev/${service}`) }],
    ["ecs:StopServiceDeployment", { resource: arn("ecs", `service-deployment/hello-dev/${service}/abc`) }],
    ["ecs:DeleteTaskDefinitions", { resource: arn("ecs", `task-definition/${service}:7`) }],
    ["cloudwatch:DeleteAlarms", { resource: arn("cloudwatch", `alarm:${alarm}`) }],
    ["logs:DeleteLogGroup", { resource: arn("logs", `log-group:/ecs/${stack}/web`) }],
    ["servicediscovery:CreateHttpNamespace", { resource: "*", context: tags("RequestTag", whose) }],
    ["servicediscovery:TagResource", { resource: "*", context: tags("RequestTag", whose) }],
    [
      "servicediscovery:DeleteNamespace",
      { resource: arn("servicediscovery", "namespace/ns-1"), context: own },
    ],
    ["ssm:PutParameter", { resource: arn("ssm", `parameter/moorage/${app}/${stack}/version`) }],
    ["s3:GetObject", { resource: state(`.pulumi/stacks/${app}/${stack}.json`) }],
    ["s3:PutObject", { resource: state(`.pulumi/stacks/${app}/${stack}.json`) }],
    ["s3:PutObject", { resource: state(`.moorage/${app}/${stack}.json`) }],
    [
      "kms:Decrypt",
      { resource: arn("kms", "key/1"), context: { "kms:EncryptionContext:stack": `${app}/${stack}` } },
    ],
    [
      "kms:Encrypt",
      { resource: arn("kms", "key/1"), context: { "kms:EncryptionContext:stack": `${app}/${stack}` } },
    ],
  ];
}

/** A key that was made without a policy of its own leaves it to the account's. */
const keyPolicy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
  ],
};

async function allowed(policy: object, cases: readonly Case[]): Promise<string[]> {
  const judged = await Promise.all(
    cases.map(async ([action, sample]) => {
      const resource = action.startsWith("kms:") ? { resource: keyPolicy } : {};
      const may = await isAllowed({ action, ...sample }, { identity: policy, ...resource });
      return may ? [`${action} ${sample.resource}`] : [];
    }),
  );
  return judged.flat();
}

const scope = (whose: Whose): Scope =>
  scopeOf(whose.stack, { app: whose.app, project: whose.app, cleansPreviews: false });
const previewsOf = (app: string) => policyOf("preview", scope({ app, stack: "pr-*" }));
const deployOf = (whose: Whose) => policyOf("deploy", scope(whose));

/** Two apps and two environments whose names hold one another, and another account. */
const everyone: Whose[] = [
  { app: "hello", stack: "dev" },
  { app: "hello", stack: "eu-dev" },
  { app: "hello", stack: "pr-42" },
  { app: "hello-world", stack: "dev" },
  { app: "hello-world", stack: "pr-42" },
  { app: "hello", stack: "dev", account: "222222222222" },
];

/** A bucket's ARN says no account: the same text is the same object. Nor is there one of what is made, or tagged, in Cloud Map. */
const isNamesake = (one: Whose, other: Whose) => one.app === other.app && one.stack === other.stack;

/** Log groups hold no app in their names: docs/aws.md asks for a prefix for each. */
const untold = ({ app, stack, ...rest }: Whose, other: Whose) =>
  isNamesake({ app, stack, ...rest }, other)
    ? (action: string) => /^(s3:|servicediscovery:(CreateHttpNamespace|TagResource)$)/.test(action)
    : app !== other.app && stack === other.stack
      ? (action: string) => action.startsWith("logs:")
      : () => false;

const isSame = (one: Whose, other: Whose) =>
  one.app === other.app && one.stack === other.stack && one.account === other.account;

/** What a preview's role may not do to its own resources either. */
const notOfPreviews = /^(iam:|ecs:DeleteTaskDefinitions|cloudwatch:|ssm:)/;

describe.each([
  { app: "hello", stack: "dev" },
  { app: "hello", stack: "eu-dev" },
  { app: "hello-world", stack: "dev" },
  { app: "hello", stack: "pr-42" },
  { app: "hello-world", stack: "pr-42" },
])("F51, correctness 6, 7: the role of $stack of the app $app", (whose) => {
  const isPreview = whose.stack.startsWith("pr-");
  const policy = isPreview ? previewsOf(whose.app) : deployOf(whose);

  it("is denied nothing that it needs on its own, and allowed nothing on another's", async () => {
    const own = casesOn(whose).filter(([action]) => !isPreview || !notOfPreviews.test(action));
    expect(await allowed(policy, own)).toHaveLength(own.length);
    for (const other of everyone.filter((one) => !isSame(one, whose))) {
      const isUntold = untold(whose, other);
      const others = casesOn(other).filter(([action]) => !isUntold(action));
      expect(await allowed(policy, others)).toEqual([]);
    }
  });
});

it("correctness 6: the role of previews passes the foundation's roles to ECS's tasks and to the scheduler, and has no other iam", async () => {
  const policy = previewsOf("hello");
  const actions = policy.Statement.flatMap(({ Action }) => Action);
  const iam = new Set(actions.filter((action) => action.startsWith("iam:")));
  expect([...iam]).toEqual(["iam:PassRole"]);
  const forbidden = ["ecs:DeregisterTaskDefinition", "secretsmanager:GetSecretValue"];
  expect(actions.filter((action) => forbidden.includes(action))).toEqual([]);
  // Parameters of the previews' own, which their tasks may read, and no others.
  const reads = (name: string) =>
    isAllowed(
      { action: "ssm:GetParameter", resource: `arn:aws:ssm:us-east-1:${account}:parameter/${name}` },
      { identity: policy },
    );
  expect(await reads("hello/preview/color")).toBe(true);
  for (const name of [
    "hello/dev/color",
    "hello/previews",
    "hello-world/preview/color",
    "moorage/hello/dev/x",
  ])
    expect(await reads(name), name).toBe(false);
  const pass = (resource: string, context: Record<string, string>) =>
    isAllowed({ action: "iam:PassRole", resource, context }, { identity: policy });
  expect(await pass(previewRole("task"), passed)).toBe(true);
  expect(await pass(previewRole("task"), { "iam:PassedToService": "lambda.amazonaws.com" })).toBe(false);
  expect(await pass(`arn:aws:iam::${account}:role/moorage/hello-deploy-dev-dev`, passed)).toBe(false);
  const scheduled = { "iam:PassedToService": "scheduler.amazonaws.com" };
  expect(await pass(previewRole("scheduler"), scheduled)).toBe(true);
  expect(await pass(previewRole("scheduler"), passed)).toBe(false);
  expect(await pass(previewRole("task"), scheduled)).toBe(false);
  const deploy = deployOf({ app: "hello", stack: "dev" });
  const byDeploy = { action: "iam:PassRole", resource: previewRole("scheduler"), context: scheduled };
  expect(await isAllowed(byDeploy, { identity: deploy })).toBe(false);
});

describe("what tasks of environments may have at most", () => {
  const all = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const place = {
    partition: "aws",
    region: "us-east-1",
    account,
    app: "hello",
    environment: "dev",
    logs: "/ecs",
  };
  const limit = (statements: { actions: string[]; resources: string[] }[] = []) =>
    JSON.parse(
      boundary({ ...place, bucket: "hello-state", tasks: { secrets: [], parameters: [], statements } }),
    ) as object;
  const may = (action: string, resource: string, bounds = limit()) =>
    isAllowed({ action, resource }, { identity: all, boundary: bounds });
  const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}-AbCdEf`;

  it("is what starts them and their environment's own secrets", async () => {
    expect(await may("secretsmanager:GetSecretValue", secret("hello/dev/db"))).toBe(true);
    expect(await may("secretsmanager:GetSecretValue", secret("hello-world/dev/db"))).toBe(false);
    for (const other of ["prod", "dev-eu", "eu-dev", "preview"]) {
      expect(await may("secretsmanager:GetSecretValue", secret(`hello/${other}/db`))).toBe(false);
      const parameter = `arn:aws:ssm:us-east-1:${account}:parameter/hello/${other}/token`;
      expect(await may("ssm:GetParameters", parameter)).toBe(false);
      const stream = `arn:aws:logs:us-east-1:${account}:log-group:/ecs/${other}/web:log-stream:web/web/1`;
      expect(await may("logs:PutLogEvents", stream)).toBe(false);
    }
    expect(await may("secretsmanager:GetSecretValue", secret("prod/DATABASE_URL"))).toBe(false);
    expect(await may("sts:AssumeRole", `arn:aws:iam::${account}:role/cdk-deploy`)).toBe(false);
    expect(
      await may("lambda:UpdateFunctionCode", `arn:aws:lambda:us-east-1:${account}:function:billing`),
    ).toBe(false);
  });

  it("and what the foundation lists, but never rights, roles or the state", async () => {
    const file = "arn:aws:s3:::app-data/file";
    const listed = limit([{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::*"] }]);
    expect([await may("s3:GetObject", file), await may("s3:GetObject", file, listed)]).toEqual([false, true]);
    const state = "arn:aws:s3:::hello-state/.pulumi/stacks/hello/prod.json";
    expect(await may("s3:GetObject", state, listed)).toBe(false);
    const greedy = limit([{ actions: ["iam:*", "sts:*"], resources: ["*"] }]);
    expect(await may("iam:PutRolePolicy", `arn:aws:iam::${account}:role/any`, greedy)).toBe(false);
    expect(await may("sts:AssumeRole", `arn:aws:iam::${account}:role/any`, greedy)).toBe(false);
  });
});

/** The whole policies of the commit 6dfde4d, generated by its own code: this test has to find what was wrong with them. */
describe("on the policies of 6dfde4d this matrix finds", () => {
  // Boundaries were a foundation's then: what was wrong does not hang on the name.
  const old = JSON.parse(
    readFileSync(new URL("fixtures/policies-6dfde4d.json", import.meta.url), "utf8").replaceAll(
      "policy/moorage/hello-tasks-dev",
      "policy/moorage/hello-tasks-dev-dev",
    ),
  ) as Record<"deploy" | "preview" | "boundary", object>;
  const doubled: Named = ({ app, stack }) => {
    const name = (...parts: string[]) =>
      [app, ...parts]
        .map((part) => part.replaceAll("-", "--"))
        .concat(stack)
        .join("-");
    return { service: name("web"), task: name("web", "task"), alarm: name("web", "errors") };
  };
  const found = async (policy: object, whose: Whose) =>
    (await allowed(policy, casesOn(whose, doubled))).map((one) => one.split(" ", 1)[0]);

  it("correctness 6: a preview's role that makes roles, whose tasks may do nearly anything", async () => {
    const own = casesOn({ app: "hello", stack: "pr-42" }).filter(([action]) => notOfPreviews.test(action));
    expect((await allowed(old.preview, own)).map((one) => one.split(" ", 1)[0])).toEqual(
      expect.arrayContaining(["iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"]),
    );
    expect(await allowed(previewsOf("hello"), own)).toEqual([]);
    const all = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
    const resource = `arn:aws:secretsmanager:us-east-1:${account}:secret:prod/DATABASE_URL-AbCdEf`;
    const secret = { action: "secretsmanager:GetSecretValue", resource };
    expect(await isAllowed(secret, { identity: all, boundary: old.boundary })).toBe(true);
  });

  it("correctness 7: another app's roles and services, and another environment's", async () => {
    const ofApp = await found(old.deploy, { app: "hello-world", stack: "dev" });
    expect(ofApp).toEqual(
      expect.arrayContaining(["iam:PassRole", "iam:DeleteRole", "iam:TagRole", "ecs:StopServiceDeployment"]),
    );
    expect(await found(old.deploy, { app: "hello", stack: "eu-dev" })).toEqual(
      expect.arrayContaining(["iam:DeleteRole", "iam:TagRole"]),
    );
  });

  it("provider 11, 12: a role that may not reword a role, nor add a tag to what exists", async () => {
    const whose = { app: "hello", stack: "dev" };
    const needed = casesOn(whose).filter(([action]) => /UpdateRoleDescription|ecs:TagResource/.test(action));
    expect(needed).toHaveLength(2);
    expect(await allowed(old.deploy, needed)).toEqual([]);
    expect(await allowed(deployOf(whose), needed)).toHaveLength(needed.length);
  });
});
