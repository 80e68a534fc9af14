import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { writeApp } from "../harness/apps.js";
import type { DeployJson, StatusRowJson } from "../harness/environment.js";
import { onTarget } from "../harness/on-target.js";
import { root, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;
let sandbox: Sandbox;

/** Says who it is; at `/ask/NAME` what the service answers that the variable NAME_URL leads to. */
const asks = `
  const name = /\\/ask\\/(\\w+)$/.exec(request.url)?.[1];
  if (name === undefined) return void response.end(process.env.WHO);
  const url = process.env[name.toUpperCase() + "_URL"];
  if (url === undefined) return void response.end("no variable");
  fetch(url).then(
    async (answer) => response.end(answer.status + " " + (await answer.text())),
    (error) => response.end("failed: " + (error.cause?.code ?? error.message)),
  );
`;

const service = (who: string, settings: object) => ({
  repository: "storefront-web",
  env: { WHO: who },
  ...settings,
});

/** A registry of the team's, which other stacks look `api` up in. */
const found = {
  discovery: { registry: "arn:aws:servicediscovery:us-east-1:111111111111:service/srv-0123456789abcdef" },
  securityGroups: ["sg-0123456789abcdef0"],
};

/** What the local target says that nobody looks up there. */
async function unplayed(): Promise<string[]> {
  const { unplayed: lines } = await sandbox.json<{ unplayed: string[] }>("local", "status");
  return lines.filter((line) => line.includes("Cloud Map"));
}

/**
 * `web` and `order` may call `api`, which may call nobody; `other` may call `order` alone, and asks for `api` all the same: it knows
 * the name, because `api` was there before `order`, and `order` before it.
 */
function configure(settings: Record<string, object> = {}, jobs: Record<string, object> = {}): void {
  const path = join(root, "examples/storefront/Pulumi.dev.yaml");
  const { config } = parse(readFileSync(path, "utf8")) as { config: Record<string, object> };
  const { "moorage:preview": preview = {} } = config;
  const enabled = Object.fromEntries(Object.keys(jobs).map((name) => [name, { enabled: true }]));
  const other = { WHO: "{stack} {tag} {host} {url}", API_URL: "http://api:8080" };
  const services = {
    web: service("web", { port: 8080, path: "/*", health: { path: "/health" } }),
    other: service("other", { port: 8080, path: "/other/*", health: { path: "/health" }, env: other }),
    api: service("api", { kind: "internal", port: 8080, connect: { ingress: ["web", "order"] }, ...found }),
    order: service("order", { kind: "internal", port: 8080, connect: { ingress: ["web", "other"] } }),
    ...settings,
  };
  writeFileSync(
    join(sandbox.project, "Pulumi.dev.yaml"),
    stringify({
      config: {
        ...config,
        "moorage:services": services,
        ...(Object.keys(jobs).length > 0 && {
          "moorage:jobs": jobs,
          "moorage:preview": { ...preview, jobs: enabled },
        }),
      },
    }),
  );
}

beforeAll(async () => {
  sandbox = new Sandbox(join(root, "examples/storefront"));
  configure();
  const images = [
    ["v1", ""],
    ["v2", 'if (process.env.WHO === "api") process.exit(3);'],
  ] as const;
  for (const [tag, before] of images) {
    const app = writeApp(join(sandbox.folder, tag), `/* ${tag} */ ${asks}`, { before });
    await sandbox.json("local", "image", app, "--repository", "storefront-web", "--tag", tag);
  }
}, timeout);
afterAll(() => sandbox.close(), timeout);

async function answer(url: string, path: string): Promise<string> {
  return (await fetchAnswer(new URL(path, url).href, 5_000)).body;
}

describe("services of an environment that call each other", () => {
  let url = "";

  it("reach by name whom they may call, and nobody else", { timeout }, async () => {
    const deployed = await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
    expect(deployed).toMatchObject({ verdict: "succeeded" });
    ({ url } = deployed);
    expect(await answer(url, "/ask/api")).toBe("200 api");
    expect(await answer(url, "/ask/order")).toBe("200 order");
    expect(await answer(url, "/other/ask/order")).toBe("200 order");
    // 16.1: placeholders are what the stack says of itself.
    expect(await answer(url, "/other/who")).toBe(`dev v1 ${new URL(url).hostname} ${url}other/`);
    // Its proxy knows the name; the security group of `api` lets it not in.
    expect(await answer(url, "/other/ask/api")).toMatch(/^503 upstream connect error/);
    expect(await unplayed()).toEqual([
      expect.stringMatching(/api.* has no DNS name of Cloud Map \(srv-0123456789abcdef\) here/),
    ]);
    expect(await sandbox.json<DeployJson>("deploy", "dev")).toMatchObject({ result: "unchanged" });
    const [status] = await sandbox.json<StatusRowJson[]>("status");
    expect(status).toMatchObject({ imageTag: "v1", health: "healthy", drift: [] });
  });

  it(
    "speak another protocol only under another name: refused, with nothing changed",
    { timeout },
    async () => {
      configure({
        api: service("api", {
          ...{ kind: "internal", port: 8080, connect: { protocol: "grpc", ingress: ["web", "order"] } },
        }),
      });
      const run = await sandbox.moorage(["deploy", "dev", "--tag", "v1", "--json"]);
      configure();
      expect(run.code).toBe(1);
      expect(run.json<DeployJson>().error).toMatchObject({
        code: "plan-refused",
        message: expect.stringContaining("connect.protocol changes from http to grpc") as string,
      });
      expect(await answer(url, "/ask/api")).toBe("200 api");
      expect(await sandbox.json<DeployJson>("deploy", "dev")).toMatchObject({ result: "unchanged" });
    },
  );

  it("F1, F55: one that crashes is rolled back with its cause, and answers", { timeout }, async () => {
    const run = await sandbox.moorage(["deploy", "dev", "--tag", "v2", "--json"]);
    expect(run.code).toBe(1);
    const { verdict, error, diagnosis } = run.json<DeployJson>();
    expect(verdict).toBe("rolled back");
    expect(error?.message).toMatch(/api/);
    expect(diagnosis?.services.map(({ name }) => name)).toContain("api");
    expect(await answer(url, "/ask/api")).toBe("200 api");
  });

  it("that call each other no more do not wait for the last task that has a name", { timeout }, async () => {
    configure({ api: service("api", {}), order: service("order", {}) });
    expect(await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1")).toMatchObject({
      verdict: "succeeded",
    });
    expect(await answer(url, "/ask/api")).toBe("no variable");
    // ECS takes the registry away in place.
    expect(await unplayed()).toEqual([]);
    configure();
  });

  it("F13: a preview of six services and two jobs comes up and is proven gone", { timeout }, async () => {
    const healthcheck = { command: "true", interval: 5, retries: 2 };
    configure(
      { worker: service("worker", {}), mailer: service("mailer", { healthcheck }) },
      {
        gc: { service: "api", command: ["node", "-e", "console.log('collected')"], schedule: "rate(1 day)" },
        load: {
          ...{ service: "worker", command: ["node", "-e", "console.log('loaded')"], timeout: "10m" },
          on: { source: "shop" },
        },
      },
    );
    const up = await sandbox.json<DeployJson>("preview", "up", "--pr", "42", "--tag", "v1");
    expect(up).toMatchObject({ verdict: "succeeded" });
    expect(up.services.map(({ name }) => name).sort()).toEqual([
      "api",
      "mailer",
      "order",
      "other",
      "web",
      "worker",
    ]);
    expect(await answer(up.url, "/ask/order")).toBe("200 order");
    expect(await answer(up.url, "/other/ask/api")).toMatch(/^503/);
    for (const job of ["gc", "load"])
      expect(await sandbox.json("job", "run", "pr-42", job, "--wait")).toMatchObject({ result: "succeeded" });
    const there = await onTarget(sandbox, "pr-42");
    const names = ["api", "mailer", "order", "other", "web", "worker"];
    expect(there.filter((one) => one.startsWith("service "))).toEqual(
      names.map((name) => `service storefront-${name}-pr-42`),
    );
    expect(there).toEqual(
      expect.arrayContaining([
        "namespace storefront-names-pr-42",
        "rule storefront-load-event-pr-42",
        "schedule group storefront-jobs-pr-42",
        "state machine storefront-load-pr-42",
        ...[...names, "gc", "load"].map((name) => `logs /ecs/pr-42/${name}/`),
      ]),
    );
    const gone = await sandbox.json("preview", "destroy", "--pr", "42");
    expect(gone).toMatchObject({ result: "destroyed" });
    expect(await onTarget(sandbox, "pr-42")).toEqual([]);
    expect(await sandbox.json("preview", "destroy", "--pr", "42")).toMatchObject({ result: "absent" });
    configure();
    const again = await sandbox.json<DeployJson>("preview", "up", "--pr", "42", "--tag", "v1");
    expect(again).toMatchObject({ verdict: "succeeded" });
    expect(await answer(again.url, "/ask/api")).toBe("200 api");
  });
});
