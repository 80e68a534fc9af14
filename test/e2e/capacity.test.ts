import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DevStage, underLoad } from "../harness/environment.js";

const timeout = 120_000;
let stage: DevStage;
let url: string;

beforeAll(async () => {
  stage = new DevStage();
  await stage.image("v1");
  await stage.image("v2", "crash");
  url = (await stage.deploy("v1")).url;
}, timeout);
afterAll(() => stage.close(), timeout);

function edit(change: (text: string) => string): void {
  const file = join(stage.sandbox.project, "Pulumi.dev.yaml");
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

function runOn(capacityProvider: string): void {
  edit((text) =>
    text
      .replace(/^( +)capacityProvider: .*\n/m, "")
      .replace(/^( +)(path: .*)$/m, `$1$2\n$1capacityProvider: ${capacityProvider}`),
  );
}

const providers = async () =>
  (await stage.service()).capacityProviderStrategy?.map(({ capacityProvider }) => capacityProvider);

/** terraform-provider-aws, internal/service/ecs/service.go, `capacityProviderStrategyCustomizeDiff`. */
it("provider 1: another capacity provider is a rollout without an outage", { timeout }, async () => {
  runOn("FARGATE_SPOT");
  const { value, failures } = await underLoad(url, () => stage.deploy("v1"));
  expect(value).toMatchObject({ result: "updated", verdict: "succeeded" });
  expect(failures).toEqual([]);
  expect(await providers()).toEqual(["FARGATE_SPOT"]);
});

it("provider 1: one that fails is rolled back to what it ran on", { timeout }, async () => {
  runOn("FARGATE");
  const { code, json } = await stage.failing("deploy", "dev", "--tag", "v2");
  expect({ code, verdict: json.verdict }).toEqual({ code: 1, verdict: "rolled back" });
  expect(await providers()).toEqual(["FARGATE_SPOT"]);
  expect(await stage.version(url)).toBe("v1");
});

it("provider 1: once it is in place, no deployment is forced", { timeout }, async () => {
  runOn("FARGATE_SPOT");
  await stage.deploy("v1");
  const before = (await stage.service()).deployments?.[0]?.id;
  expect(await stage.deploy("v1")).toMatchObject({ result: "unchanged", verdict: "succeeded" });
  expect((await stage.service()).deployments?.[0]?.id).toBe(before);
});

/** Source: CreateTargetGroup, `Port`: only what is registered without a port of its own gets it; ECS names each task's. */
it(
  "provider 15: another port is a rollout in the same target group, without an outage",
  { timeout },
  async () => {
    const group = async () => (await stage.service()).loadBalancers?.[0];
    const before = await group();
    edit((text) => text.replace("port: 8080", "port: 9090"));
    const { value, failures } = await underLoad(url, () => stage.deploy("v1"));
    expect(value).toMatchObject({ result: "updated", verdict: "succeeded" });
    expect(failures).toEqual([]);
    expect(await group()).toEqual({ ...before, containerPort: 9090 });
    expect(await stage.deploy("v1")).toMatchObject({ result: "unchanged" });
  },
);

/** Source: ModifyTargetGroup takes no protocol, and new tasks are unhealthy in a group of the old one. */
it(
  "provider 15: another protocol, which no update brings without an outage, is refused",
  { timeout },
  async () => {
    const before = await stage.service();
    edit((text) => text.replace("port: 9090", "port: 9090\n      protocol: HTTPS"));
    const { value, failures } = await underLoad(url, () => stage.failing("deploy", "dev", "--tag", "v1"));
    expect({ code: value.code, error: value.json.error?.code }).toEqual({ code: 1, error: "plan-refused" });
    expect(failures).toEqual([]);
    expect((await stage.service()).deployments?.[0]?.id).toBe(before.deployments?.[0]?.id);
  },
);
