import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DevStage, underLoad } from "../support/environment.js";

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

function runOn(capacityProvider: string): void {
  const file = join(stage.sandbox.project, "Pulumi.dev.yaml");
  const text = readFileSync(file, "utf8").replace(/^( +)capacityProvider: .*\n/m, "");
  writeFileSync(file, text.replace(/^( +)(path: .*)$/m, `$1$2\n$1capacityProvider: ${capacityProvider}`));
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

it("provider 1: one that fails is put back with what it ran on", { timeout }, async () => {
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
