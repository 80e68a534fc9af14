import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Left } from "../../../../src/features/setup/init/import/imported.js";
import { scheduleOf } from "../../../../src/features/setup/init/import/copilot-schedule.js";
import { isSecretLike, sizeFor, wordsOf } from "../../../../src/features/setup/init/import/words.js";
import { jsonOf, problemOf } from "../../../harness/command.js";
import { temporaryFolder } from "../../../harness/folder.js";

const registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const answers = ["--yes", "--repository", "acme/shop", "--domain", "example.com", "--registry", registry];

interface Written {
  left: Left[];
  next: string[];
  files: { path: string; action: string }[];
}

/** A repository with files of another tool, and `init --import` in it. */
function repository(files: Record<string, string>) {
  const project = temporaryFolder();
  execFileSync("git", ["init", "--quiet", "--initial-branch", "main", project]);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
  const at = { project, env: {} };
  return {
    project,
    init: (...words: string[]) => jsonOf<Written>(at, ["init", ...answers, ...words]),
    refused: (...words: string[]) => problemOf(at, ["init", ...answers, ...words]),
    config: (name: string) =>
      (
        parse(readFileSync(join(project, `Pulumi.${name}.yaml`), "utf8")) as {
          config: Record<string, unknown>;
        }
      ).config,
  };
}

/** As setup 12 of test/range has it: API and worker of one build, database and cache of their own. */
const compose = `
x-server: &server
  build: { context: ./, dockerfile: api.Dockerfile, target: dev }
  environment: &environment
    LOG_LEVEL: \${LOG_LEVEL:-info}
    APP_SECRET_KEY: change-me
    DATABASE_URL: postgres://shop:shop@db:5432/shop
    FRONTEND: \${FRONTEND}
  env_file: .env
  volumes: [.:/code]
  depends_on: { db: { condition: service_healthy } }
services:
  db: { image: "postgis/postgis:16", volumes: [data:/var/lib/postgresql] }
  redis: { image: "redis:7" }
  api:
    <<: *server
    command: gunicorn shop.wsgi --bind 0.0.0.0:8000
    ports: ["8000:8000"]
    healthcheck: { test: ["CMD-SHELL", "curl -f localhost:8000/health"], interval: 10s, timeout: 1s, start_period: 1m30s }
    deploy: { replicas: 2, resources: { limits: { cpus: "1.0", memory: 2G } } }
    stop_grace_period: 5m
  worker:
    <<: *server
    command: ["celery", "-A", "shop", "worker"]
    environment: { <<: *environment, QUEUES: "a, b" }
    restart: always
    privileged: true
  render: { image: "acme/render:2", expose: [9000] }
  tools: { build: tools, profiles: [tools] }
  site:
    build: site
    depends_on: [render]
volumes: { data: {} }
`;

describe("init --import compose.yaml", () => {
  it("issue 16.3: writes services, workers and internal ones, and says what it could not carry and where", async () => {
    const { init, config } = repository({
      "compose.yaml": compose,
      "site/Dockerfile": "FROM a\nEXPOSE 80\n",
    });
    const { left } = await init("--import", "compose.yaml", "--environments", "dev", "prod");
    const services = config("dev")["moorage:services"] as Record<string, Record<string, unknown>>;
    expect(services).toEqual({
      api: {
        repository: "shop",
        build: { context: ".", dockerfile: "api.Dockerfile", target: "dev" },
        port: 8000,
        path: "/*",
        cpu: 1024,
        memory: 2048,
        desiredCount: 2,
        command: ["gunicorn", "shop.wsgi", "--bind", "0.0.0.0:8000"],
        env: { LOG_LEVEL: "info" },
        healthcheck: {
          command: ["CMD-SHELL", "curl -f localhost:8000/health"],
          interval: 10,
          timeout: 2,
          startPeriod: 90,
        },
        stopTimeout: 120,
      },
      worker: {
        repository: "shop-worker",
        build: { context: ".", dockerfile: "api.Dockerfile", target: "dev" },
        cpu: 256,
        memory: 512,
        command: ["celery", "-A", "shop", "worker"],
        env: { LOG_LEVEL: "info", QUEUES: "a, b" },
      },
      render: {
        image: "acme/render:2",
        kind: "internal",
        port: 9000,
        connect: { ingress: ["site"] },
        cpu: 256,
        memory: 512,
      },
      site: {
        repository: "shop-site",
        build: { context: "site", dockerfile: "Dockerfile" },
        cpu: 256,
        memory: 512,
      },
    });
    const told = left.map(({ where, what }) => `${where} ${what}`);
    expect(told).toEqual(
      expect.arrayContaining([
        "compose.yaml:13 services.db",
        "compose.yaml:14 services.redis",
        "compose.yaml:27 services.worker.privileged",
        "compose.yaml:29 services.tools",
        "compose.yaml:33 volumes",
        "compose.yaml:6 services.api.environment.APP_SECRET_KEY",
        "compose.yaml:9 services.worker.env_file",
      ]),
    );
    for (const what of ["APP_SECRET_KEY", "DATABASE_URL", "FRONTEND"])
      expect(told.filter((one) => one.includes(`services.api.environment.${what}`))).toHaveLength(1);
    expect(JSON.stringify([services, left])).not.toContain("change-me");
    expect(JSON.stringify([services, left])).not.toContain("shop:shop");
  });

  it("16.1: braces of the app's own stay what they are, where Moorage would read them as placeholders", async () => {
    const { init, config } = repository({
      "compose.yaml":
        'services:\n  web: { image: "a:1", ports: ["80"], environment: { LINK: "https://{host}/{id}" }, command: ["serve", "{url}"] }\n',
    });
    await init("--import", "compose.yaml", "--environments", "dev");
    expect(config("dev")["moorage:services"]).toMatchObject({
      web: { env: { LINK: "https://{{host}}/{id}" }, command: ["serve", "{{url}}"] },
    });
  });

  it("issue 16.3: the usual front gets what no other gets, and names that become the same are told apart", async () => {
    const { init, config } = repository({
      "compose.yaml":
        "services:\n  my_api: { build: a, ports: ['1:81'] }\n  my-api: { build: b }\n  web: { build: c, ports: ['2:82'] }\n",
    });
    await init("--import", "compose.yaml", "--environments", "dev");
    const services = config("dev")["moorage:services"] as Record<string, { path?: unknown }>;
    expect(Object.entries(services).map(([name, { path }]) => [name, path])).toEqual([
      ["my-api", ["/my-api", "/my-api/*"]],
      ["my-api-2", undefined],
      ["web", "/*"],
    ]);
  });

  it("issue 16.3: defaults of variables stand in all fields, and what is built from another repository is said", async () => {
    const { init, config } = repository({
      "compose.yaml": `
services:
  web:
    image: \${REGISTRY:-docker.io}/acme/web:\${TAG:-1.2}
    ports: ["\${PORT:-8080}:\${PORT:-8080}"]
    command: [serve, --host, "\${HOST:-0.0.0.0}", "$$HOME"]
  tool:
    build: https://github.com/acme/tool.git#main
  other:
    build: { context: "git@github.com:acme/other.git" }
  unnamed:
    image: \${REGISTRY}/acme/unnamed
`,
    });
    const { left } = await init("--import", "compose.yaml", "--environments", "dev");
    expect(config("dev")["moorage:services"]).toMatchObject({
      web: {
        image: "docker.io/acme/web:1.2",
        port: 8080,
        command: ["serve", "--host", "0.0.0.0", "$HOME"],
      },
    });
    expect(Object.keys(config("dev")["moorage:services"] as object)).toEqual(["web"]);
    expect(left.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      expect.stringMatching(
        /^services\.tool: it is built from https:\/\/github\.com\/acme\/tool\.git#main, which is no folder/,
      ),
      expect.stringMatching(/^services\.other: it is built from git@github\.com:acme\/other\.git/),
      expect.stringMatching(
        /^services\.unnamed: \$\{REGISTRY\}\/acme\/unnamed names a variable that has no default/,
      ),
    ]);
  });

  it("issue 16.3: a dry run writes nothing, and files that differ are not replaced", async () => {
    const { init, refused, project } = repository({ "compose.yaml": compose });
    const args = ["--import", "compose.yaml", "--environments", "dev"];
    const { files } = await init(...args, "--dry-run");
    expect(files).toContainEqual(expect.objectContaining({ path: "Pulumi.dev.yaml", action: "created" }));
    expect(existsSync(join(project, "Pulumi.dev.yaml"))).toBe(false);
    writeFileSync(join(project, "Pulumi.dev.yaml"), "config: {}\n");
    expect(await refused(...args)).toMatchObject({ code: "files-differ" });
    expect(readFileSync(join(project, "Pulumi.dev.yaml"), "utf8")).toBe("config: {}\n");
  });

  it.each([
    ["nothing.yaml", "import-unreadable"],
    ["broken.yaml", "import-unreadable"],
    ["other.yaml", "import-unreadable"],
    ["empty", "import-unreadable"],
    ["service:prod", "bad-arguments"],
    ["service:prod/web", "answers-missing"],
  ])("issue 16.3: %s is refused, with %s, and nothing is written", async (what, code) => {
    const files = {
      "broken.yaml": "a: [",
      "other.yaml": "a: 1",
      "empty/x": "",
    };
    const { refused, project } = repository(files);
    expect(await refused("--import", what)).toMatchObject({ code });
    expect(existsSync(join(project, "Pulumi.yaml"))).toBe(false);
  });
});

const api = `name: api
type: Load Balanced Web Service
image:
  build: { dockerfile: ./server/Dockerfile, context: ./server }
  port: 8000
http:
  path: /
  alias: ["www.example.org", { name: shop.example.org, hosted_zone: Z1 }]
  healthcheck: { path: /health, success_codes: "200", interval: 30s, timeout: 15s, unhealthy_threshold: 3, grace_period: 2m }
  deregistration_delay: 20s
  additional_rules: [{ path: /old }]
cpu: 1024
memory: 4096
count: { range: { min: 1, max: 4, spot_from: 2 }, cpu_percentage: 80, requests: 1000, cooldown: { in_cooldown: 60s } }
exec: true
network: { vpc: { placement: private, security_groups: [sg-0123] }, connect: true }
variables:
  STAGE: \${COPILOT_ENVIRONMENT_NAME}
  BUCKET: { from_cfn: "\${COPILOT_APPLICATION_NAME}-bucket" }
secrets:
  SECRET_KEY: /copilot/\${COPILOT_APPLICATION_NAME}/\${COPILOT_ENVIRONMENT_NAME}/secrets/SECRET_KEY
  DB: { secretsmanager: "shop/db:password::" }
sidecars:
  proxy: { image: "nginx:1.27", port: 80, variables: { A: b } }
  built: { image: { build: proxy } }
logging: { retention: 90 }
taskdef_overrides: [{ path: Cpu, value: 1 }]
environments:
  prod:
    count: { range: 2-8, cpu_percentage: 60 }
    variables: { LOG_LEVEL: warn }
`;
const worker = `name: worker
type: Worker Service
image: { build: server/Dockerfile, healthcheck: { command: ["CMD-SHELL", "node check.js"], interval: 10s, timeout: 30s, retries: 2, start_period: 10s } }
cpu: 256
memory: 512
count: { range: 1-2, queue_delay: { acceptable_latency: 1m } }
command: "celery -A shop worker"
storage: { ephemeral: 40 }
subscribe: { topics: [{ name: orders, service: api }] }
`;
const nightly = `name: nightly
type: Scheduled Job
image: { location: "acme/nightly:1" }
on: { schedule: "30 2 * * 1-5" }
timeout: 1h
retries: 2
cpu: 256
memory: 512
`;
const backend = `name: search
type: Backend Service
image: { build: search/Dockerfile, port: 9200 }
network: { connect: true }
platform: linux/arm64
count: { spot: 2 }
cpu: 256
memory: 512
`;

describe("init --import copilot/", () => {
  const files = {
    "copilot/.workspace": "application: shop\n",
    "copilot/api/manifest.yml": api,
    "copilot/api/addons/db.yml": "Resources: {}\n",
    "copilot/worker/manifest.yml": worker,
    "copilot/nightly/manifest.yml": nightly,
    "copilot/search/manifest.yml": backend,
    "copilot/page/manifest.yml": "name: page\ntype: Static Site\n",
    "copilot/environments/test/manifest.yml": "name: test\ntype: Environment\n",
    "copilot/environments/prod/manifest.yml": "name: prod\ntype: Environment\n",
  };

  it("issue 16.3: writes each environment's services and jobs with its overrides, in Moorage's words", async () => {
    const { init, config } = repository(files);
    const { left } = await init("--import", "copilot/");
    const parameter = "arn:aws:ssm:us-east-1:111111111111:parameter/copilot/shop";
    const common = {
      repository: "shop",
      build: { context: "server", dockerfile: "Dockerfile" },
      port: 8000,
      path: "/*",
      hosts: ["www.example.org", "shop.example.org"],
      health: {
        path: "/health",
        codes: "200",
        interval: 30,
        timeout: 15,
        unhealthy: 3,
        gracePeriod: 120,
      },
      deregistrationDelay: 20,
      cpu: 1024,
      memory: 4096,
      exec: true,
      securityGroups: ["sg-0123"],
      sidecars: {
        proxy: { image: "nginx:1.27", essential: true, env: { A: "b" } },
      },
      logRetention: 90,
    };
    expect(config("test")["moorage:services"]).toEqual({
      api: {
        ...common,
        desiredCount: 1,
        autoscaling: {
          min: 1,
          max: 4,
          cpu: 80,
          requests: 1000,
          cooldown: { in: "60s" },
        },
        spot: { base: 1, percent: 100 },
        env: { STAGE: "test" },
        secrets: { SECRET_KEY: `${parameter}/test/secrets/SECRET_KEY` },
      },
      search: {
        repository: "shop-search",
        build: { context: "search", dockerfile: "Dockerfile" },
        architecture: "ARM64",
        desiredCount: 2,
        capacityProvider: "FARGATE_SPOT",
        cpu: 256,
        memory: 512,
      },
      worker: {
        repository: "shop-worker",
        build: { context: "server", dockerfile: "Dockerfile" },
        cpu: 256,
        memory: 512,
        command: ["celery", "-A", "shop", "worker"],
        ephemeralStorage: 40,
        desiredCount: 1,
        autoscaling: { min: 1, max: 2 },
        healthcheck: {
          command: ["CMD-SHELL", "node check.js"],
          interval: 10,
          timeout: 30,
          retries: 2,
          startPeriod: 10,
        },
      },
    });
    expect(config("prod")["moorage:services"]).toMatchObject({
      api: {
        ...common,
        desiredCount: 2,
        autoscaling: { min: 2, max: 8, cpu: 60 },
        env: { STAGE: "prod", LOG_LEVEL: "warn" },
        secrets: { SECRET_KEY: `${parameter}/prod/secrets/SECRET_KEY` },
      },
    });
    expect(config("prod")["moorage:jobs"]).toEqual({
      nightly: {
        image: "acme/nightly:1",
        cpu: 256,
        memory: 512,
        schedule: "cron(30 2 ? * 2-6 *)",
        timeout: "3600s",
        retries: 2,
      },
    });
    const told = left.map(({ where, what }) => `${where} ${what}`);
    for (const one of [
      "copilot/api/addons addons",
      "copilot/api/manifest.yml:11 http.additional_rules",
      "copilot/api/manifest.yml:16 network.vpc.placement",
      "copilot/api/manifest.yml:16 network.connect",
      "copilot/api/manifest.yml:19 variables.BUCKET",
      "copilot/api/manifest.yml:22 secrets.DB",
      "copilot/api/manifest.yml:25 sidecars.built",
      "copilot/api/manifest.yml:27 taskdef_overrides",
      "copilot/page/manifest.yml:2 type",
      "copilot/search/manifest.yml:3 image.port",
      "copilot/worker/manifest.yml:6 count.queue_delay",
      "copilot/worker/manifest.yml:9 subscribe",
    ])
      expect(told.filter((said) => said === one)).toEqual([one]);
  });

  it("issue 16.3: environments whose order nobody knows have to be named", async () => {
    const { refused } = repository({
      ...files,
      "copilot/environments/blue/manifest.yml": "name: blue\n",
    });
    expect(await refused("--import", "copilot/")).toMatchObject({
      code: "answers-missing",
    });
  });
});

it.each([
  ["@daily", "cron(0 0 * * ? *)"],
  ["@every 5h", "rate(5 hours)"],
  ["@every 1m", "rate(1 minute)"],
  ["0 9 * * 0,6", "cron(0 9 ? * 1,7 *)"],
  ["*/5 * * * MON-FRI", "cron(*/5 * ? * MON-FRI *)"],
  ["0 0 1 * *", "cron(0 0 1 * ? *)"],
  ["rate(1 hour)", "rate(1 hour)"],
  ["@every 10s", undefined],
  ["0 0 1 * 1", undefined],
  ["soon", undefined],
])("a schedule of Copilot, %s, is %s on EventBridge", (text, expected) => {
  expect(scheduleOf(text)).toBe(expected);
});

it("commands, sizes and secrets are read with care", () => {
  expect(wordsOf(`node -e "a b" 'c d'`)).toEqual(["node", "-e", "a b", "c d"]);
  expect(wordsOf("migrate && serve")).toEqual(["sh", "-c", "migrate && serve"]);
  expect(wordsOf(undefined)).toBeUndefined();
  expect([sizeFor(256, 512), sizeFor(300, 512), sizeFor(256, 3000)]).toEqual([
    { cpu: 256, memory: 512 },
    { cpu: 512, memory: 1024 },
    { cpu: 512, memory: 3072 },
  ]);
  expect(
    ["API_KEY", "DB_PASSWORD", "JWT_SECRET", "SENTRY_DSN"].every((name) => isSecretLike(name, "x")),
  ).toBe(true);
  expect(["KEYBOARD", "PASSENGERS", "LOG_LEVEL"].some((name) => isSecretLike(name, "x"))).toBe(false);
  expect(isSecretLike("CACHE", "redis://:pw@cache:6379")).toBe(true);
});
