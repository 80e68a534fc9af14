import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { bounds } from "../../src/core/bounds.js";
import type { StackSpec } from "../../src/adapters/engine/engine.js";
import { getEngine } from "../../src/adapters/engine/get.js";
import { createEngine } from "../../src/adapters/engine/run.js";
import { engineEnvironment } from "../../packages/local-aws/src/daemon/process-env.js";
import { planRefusals } from "../../src/features/deploy/plan/guard.js";
import { silentReporter } from "../../src/core/reporter.js";
import program from "../../stacks/index.js";
import { openBench, site } from "../../packages/local-aws/test/provider/provider-harness.js";
import { temporaryFolder } from "../harness/folder.js";

const timeoutMs = 60_000;

const sandbox = {
  "aws:region": site.region,
  "moorage:app": "hello",
  "moorage:protect": true,
  "moorage:listener": { protocol: "HTTP" },
};
const encrypted = {
  "moorage:listener": { protocol: "HTTPS" },
  "moorage:domain": "dev.example.com",
  "moorage:zone": "Z0123456789ABC",
};

/** A stack that is brought from one configuration to the next, as `infra up` does. */
async function openStack() {
  const { target, home } = await openBench();
  const { providerPort } = await target.sites.site(site);
  const env = engineEnvironment({ home, site, endpoint: "http://127.0.0.1:9", providerPort });
  const binary = await getEngine({
    env: process.env,
    reporter: silentReporter,
    signal: new AbortController().signal,
  });
  const engine = createEngine({ binary, workFolder: temporaryFolder() });
  let exists = false;
  return async (config: Record<string, unknown>, run = program) => {
    const spec: StackSpec = {
      project: "hello",
      stack: "foundation-dev",
      backendUrl: home.backendUrl,
      config,
      env,
    };
    const options = { program: () => run(), exists, timeoutMs };
    exists = true;
    return { plan: () => engine.preview(spec, options), up: () => engine.up(spec, options) };
  };
}

/** The foundation as a later release of Moorage may describe it: in both types another description forces a replacement. */
function reworded() {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    const isReworded = /^aws:(iam\/policy:Policy|ec2\/securityGroup:SecurityGroup)$/.test(type);
    return isReworded ? { props: { ...props, description: "Reworded" }, opts } : undefined;
  });
  return program();
}

/** P/ecs/service.go: `findServiceByTwoPartKeyWaitForActive` asks for 2 minutes for a service that is gone. */
it("provider 20: a refresh has longer than the provider takes to see that a service is gone", () => {
  expect(bounds.engineRefresh).toBeGreaterThan(120_000);
});

/** P/elbv2: CreateListener's DuplicateListener; P/acm: ForceNew of the names; pulumi: `protect` of a component's children. */
it("provider 5, provider 6, provider 20: a protected foundation goes to HTTPS, to more names and load balancers, and off NAT; another wording replaces nothing", async () => {
  const stack = await openStack();
  await (await stack(sandbox)).up();
  await (await stack({ ...sandbox, ...encrypted })).up();
  const { steps } = await (await stack({ ...sandbox, ...encrypted }, reworded)).plan();
  expect(steps.filter(({ operation }) => operation === "replace")).toEqual([]);
  const wider = {
    ...sandbox,
    ...encrypted,
    "moorage:hosts": ["dev.example.com", "www.example.com"],
    "moorage:loadBalancers": { count: 2 },
    "moorage:network": { nat: "none", tasks: "public" },
  };
  const { plan, up } = await stack(wider);
  expect(planRefusals((await plan()).steps)).toEqual([]);
  const { changes } = await up();
  expect(changes).toMatchObject({
    replace: expect.any(Number) as number,
    delete: expect.any(Number) as number,
  });
}, 120_000);
