import { beforeAll, describe, expect, it } from "vitest";
import {
  alarmName,
  roleName,
  ruleName,
  scheduleGroupName,
  serviceName,
} from "../../../src/core/project/aws-names.js";
import { type FoundationRun, policiesOf, runFoundation, settings } from "../foundation-run.js";
import { isAllowed, isTrusted } from "./simulate.js";

const account = "111111111111";
const region = "us-east-1";
const issuer = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`;

/** Names that begin one another: no pattern of one may reach another's. */
const names = ["hello", "hello-api", "hell"] as const;
type Name = (typeof names)[number];
const stacks = ["dev", "pr-7"] as const;
type Stack = (typeof stacks)[number];

let made: FoundationRun;

beforeAll(async () => {
  const [, ...others] = names;
  made = await runFoundation(
    settings({
      "moorage:logGroupPrefix": "/ecs/hello",
      "moorage:github": { repository: "acme/hello", provider },
      "moorage:state": { bucket: "state", key: `arn:aws:kms:${region}:${account}:key/1`, existing: true },
      "moorage:apps": others.map((app) => ({ app, github: { repository: `acme/${app}` } })),
    }),
  );
});

const logical = (app: Name, role: string) => (app === "hello" ? role : `${app}/${role}`);
/** As in a region that IAM's simulator knows; the mocks call a repository by its logical name. */
const asHere = (text: unknown) =>
  JSON.parse(
    String(text)
      .replaceAll("arn:aws-x:", "arn:aws:")
      .replaceAll("eu-north-9", region)
      .replace(/:made:([^:]+:\d+):Repository\/(?:[^"/]+\/)?/g, ":ecr:$1:repository/"),
  ) as { Statement: object[] };

/** All policies of a role, as IAM joins them. */
function policyOf(app: Name, role: string): object {
  return {
    Version: "2012-10-17",
    Statement: policiesOf(made, logical(app, role)).flatMap((one) => asHere(one).Statement),
  };
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
const bucket = (key: string) => `arn:aws:s3:::state/${key}`;
const projectOf = (app: Name) => app;

interface Call {
  action: string;
  resource: string;
  context?: Record<string, string>;
}

/** A call of each service on what is one app's stack's own. */
function callsOn(app: Name, stack: Stack): Call[] {
  const owner = { app, service: "web", stack };
  const tags = (of: string) => ({
    [`aws:${of}/moorage:project`]: projectOf(app),
    [`aws:${of}/moorage:stack`]: stack,
  });
  const own = tags("ResourceTag");
  const service = arn("ecs", `service/hello-dev/${serviceName(owner)}`);
  const task = `arn:aws:iam::${account}:role/${roleName(owner, "task")}`;
  const boundary = `arn:aws:iam::${account}:policy/moorage/${app.replaceAll("-", "--")}-tasks-dev-dev`;
  const previewTask = `arn:aws:iam::${account}:role/moorage/${app.replaceAll("-", "--")}-preview--task-dev`;
  const isPreview = stack !== "dev";
  const lb = arn("elasticloadbalancing", `listener-rule/app/lb${isPreview ? 2 : 1}-hello-dev/1/2/3`);
  const group = arn("elasticloadbalancing", "targetgroup/any/1");
  const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
  const encrypted = { "kms:EncryptionContext:stack": `${projectOf(app)}/${stack}` };
  return [
    { action: "ecs:UpdateService", resource: service, context: own },
    { action: "ecs:DeleteService", resource: service, context: own },
    {
      action: "ecs:RunTask",
      resource: arn("ecs", `task-definition/${serviceName(owner)}:7`),
      context: { ...tags("RequestTag"), "ecs:cluster": arn("ecs", "cluster/hello-dev") },
    },
    { action: "ecs:StopTask", resource: arn("ecs", "task/hello-dev/1"), context: own },
    {
      action: "ecs:RegisterTaskDefinition",
      resource: arn("ecs", `task-definition/${serviceName(owner)}:8`),
      context: tags("RequestTag"),
    },
    { action: "elasticloadbalancing:ModifyRule", resource: lb, context: own },
    { action: "elasticloadbalancing:DeleteRule", resource: lb, context: own },
    { action: "elasticloadbalancing:DeleteTargetGroup", resource: group, context: own },
    {
      action: "ec2:AuthorizeSecurityGroupIngress",
      resource: arn("ec2", "security-group/sg-1"),
      context: own,
    },
    { action: "events:DeleteRule", resource: arn("events", `rule/${ruleName(owner, "event")}`) },
    {
      action: "servicediscovery:DeleteNamespace",
      resource: arn("servicediscovery", "namespace/ns-1"),
      context: own,
    },
    { action: "logs:DeleteLogGroup", resource: arn("logs", `log-group:/ecs/${app}/${stack}/web`) },
    { action: "logs:FilterLogEvents", resource: arn("logs", `log-group:/ecs/${app}/${stack}/web`) },
    {
      action: "scheduler:DeleteSchedule",
      resource: arn("scheduler", `schedule/${scheduleGroupName(owner)}/gc`),
    },
    { action: "s3:GetObject", resource: bucket(`.pulumi/stacks/${projectOf(app)}/${stack}.json`) },
    { action: "s3:PutObject", resource: bucket(`.pulumi/stacks/${projectOf(app)}/${stack}.json`) },
    { action: "s3:PutObject", resource: bucket(`.moorage/${projectOf(app)}/${stack}.json`) },
    {
      action: "s3:DeleteObject",
      resource: bucket(`.pulumi/locks/organization/${projectOf(app)}/${stack}/1.json`),
    },
    { action: "kms:Decrypt", resource: arn("kms", "key/1"), context: encrypted },
    { action: "ecr:BatchGetImage", resource: arn("ecr", `repository/${app}`) },
    ...(isPreview
      ? [
          { action: "iam:PassRole", resource: previewTask, context: passed },
          { action: "ecr:BatchGetImage", resource: arn("ecr", `repository/${app}-previews`) },
        ]
      : [
          { action: "iam:PassRole", resource: task, context: passed },
          { action: "iam:CreateRole", resource: task, context: { "iam:PermissionsBoundary": boundary } },
          { action: "iam:DeleteRole", resource: task },
          { action: "ecr:PutImage", resource: arn("ecr", `repository/${app}`) },
          { action: "ssm:GetParameter", resource: arn("ssm", `parameter/${app}/dev/token`) },
          { action: "ssm:PutParameter", resource: arn("ssm", `parameter/moorage/${app}/dev/version`) },
          {
            action: "secretsmanager:DescribeSecret",
            resource: arn("secretsmanager", `secret:${app}/dev/db-AbCdEf`),
          },
          {
            action: "cloudwatch:DeleteAlarms",
            resource: arn("cloudwatch", `alarm:${alarmName(owner, "errors")}`),
          },
        ]),
  ];
}

const keyPolicy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
  ],
};

async function allowed(identity: object, calls: readonly Call[]): Promise<string[]> {
  const answers = await Promise.all(
    calls.map(async (call) => {
      const resource = call.action.startsWith("kms:") ? { resource: keyPolicy } : {};
      return (await isAllowed(call, { identity, ...resource })) ? [`${call.action} ${call.resource}`] : [];
    }),
  );
  return answers.flat();
}

const roleOf = (stack: Stack) => (stack === "dev" ? "deploy-dev" : "preview");

describe.each(names.flatMap((app) => stacks.map((stack) => ({ app, stack }))))(
  "adoption A4: of apps whose names begin alike, the role of $app for $stack",
  ({ app, stack }) => {
    it("may do all of it on its own, and none of it on another's", async () => {
      const identity = policyOf(app, roleOf(stack));
      const own = callsOn(app, stack);
      expect(await allowed(identity, own)).toHaveLength(own.length);
      for (const other of names.filter((one) => one !== app)) {
        for (const theirs of stacks) expect(await allowed(identity, callsOn(other, theirs))).toEqual([]);
      }
    });
  },
);

describe.each(names)("adoption A4: %s among several apps", (app) => {
  const others = names.filter((one) => one !== app);
  const roles = ["build", "build-previews", "preview", "deploy-dev", "plan-dev"];

  it("has roles that its own repository alone may assume", () => {
    const contexts = [
      "ref:refs/heads/main",
      "pull_request",
      "environment:preview",
      "environment:dev",
      "environment:plan",
    ];
    for (const [at, role] of roles.entries()) {
      const trust = String(made.find("aws:iam/role:Role", logical(app, role))["assumeRolePolicy"]);
      const taken = names.filter((one) =>
        isTrusted(trust, provider, {
          [`${issuer}:aud`]: "sts.amazonaws.com",
          [`${issuer}:sub`]: `repo:acme/${one}:${contexts[at] ?? ""}`,
          [`${issuer}:ref`]: "refs/heads/main",
        }),
      );
      expect([role, ...taken]).toEqual([role, app]);
    }
  });

  it("pushes to its own repositories, from its main branch and from pull requests apart", async () => {
    const push = (name: string) => ({ action: "ecr:PutImage", resource: arn("ecr", `repository/${name}`) });
    const all = names.flatMap((one) => [push(one), push(`${one}-previews`)]);
    expect(await allowed(policyOf(app, "build"), all)).toEqual([`ecr:PutImage ${push(app).resource}`]);
    expect(await allowed(policyOf(app, "build-previews"), all)).toEqual([
      `ecr:PutImage ${push(`${app}-previews`).resource}`,
    ]);
  });

  it("reads what the foundation tells, and no other app's state or record", async () => {
    const read = (key: string) => ({ action: "s3:GetObject", resource: bucket(key) });
    const theirs = others.flatMap((one) => [
      read(`.pulumi/stacks/${one}/dev.json`),
      read(`.moorage/${one}/dev.json`),
      read(`.moorage/${one}/pr-7.json`),
      read(`.moorage-builds/${one}/1.json`),
    ]);
    const ground = [".pulumi/stacks/hello/foundation-dev.json", ".moorage/hello/foundation-dev.json"].map(
      read,
    );
    for (const role of ["preview", "deploy-dev", "plan-dev"]) {
      expect(await allowed(policyOf(app, role), ground)).toHaveLength(2);
      expect(await allowed(policyOf(app, role), theirs)).toEqual([]);
    }
  });

  it("has tasks that read their own secrets and write their own logs", async () => {
    const boundary = asHere(made.find("aws:iam/policy:Policy", logical(app, "tasks-dev"))["policy"]);
    const execution = asHere(
      made.find("aws:iam/rolePolicy:RolePolicy", logical(app, "preview-execution"))["policy"],
    );
    const calls = (one: Name, environment: string, stack: string): Call[] => [
      {
        action: "secretsmanager:GetSecretValue",
        resource: arn("secretsmanager", `secret:${one}/${environment}/db-AbCdEf`),
      },
      { action: "ssm:GetParameters", resource: arn("ssm", `parameter/${one}/${environment}/token`) },
      {
        action: "logs:PutLogEvents",
        resource: arn("logs", `log-group:/ecs/${one}/${stack}/web:log-stream:1`),
      },
    ];
    for (const [policy, environment, stack] of [
      [boundary, "dev", "dev"],
      [execution, "preview", "pr-7"],
    ] as const) {
      expect(await allowed(policy, calls(app, environment, stack))).toHaveLength(3);
      expect(
        await allowed(
          policy,
          others.flatMap((one) => calls(one, environment, stack)),
        ),
      ).toEqual([]);
    }
  });
});
