import { describe, expect, it } from "vitest";
import { checkRaw, parseConfig } from "../../../src/core/project/parse.js";
import { MoorageError } from "../../../src/core/errors.js";

const web = { repository: "hello", port: 8080 };

/** A valid configuration with some of its settings replaced. */
function config(changes: Record<string, unknown> = {}, service: Record<string, unknown> = {}) {
  return {
    "aws:region": "us-east-1",
    "moorage:app": "hello",
    "moorage:foundation": "foundation-dev",
    "moorage:services": { web: { ...web, ...service } },
    ...changes,
  };
}

function messageOf(raw: Record<string, unknown>): string {
  try {
    parseConfig(raw, "Pulumi.dev.yaml");
  } catch (error) {
    if (error instanceof MoorageError) return error.message;
    throw error;
  }
  return "no mistake";
}

describe("a valid configuration", () => {
  it("gets its defaults", () => {
    const { services, deployment, preview, smoke, triggers } = parseConfig(config(), "Pulumi.dev.yaml");
    expect(services["web"]).toMatchObject({
      protocol: "HTTP",
      cpu: 256,
      memory: 512,
      desiredCount: 1,
      path: ["/*"],
      build: { context: ".", dockerfile: "Dockerfile" },
      health: {
        path: "/",
        interval: 30,
        timeout: 5,
        healthy: 3,
        unhealthy: 2,
        codes: "200-299",
        gracePeriod: 60,
      },
    });
    expect(deployment).toEqual({
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      timeout: 600_000,
      rollbackOnFailure: true,
    });
    expect(preview).toMatchObject({ base: "dev", ttl: 72 * 3600_000, max: 40, label: "deploy" });
    expect(smoke).toEqual([{ path: "/", timeout: 90_000, status: "200-299", headers: {} }]);
    expect(triggers).toMatchObject({ main: ["dev"], prerelease: ["staging"], release: ["staging", "prod"] });
  });

  it("takes one or several where several are allowed", () => {
    const raw = config(
      { "moorage:smoke": [{ path: "/a" }, { path: "/b" }], "moorage:triggers": { main: ["dev", "qa"] } },
      { path: ["/a/*", "/b"] },
    );
    const { smoke, triggers, services } = parseConfig(raw, "Pulumi.dev.yaml");
    expect(smoke.map(({ path }) => path)).toEqual(["/a", "/b"]);
    expect(triggers.main).toEqual(["dev", "qa"]);
    expect(services["web"]?.path).toEqual(["/a/*", "/b"]);
  });

  it("keeps secrets as they stand and makes text of numbers in env", () => {
    const raw = config({ "moorage:notify": { slack: { secure: "v1:abc" } } }, { env: { N: 1, B: true } });
    const parsed = parseConfig(raw, "Pulumi.dev.yaml");
    expect(parsed.notify.slack).toEqual({ secure: "v1:abc" });
    expect(parsed.services["web"]?.env).toEqual({ N: "1", B: "true" });
  });

  it("leaves other namespaces alone", () => {
    expect(messageOf(config({ "other:thing": 1 }))).toBe("no mistake");
  });
});

describe("a mistake is named with its path, what was found and what to do", () => {
  const secret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:x-AbCdEf";
  const rows: [string, Record<string, unknown>, string][] = [
    [
      "a missing setting",
      config({ "moorage:app": undefined }),
      "moorage:app: is missing: must be text of 1 to 32",
    ],
    [
      "an unknown setting",
      config({ "moorage:servces": {} }),
      'moorage: "servces" is not a setting (did you mean "services"?)',
    ],
    [
      "an unknown setting of a service",
      config({}, { prot: 1 }),
      'moorage:services.web: "prot" is not a setting (did you mean "port"?)',
    ],
    [
      "a CPU that Fargate lacks",
      config({}, { cpu: 300 }),
      "moorage:services.web.cpu: found 300; must be one of Fargate's sizes: 256, 512",
    ],
    [
      "memory that does not go with the CPU",
      config({}, { cpu: 512, memory: 512 }),
      "moorage:services.web.memory: found 512; must be one that Fargate offers with cpu 512: 1024, 2048, 3072, 4096",
    ],
    [
      "a port out of range",
      config({}, { port: 70_000 }),
      "moorage:services.web.port: found 70000; must be a whole number from 1 to 65535",
    ],
    [
      "a path of a worker",
      config({}, { port: undefined, kind: "worker", path: "/jobs" }),
      'moorage:services.web.path: found "/jobs"; a worker gets no requests: leave it out, or give the service a `port`',
    ],
    [
      "a port of a worker",
      config({}, { kind: "worker" }),
      "moorage:services.web.port: found 8080; a worker has none: leave `port` or `kind` out",
    ],
    [
      "health of a worker",
      config({ "moorage:services": { web: { repository: "hello", health: { path: "/" } } } }),
      "moorage:services.web.health: is what a load balancer asks, and a worker has none: leave it out",
    ],
    [
      "requests that a worker should scale by",
      config({
        "moorage:services": { web: { repository: "hello", autoscaling: { min: 1, max: 2, requests: 9 } } },
      }),
      "moorage:services.web.autoscaling.requests: found 9; a worker gets no requests",
    ],
    [
      "a kind that is none",
      config({}, { kind: "cron" }),
      "moorage:services.web.kind: must be one of web, internal, network, worker",
    ],
    [
      "a web service without its port",
      config({ "moorage:services": { web: { repository: "hello", kind: "web" } } }),
      "moorage:services.web.port: is missing: must be a whole number",
    ],
    [
      "a health check without a command",
      config({}, { healthcheck: { command: ["NONE"] } }),
      "moorage:services.web.healthcheck.command: must name a command",
    ],
    [
      "a health check that is asked too often",
      config({}, { healthcheck: { command: "true", interval: "2s" } }),
      "moorage:services.web.healthcheck.interval: found 2; must be a whole number from 5 to 300",
    ],
    [
      "a wait for the health of what has no check",
      config({}, { sidecars: { db: { image: "db:1" } }, dependsOn: { db: "HEALTHY" } }),
      'moorage:services.web.dependsOn.db: found "HEALTHY"; has no `healthcheck`',
    ],
    [
      "a service without an image",
      config({}, { repository: undefined }),
      "moorage:services.web.repository: is missing",
    ],
    ["two images", config({}, { image: "nginx:1" }), 'moorage:services.web.image: found "nginx:1"; is fixed'],
    [
      "a health check longer than its interval",
      config({}, { health: { interval: 5, timeout: 5 } }),
      "moorage:services.web.health.timeout: found 5; must be below the interval (5 s)",
    ],
    [
      "percents that allow nothing",
      config({ "moorage:deployment": { minimumHealthyPercent: 100, maximumPercent: 100 } }),
      "moorage:deployment.minimumHealthyPercent: found 100; must be below maximumPercent (100)",
    ],
    [
      "percents that leave no room for the count",
      config({ "moorage:deployment": { maximumPercent: 150 } }),
      "moorage:services.web.desiredCount: found 1; with 100 to 150 percent no task may start or stop",
    ],
    [
      "autoscaling upside down",
      config({}, { autoscaling: { min: 3, max: 2 } }),
      "moorage:services.web.autoscaling.min: found 3; must not be above max (2)",
    ],
    [
      "a variable of Moorage's",
      config({}, { env: { MOORAGE_STACK: "x" } }),
      "moorage:services.web.env.MOORAGE_STACK: is set by Moorage",
    ],
    [
      "a secret under a name of Moorage's",
      config({}, { secrets: { PORT: secret } }),
      "moorage:services.web.secrets.PORT: is set by Moorage",
    ],
    [
      "a name that is a variable and a secret",
      config({}, { env: { A: 1 }, secrets: { A: secret } }),
      "moorage:services.web.secrets.A: is in `env` too",
    ],
    [
      "a path that two services want",
      config({ "moorage:services": { web, api: web } }),
      'moorage:services.api.path: found "/*"; service "web" has it: one path, one service',
    ],
    [
      "more paths than a rule holds",
      config({}, { path: ["/a/*", "/b/*", "/c"] }),
      "moorage:services.web.path: is too long",
    ],
    ["no service", config({ "moorage:services": {} }), "moorage:services: must name at least one service"],
    [
      "a duration without a unit",
      config({ "moorage:deployment": { timeout: "600" } }),
      'moorage:deployment.timeout: found "600"; must be a duration',
    ],
    [
      "a foundation with parts missing",
      config({
        "moorage:foundation": { cluster: "arn:aws:ecs:r:1:cluster/x", vpc: "vpc-1", subnets: ["subnet-1"] },
      }),
      "moorage:foundation.listener: is missing",
    ],
    [
      "a smoke check in a list",
      config({ "moorage:smoke": [{ path: "x" }] }),
      'moorage:smoke.0.path: found "x"; must be a path',
    ],
    [
      "a release rule of another kind",
      config({ "moorage:release": { prod: "maybe" } }),
      'moorage:release.prod: found "maybe"; must be one of auto, approval, manual',
    ],
    [
      "a digest of no service",
      config({ "moorage:digests": { wb: `sha256:${"a".repeat(64)}` } }),
      'moorage:digests.wb: is not a service (did you mean "web"?)',
    ],
    [
      "an override of no service",
      config({ "moorage:preview": { services: { wb: {} } } }),
      'moorage:preview.services.wb: is not a service (did you mean "web"?)',
    ],
    [
      "an override that does not go with its base",
      config({ "moorage:preview": { services: { web: { cpu: 1024 } } } }),
      "moorage:preview.services.web.memory: must be one that Fargate offers with cpu 1024: 2048, 3072, 4096, ..., 8192",
    ],
    [
      "a variable of Moorage's in a preview",
      config({ "moorage:preview": { env: { PORT: 1 } } }),
      "moorage:preview.env.PORT: is set by Moorage",
    ],
    [
      "a tag that yaml reads as a number",
      config({ "moorage:imageTag": 1.1 }),
      "moorage:imageTag: found 1.1; must be text: put it in quotes",
    ],
    [
      "a secret in the environment",
      config({}, { env: { KEY: { secure: "v1:x" } } }),
      "moorage:services.web.env.KEY: must be text, a number or true/false; a secret belongs under `secrets`",
    ],
  ];

  it.each(rows)("%s", (_title, raw, expected) => {
    expect(messageOf(raw)).toContain(`Pulumi.dev.yaml has 1 mistake:\n  - ${expected}`);
  });

  it("all of them at once, also where some hide others", () => {
    const message = messageOf(
      config(
        { "moorage:app": "Hello", "moorage:foundation": 7, "moorage:max": 1 },
        { cpu: 300, port: "x", prot: 1, env: { PORT: 1 } },
      ),
    );
    expect(
      message
        .split("\n")
        .slice(1)
        .map((line) => line.split(": ")[0]),
    ).toEqual([
      "  - moorage:app",
      "  - moorage:foundation",
      "  - moorage:services.web.port",
      "  - moorage:services.web",
      "  - moorage:services.web.cpu",
      "  - moorage:services.web.env.PORT",
      "  - moorage",
    ]);
  });

  it("is exit 2 and the caller's", () => {
    expect(() => parseConfig({}, "Pulumi.dev.yaml")).toThrow(
      expect.objectContaining({ code: "config-invalid", exitCode: 2, fault: "caller" }) as Error,
    );
  });

  it("gives its path for annotations", () => {
    const checked = checkRaw(config({}, { cpu: 300 }));
    expect(checked).toMatchObject({ mistakes: [{ path: ["services", "web", "cpu"], found: "300" }] });
  });
});

describe("F26: hostile values are refused", () => {
  const hostile = [
    "a; rm -rf /",
    "$(id)",
    "a\nb",
    "-x",
    "a--b",
    "../x",
    "x".repeat(33),
    "ä",
    "a b",
    "",
    "__proto__",
  ];

  it.each(hostile)("as the app's name: %j", (value) => {
    expect(messageOf(config({ "moorage:app": value }))).toContain("moorage:app: found ");
  });

  it.each(hostile.filter((value) => value !== "__proto__"))("as a service's name: %j", (value) => {
    const services = JSON.parse(`{${JSON.stringify(value)}: ${JSON.stringify(web)}}`) as object;
    expect(messageOf(config({ "moorage:services": services }))).toContain("must be text of 1 to 32");
  });

  it.each(["x y", "https://h/", "h/$(id)", "h:port", "H"])("as the registry: %j", (value) => {
    expect(messageOf(config({ "moorage:registry": value }))).toContain("moorage:registry: found ");
  });

  it.each(["*", "a..b", "h:1", "-a.b", "a.b/"])("as the host: %j", (value) => {
    expect(messageOf(config({ "moorage:host": value }))).toContain("moorage:host: found ");
  });

  it("F28: and what may be a secret is not shown", () => {
    const message = messageOf(
      config({ "moorage:notify": { slack: 12345 } }, { secrets: { KEY: "hunter2" } }),
    );
    expect(message).toContain("moorage:services.web.secrets.KEY");
    expect(message).not.toMatch(/hunter2|12345/);
  });
});
