import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { eventually } from "../harness/eventually.js";
import { writeApp } from "../harness/apps.js";
import type { DeployJson, StatusRowJson } from "../harness/environment.js";
import { root, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = new Sandbox(join(root, "examples/storefront"));
  configure({});
  await image("v1", "");
  await image("v2", "");
  await image("v3", "setTimeout(() => process.exit(0), 50);");
  const agent = writeApp(join(sandbox.folder, "agent"), "response.end();");
  await sandbox.json("local", "image", agent, "--repository", "storefront-agent", "--tag", "v2");
}, timeout);
afterAll(() => sandbox.close(), timeout);

function configure(settings: object): void {
  const path = join(root, "examples/storefront/Pulumi.dev.yaml");
  const file = parse(readFileSync(path, "utf8")) as { config: object };
  const config = {
    ...file.config,
    "moorage:services": { api: { repository: "storefront-api", ...settings } },
  };
  writeFileSync(join(sandbox.project, "Pulumi.dev.yaml"), stringify({ config }));
}

function image(tag: string, before: string): Promise<unknown> {
  const app = writeApp(join(sandbox.folder, tag), `/* ${tag} */ response.end();`, { before });
  return sandbox.json("local", "image", app, "--repository", "storefront-api", "--tag", tag);
}

describe("an environment of a service at a network load balancer alone", () => {
  it("is deployed, takes connections, and is gone with its listener", { timeout }, async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    configure({
      kind: "network",
      port: 8080,
      network: { loadBalancer: "shared", port, deregistrationDelay: 1 },
    });
    const deployed = await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
    expect(deployed).toMatchObject({ verdict: "succeeded", url: null });
    expect(deployed.smoke).toMatchObject([
      { url: null, passed: true },
      { url: expect.stringMatching(`^tcp://.*:${port}$`) as string, passed: true },
    ]);
    expect((await fetchAnswer(`http://127.0.0.1:${port}/`, 5000)).status).toBe(200);
    const findings = await sandbox.moorage(["verify", "dev", "--json"]);
    expect(findings.stdout).toMatch(/Port 8080, TCP, behind a load balancer/);
    expect(await sandbox.json<DeployJson>("deploy", "dev")).toMatchObject({ result: "unchanged" });
    configure({});
    expect(await sandbox.json<DeployJson>("deploy", "dev")).toMatchObject({ verdict: "succeeded" });
    expect((await fetchAnswer(`http://127.0.0.1:${port}/`, 5000)).error).toMatch(/ECONNREFUSED/);
  });
});

describe("an environment of a worker alone", () => {
  it("is deployed, has no URL, and says so", { timeout }, async () => {
    const deployed = await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
    expect(deployed).toMatchObject({ verdict: "succeeded", url: null, urls: {} });
    expect(deployed.smoke).toMatchObject([{ url: null, passed: true, problem: null }]);
    const url = await sandbox.moorage(["url", "dev"]);
    expect(url.code).toBe(2);
    expect(url.stderr).toMatch(/dev has no URL: none of its services takes requests/);
    expect((await sandbox.moorage(["smoke", "dev"])).stdout).toMatch(/tasks run/);
    const [status] = await sandbox.json<StatusRowJson[]>("status");
    expect(status).toMatchObject({ imageTag: "v1", health: "healthy", url: null, drift: [] });
    expect(await sandbox.json<DeployJson>("deploy", "dev")).toMatchObject({ result: "unchanged" });
    const findings = await sandbox.moorage(["verify", "dev", "--json"]);
    expect(findings.stdout).not.toMatch(/api\/target group/);
  });

  const unhealthy = { command: 'test "$MOORAGE_IMAGE_TAG" = v1', interval: 5, retries: 1 };

  const agent = {
    repository: "storefront-agent",
    essential: true,
    healthcheck: { command: "false", interval: 5, retries: 1 },
  };

  it.each([
    ["is unhealthy", "v2", { healthcheck: unhealthy }, /Task failed container health checks/, "healthcheck"],
    ["has an unhealthy sidecar", "v2", { sidecars: { agent } }, /agent: UNHEALTHY/, "healthcheck"],
    ["exits with 0 again and again", "v3", {}, /Essential container[^]*exit code 0/, "exited by itself"],
  ])(
    "F55, F1, F22: whose release %s fails, with its cause, and is rolled back",
    { timeout },
    async (_title, tag, settings, cause, advice) => {
      configure(settings);
      const run = await sandbox.moorage(["deploy", "dev", "--tag", tag, "--json"]);
      expect(run.code).toBe(1);
      const { verdict, error, diagnosis } = run.json<DeployJson>();
      expect(verdict).toBe("rolled back");
      expect(error?.message).toMatch(cause);
      expect(error?.hint).toContain(advice);
      expect(diagnosis?.services).toMatchObject([{ name: "api" }]);
      configure({});
      const [status] = await sandbox.json<StatusRowJson[]>("status");
      expect(status).toMatchObject({ imageTag: "v1", health: "healthy", drift: [] });
    },
  );

  it("becomes a web service and a worker again with its settings", { timeout }, async () => {
    configure({ port: 8080 });
    const { url } = await sandbox.json<DeployJson>("deploy", "dev");
    expect(await fetchAnswer(new URL("/healthz", url).href, 5_000)).toMatchObject({ status: 200 });
    configure({});
    expect(await sandbox.json<DeployJson>("deploy", "dev")).toMatchObject({
      verdict: "succeeded",
      url: null,
    });
    const [status] = await sandbox.json<StatusRowJson[]>("status");
    expect(status).toMatchObject({ health: "healthy", url: null, drift: [] });
  });

  it(
    "issue 15.5: scales with its queue from and to 0; a deployment leaves the count alone",
    { timeout },
    async () => {
      configure({ autoscaling: { min: 0, max: 2, queue: { name: "jobs", perTask: 5 } } });
      await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
      const move = (advance: string) => sandbox.json("local", "clock", "--advance", advance);
      const count = async (wanted: number) =>
        eventually(
          `${wanted} tasks`,
          async () => {
            const [status] = await sandbox.json<StatusRowJson[]>("status");
            return status?.running === wanted && status.desired === wanted && status.health === "healthy";
          },
          30_000,
        );
      await sandbox.json("local", "queue", "jobs", "--waiting", "0");
      await move("20m");
      await count(0);
      expect(await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v2")).toMatchObject({
        verdict: "succeeded",
      });
      await count(0);
      await sandbox.json("local", "queue", "jobs", "--waiting", "9");
      await move("1m");
      await count(1);
      await move("5m");
      await count(2);
      expect(await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1")).toMatchObject({
        verdict: "succeeded",
      });
      await count(2);
      const seen = await sandbox.moorage(["status"]);
      expect(seen.stdout).toMatch(/dev: api scales from 0 to 2 tasks: 2 now/);
      configure({});
      await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
    },
  );

  it("F13: its preview comes up without a host, and is proven gone", { timeout }, async () => {
    const up = await sandbox.json<DeployJson>("preview", "up", "--pr", "42", "--tag", "v1");
    expect(up).toMatchObject({ verdict: "succeeded", url: null });
    const url = await sandbox.moorage(["preview", "url", "--pr", "42"]);
    expect(url.stderr).toMatch(/pr-42 has no URL: none of its services takes requests/);
    await sandbox.json("preview", "destroy", "--pr", "42");
    const { services } = await sandbox.json<{ services: { stack: string }[] }>("local", "status");
    expect(services.map(({ stack }) => stack)).toEqual(["dev"]);
  });
});
