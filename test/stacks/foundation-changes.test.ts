import { expect, it } from "vitest";
import type { StackSpec } from "../../src/engine/engine.js";
import { getEngine } from "../../src/engine/get.js";
import { createEngine } from "../../src/engine/run.js";
import { engineEnvironment } from "../../src/local/environment.js";
import { planRefusals } from "../../src/release/plan-guard.js";
import { silentHost } from "../../src/report.js";
import program from "../../stacks/index.js";
import { openBench, site } from "../local/provider/bench.js";
import { temporaryFolder } from "../support/folder.js";

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
    host: silentHost,
    signal: new AbortController().signal,
  });
  const engine = createEngine({ binary, workFolder: temporaryFolder() });
  let exists = false;
  return async (config: Record<string, unknown>) => {
    const spec: StackSpec = {
      project: "hello",
      stack: "foundation-dev",
      backendUrl: home.backendUrl,
      config,
      env,
    };
    const options = { program: () => program(), exists, timeoutMs };
    exists = true;
    return { plan: () => engine.preview(spec, options), up: () => engine.up(spec, options) };
  };
}

/** P/elbv2: CreateListener's DuplicateListener; P/acm: ForceNew of the names; pulumi: `protect` of a component's children. */
it("provider 5, provider 6: a protected foundation goes to HTTPS, to more names and load balancers, and off NAT", async () => {
  const stack = await openStack();
  await (await stack(sandbox)).up();
  await (await stack({ ...sandbox, ...encrypted })).up();
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
