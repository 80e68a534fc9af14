import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/core/project/parse.js";
import { logGroupOwner, foreignLogGroup } from "../../../../src/features/deploy/log-group-owner.js";
import { judgeCounts } from "../../../../src/features/inspect/verify/image-scan.js";
import { readingCalls } from "../../../../src/features/inspect/verify/permissions.js";
import { judgeSecretsProvider, neededCpus } from "../../../../src/features/inspect/verify/stack.js";
import { scratchFindings } from "../../../../src/features/inspect/verify/scratch.js";
import type { VerifyInput } from "../../../../src/features/inspect/verify/verify-input.js";

const account = "111111111111";
const config = (services: object, changes: object = {}) =>
  parseConfig(
    {
      "moorage:app": "hello",
      "moorage:registry": `${account}.dkr.ecr.us-east-1.amazonaws.com`,
      "moorage:foundation": "foundation-dev",
      "moorage:services": services,
      ...changes,
    },
    "test",
  );

describe("F21: a scan's findings", () => {
  it.each([
    [{}, "CRITICAL", "OK", "nothing."],
    [{ HIGH: 3, LOW: 1 }, "CRITICAL", "OK", "3 HIGH, 1 LOW, nothing as bad as CRITICAL"],
    [{ HIGH: 3 }, "HIGH", "NG", "3 HIGH; HIGH is the limit"],
    [{ CRITICAL: 1 }, "MEDIUM", "NG", "1 CRITICAL"],
  ] as const)("%j with the limit %s: %s", (counts, limit, result, words) => {
    const judgement = judgeCounts(counts, limit);
    expect(judgement.result).toBe(result);
    expect(judgement.message).toContain(words);
  });
});

it("F17: a rollout's vCPUs: the most tasks that may run at once, those on Spot alone not counted", () => {
  const { services, deployment } = config({
    web: { repository: "hello", port: 80, cpu: 512, memory: 1024, desiredCount: 4 },
    api: {
      repository: "api",
      port: 81,
      path: "/api/*",
      cpu: 1024,
      memory: 2048,
      autoscaling: { min: 1, max: 3 },
    },
    spot: {
      repository: "spot",
      port: 82,
      path: "/spot/*",
      capacityProvider: "FARGATE_SPOT",
      desiredCount: 9,
    },
  });
  expect(neededCpus({ services, deployment })).toBe(4 * 0.5 * 2 + 3 * 1 * 2);
});

it("what the agent reads at the start of a task: the secrets of all containers, each whole and once", () => {
  const secret = `arn:aws:secretsmanager:us-east-1:${account}:secret:db-AbCdEf`;
  const parameter = `arn:aws:ssm:us-east-1:${account}:parameter/key`;
  const key = `arn:aws:kms:us-east-1:${account}:key/1`;
  const { services } = config({
    web: {
      repository: "hello",
      port: 80,
      secrets: { A: `${secret}:a::`, B: `${secret}:b::` },
      secretKeys: [key],
      sidecars: { agent: { secrets: { KEY: parameter } } },
    },
  });
  expect(readingCalls(services["web"])).toEqual([
    { action: "secretsmanager:GetSecretValue", resource: secret },
    { action: "ssm:GetParameters", resource: parameter },
    { action: "kms:Decrypt", resource: key },
  ]);
});

it.each([
  [undefined, "SKIP"],
  ["awskms://alias/state", "OK"],
  ["passphrase", "NG"],
])("F32: a state encrypted by %s", async (recorded, result) => {
  const subject = { record: { secretsProvider: recorded }, secretsProvider: "awskms://alias/state" };
  expect(await judgeSecretsProvider(subject as VerifyInput)).toMatchObject({ result });
});

describe("provider 8: tasks whose root file system can only be read", () => {
  const parsed = config({
    web: { repository: "hello", port: 80, readOnly: true },
    open: { repository: "open", port: 81, path: "/open/*" },
    beside: {
      repository: "beside",
      port: 82,
      path: "/beside/*",
      sidecars: { agent: { image: "public.ecr.aws/agent:1", readOnly: true } },
    },
  });

  it.each([
    ["aws", "web", undefined],
    ["aws-cn", "web", "SKIP"],
    ["aws-us-gov", "web", "SKIP"],
    ["aws-cn", "open", undefined],
    ["aws-cn", "beside", "SKIP"],
  ])("in %s: %s is doubted: %s", async (partition, name, result) => {
    const cluster = `arn:${partition}:ecs:us-east-1:${account}:cluster/dev`;
    const findings = await Promise.all(scratchFindings({ config: parsed, foundation: { cluster } }, name));
    expect(findings.map(({ check }) => check)).toEqual(result === undefined ? [] : [`${name}/read-only`]);
    for (const finding of findings) {
      expect(finding).toMatchObject({
        result,
        message: expect.stringContaining("readOnly: false") as string,
      });
    }
  });
});

describe("a log group where a service's would be made", () => {
  const own = { project: "hello", stack: "dev" };
  it.each([
    [undefined, "nobody"],
    [{ "moorage:project": "hello", "moorage:stack": "dev" }, "this stack"],
    [{ "moorage:project": "shop", "moorage:stack": "dev" }, "another"],
    [{ "moorage:project": "hello", "moorage:stack": "pr-1" }, "another"],
    [{}, "another"],
  ])("with tags %j is %s's", (tags, owner) => {
    expect(logGroupOwner(tags, own)).toBe(owner);
  });

  it("of another's is told with the way out", () => {
    const { message, hint } = foreignLogGroup("/ecs/dev/web", {
      "moorage:project": "shop",
      "moorage:stack": "dev",
    });
    expect(message).toBe("The log group /ecs/dev/web is there already and is shop's, of stack dev.");
    expect(hint).toMatch(/moorage:logGroupPrefix/);
  });
});
