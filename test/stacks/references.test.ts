import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/core/project/parse.js";
import { tuneForPreview } from "../../src/core/project/preview.js";
import { allowedRoles } from "../../src/core/project/preview-allowed.js";
import { referencesIn, referenceName } from "../../src/core/project/references.js";
import { account, foundation, oneService, run } from "./program.js";

const secret = `arn:aws:secretsmanager:us-east-1:${account}:secret:hello/dev/db-AbCdEf`;
const parameter = `arn:aws:ssm:us-east-1:${account}:parameter/hello/dev/table`;
const kept = {
  "aws:cloudformation/getExport:getExport": {
    "orders-group": { value: "sg-1" },
    "orders-name": { value: `arn:aws:servicediscovery:us-east-1:${account}:service/srv-1` },
    "orders-queue": { value: "arn:aws:sqs:us-east-1:1:orders" },
  },
  "aws:ssm/getParameter:getParameter": {
    "/hello/dev/table": { arn: parameter, type: "String", value: "orders", insecureValue: "orders" },
    "/hello/dev/key": { arn: `${parameter}-key`, type: "SecureString", value: "sealed", insecureValue: "" },
  },
  "aws:secretsmanager/getSecret:getSecret": { "hello/dev/db": { arn: secret } },
  "pulumi:pulumi:readStackOutputs": {
    "organization/platform/network-dev": {
      outputs: { bucket: "b", password: "hunter2", list: [1] },
      secretOutputNames: ["password"],
    },
  },
};

const services = (settings: object) => ({ web: { repository: "hello", port: 8080, ...settings } });

async function declare(settings: object, { stack = "dev", ...changes }: Record<string, unknown> = {}) {
  const config = oneService({ "moorage:services": services(settings), ...changes });
  const ran = await run({ stack: String(stack), config, kept });
  const task = ran.find("aws:ecs/taskDefinition:TaskDefinition");
  const [container] = JSON.parse(String(task["containerDefinitions"])) as {
    environment: { name: string; value: string }[];
    secrets: object[];
  }[];
  return { ...ran, container };
}

describe("16.1: values by reference", () => {
  it("reach the container: exports, parameters, outputs of other stacks", async () => {
    const env = {
      QUEUE: { fromCfn: "orders-queue" },
      TABLE: { fromSsm: "/hello/dev/table" },
      BUCKET: { fromStack: "platform/network-dev#bucket" },
    };
    const { container, outputs } = await declare({ env });
    expect(container?.environment).toEqual(
      expect.arrayContaining([
        { name: "BUCKET", value: "b" },
        { name: "QUEUE", value: "arn:aws:sqs:us-east-1:1:orders" },
        { name: "TABLE", value: "orders" },
      ]),
    );
    expect(outputs["references"]).toEqual({
      "fromCfn orders-queue": "arn:aws:sqs:us-east-1:1:orders",
      "fromSsm /hello/dev/table": "orders",
      "fromStack platform/network-dev#bucket": "b",
    });
  });

  it("of secrets are their ARNs, with key, stage and version; a parameter's name alone is enough", async () => {
    const { container, find } = await declare({
      secrets: {
        DB: { fromSecret: "hello/dev/db" },
        PASSWORD: { fromSecret: "hello/dev/db", key: "password", stage: "AWSCURRENT" },
        KEY: "/hello/dev/key",
      },
    });
    expect(container?.secrets).toEqual([
      { name: "DB", valueFrom: secret },
      { name: "KEY", valueFrom: `${parameter}-key` },
      { name: "PASSWORD", valueFrom: `${secret}:password:AWSCURRENT:` },
    ]);
    expect(String(find("aws:iam/rolePolicy:RolePolicy")["policy"])).toContain(`"Resource":["${secret}"]`);
  });

  it("stand for security groups, a registry and in statements", async () => {
    const { find } = await declare({
      discovery: { registry: { fromCfn: "orders-name" } },
      securityGroups: [{ fromCfn: "orders-group" }],
      statements: [{ actions: ["sqs:SendMessage"], resources: [{ fromCfn: "orders-queue" }] }],
    });
    expect(find("aws:ecs/service:Service")["networkConfiguration"]).toMatchObject({
      securityGroups: ["web-tasks-id", "sg-1"],
    });
    expect(find("aws:ecs/service:Service")["serviceRegistries"]).toEqual({
      registryArn: `arn:aws:servicediscovery:us-east-1:${account}:service/srv-1`,
    });
    expect(String(find("aws:iam/rolePolicy:RolePolicy", "web-statements")["policy"])).toContain(":1:orders");
  });

  it("that are missing are told all at once, before anything is declared; no secret is read", async () => {
    const wrong = {
      env: {
        A: { fromCfn: "none" },
        B: { fromSsm: "/hello/dev/key" },
        C: { fromStack: "platform/network-dev#password" },
        D: { fromStack: "platform/network-dev#gone" },
        E: { fromStack: "platform/network-dev#list" },
      },
      secrets: { F: { fromSecret: "hello/dev/other" } },
    };
    const failure = await declare(wrong).then(
      () => "",
      (error: unknown) => String(error),
    );
    expect(failure).toMatch(/services\.web\.env\.A: fromCfn none: it was not found/);
    expect(failure).toMatch(/env\.B: fromSsm \/hello\/dev\/key: is a SecureString: name it under `secrets`/);
    expect(failure).toMatch(/env\.C: .*#password: is a secret/);
    expect(failure).toMatch(/env\.D: .*#gone: is no output; there are bucket, list/);
    expect(failure).toMatch(/env\.E: .*#list: is not text/);
    expect(failure).toMatch(/secrets\.F: fromSecret hello\/dev\/other: /);
    expect(failure).not.toContain("hunter2");
  });

  it("are checked like any value once they are found", async () => {
    await expect(declare({ securityGroups: [{ fromSsm: "/hello/dev/table" }] })).rejects.toThrow(
      /securityGroups\.0: found "orders"; must be a security group's id/,
    );
  });

  it("that were found before are not looked up again: a rollback has what it had then", async () => {
    const references = { "fromCfn gone": "then" };
    const { container } = await declare(
      { env: { A: { fromCfn: "gone" } } },
      { "moorage:references": references },
    );
    expect(container?.environment).toContainEqual({ name: "A", value: "then" });
  });

  it.each([
    ["two words", { fromCfn: "a", fromSsm: "/b" }, /"fromSsm" is not a setting/],
    ["a wrong name", { fromStack: "no-output" }, /fromStack: .*must be a stack and one of its outputs/],
    ["another word", { from: "a" }, /must be text, a number or true\/false/],
  ])("with %s are a mistake", (_what, value, message) => {
    const raw = oneService({ "moorage:services": services({ env: { A: value } }) });
    expect(() => parseConfig(raw, "test")).toThrow(message);
  });
});

describe("16.1, F51: references of previews", () => {
  const preview = (settings: object, override: object = {}) =>
    tuneForPreview(
      parseConfig(
        oneService({
          "moorage:services": services(settings),
          "moorage:preview": { services: { web: override } },
        }),
        "test",
      ),
    );
  const roles = {
    ...foundation.previewRoles,
    secrets: [
      ...foundation.previewRoles.secrets,
      `arn:aws:ssm:us-east-1:${account}:parameter/hello/preview/*`,
    ],
  };
  const judge = (settings: object, exports?: string[]) =>
    allowedRoles("pr-42", preview(settings), { previewRoles: { ...roles, ...(exports && { exports }) } });

  it("are what the foundation lists, and what their tasks may read", () => {
    const settings = {
      env: { A: { fromCfn: "shared-bus" }, B: { fromSsm: "/hello/preview/table" } },
      secrets: { C: { fromSecret: "hello/preview/db" } },
    };
    expect(() => judge(settings, ["shared-*"])).not.toThrow();
  });

  it.each([
    [{ env: { A: { fromCfn: "prod-secret" } } }, /env\.A: fromCfn prod-secret/],
    [{ env: { A: { fromSsm: "/hello/prod/table" } } }, /env\.A: fromSsm \/hello\/prod\/table/],
    [{ env: { A: { fromStack: "prod#bucket" } } }, /env\.A: fromStack prod#bucket/],
    [{ secrets: { A: { fromSecret: "hello/prod/db" } } }, /secrets\.A: fromSecret hello\/prod\/db/],
    [{ secrets: { A: "/hello/dev/key" } }, /secrets\.A: fromSsm \/hello\/dev\/key \(ARN\)/],
  ])("may not be %j", (settings, message) => {
    expect(() => judge(settings)).toThrow(message);
  });

  it("do not include the base's that moorage:preview replaces, nor an environment the previews' own", async () => {
    const base = { secrets: { DB: { fromSecret: "hello/dev/db" } } };
    const own = { secrets: { DB: { fromSecret: "hello/preview/db" } } };
    expect(referencesIn(preview(base, own)).map(({ reference }) => referenceName(reference))).toEqual([
      "fromSecret hello/preview/db",
    ]);
    const { container } = await declare(base, { "moorage:preview": { services: { web: own } } });
    expect(container?.secrets).toEqual([{ name: "DB", valueFrom: secret }]);
  });
});
