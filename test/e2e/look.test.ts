import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Coming } from "../../src/features/inspect/diff/coming.js";
import type { LineJson } from "../../src/features/inspect/logs/lines.js";
import type { PlanTitle } from "../../src/features/deploy/plan/text.js";
import type { PlanView } from "../../src/features/deploy/plan/view.js";
import type { StatusRow } from "../../src/features/inspect/status/row.js";
import type { Finding } from "../../src/features/inspect/verify/finding.js";
import { type DeployJson, DevStage } from "../harness/environment.js";
import { eventually } from "../harness/eventually.js";
import { openListener } from "../harness/listener.js";
import { finished } from "../harness/sandbox.js";

const timeout = 120_000;
let stage: DevStage;
let first: DeployJson;
beforeAll(async () => {
  stage = new DevStage();
  await stage.image("v1");
  await stage.image("v2");
  first = await stage.deploy("v1");
}, timeout);
afterAll(() => stage.close(), timeout);

/** Changes the service behind Pulumi's back, as a person in the console does. */
async function changeByHand(change: Partial<UpdateServiceCommandInput>): Promise<void> {
  const command = new UpdateServiceCommand({ cluster: "moorage", service: "hello-web-dev", ...change });
  await stage.aws(async (clients) => (await clients.ecs()).send(command));
}

/** Another revision of a task definition, with the same in it. */
function copyOf(taskDefinition: string | undefined): Promise<string | undefined> {
  return stage.aws(async (clients) => {
    const ecs = await clients.ecs();
    const { taskDefinition: known } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const { family, containerDefinitions, cpu, memory, networkMode } = known ?? {};
    const requiresCompatibilities: ["FARGATE"] = ["FARGATE"];
    const copy = { family, containerDefinitions, cpu, memory, networkMode, requiresCompatibilities };
    const made = await ecs.send(new RegisterTaskDefinitionCommand(copy));
    return made.taskDefinition?.taskDefinitionArn;
  });
}

describe("status", () => {
  /** No Pulumi process is started: there is no engine that could be one. */
  const dev = async () => {
    const rows = await stage.json<StatusRow[]>(["status"], { MOORAGE_ENGINE: "/nowhere", PATH: "" });
    expect(rows.map(({ stack }) => stack)).toEqual(["dev", "staging", "prod"]);
    return rows[0] as StatusRow;
  };

  it(
    "F28: --verbose shows each call on stderr, with no secret, and stdout stays JSON",
    { timeout },
    async () => {
      const env = { MOORAGE_ENGINE: "/nowhere", PATH: "" };
      const quiet = await stage.sandbox.moorage(["status", "--json"], env);
      expect(quiet.stderr).not.toContain("aws: ");
      const run = await stage.sandbox.moorage(["status", "--json", "--verbose"], env);
      expect({ code: run.code, rows: run.json<StatusRow[]>().length }).toEqual({ code: 0, rows: 3 });
      expect(run.stderr).toMatch(/aws: ECS DescribeServices -> 200, \d+ ms/);
      const planted = { ...env, GH_TOKEN: "DescribeServices", MOORAGE_LOG: "debug" };
      const masked = await stage.sandbox.moorage(["status", "--json"], planted);
      expect(masked.stderr).toMatch(/aws: ECS \*\*\* -> 200, \d+ ms/);
      expect(masked.stdout + masked.stderr).not.toContain("DescribeServices");
    },
  );

  it(
    "tells version, digest, since when, by whom, health and tasks, without the engine",
    { timeout },
    async () => {
      expect(await dev()).toMatchObject({
        environment: "dev",
        imageTag: "v1",
        digests: { web: first.services[0]?.digest },
        url: first.url,
        by: expect.any(String) as string,
        running: 1,
        desired: 1,
        health: "healthy",
        drift: [],
        alarms: [],
        problem: null,
      });
    },
  );

  it("F34: shows a desired count that was changed by hand as drift", { timeout }, async () => {
    await changeByHand({ desiredCount: 2 });
    expect((await dev()).drift).toEqual(["web wants 2 tasks, configured are 1."]);
    await changeByHand({ desiredCount: 1 });
    await eventually("one task runs again", async () => (await dev()).running === 1, 20_000);
    expect((await dev()).drift).toEqual([]);
  });

  it("F34: shows a task definition that was changed by hand", { timeout }, async () => {
    const deployed = first.services[0]?.taskDefinition;
    await changeByHand({ taskDefinition: await copyOf(deployed) });
    expect((await dev()).drift).toContain("web runs hello-web-dev:2, not hello-web-dev:1.");
    await changeByHand({ taskDefinition: deployed });
    await eventually("what was deployed runs again", async () => (await dev()).health === "healthy", 20_000);
    expect((await dev()).drift).toEqual([]);
  });
});

describe("logs and url", () => {
  it("tells the lines of all tasks, and follows until Ctrl-C", { timeout }, async () => {
    const parameters = { logGroupName: "/ecs/dev/web", logStreamName: "ecs/web/by-hand" };
    const write = (message: string) =>
      stage.aws(async (clients) => {
        const { CreateLogStreamCommand, PutLogEventsCommand } =
          await import("@aws-sdk/client-cloudwatch-logs");
        const logs = await clients.logs();
        await logs.send(new CreateLogStreamCommand(parameters)).catch(() => undefined);
        const logEvents = [{ timestamp: Date.now(), message }];
        await logs.send(new PutLogEventsCommand({ ...parameters, logEvents }));
      });
    await write("one");
    const lines = await stage.json<LineJson[]>(["logs", "dev", "--since", "1h", "--service", "web"]);
    expect(lines.at(-1)).toMatchObject({ service: "web", task: "by-hand", message: "one" });
    const following = stage.sandbox.start(["logs", "dev", "--since", "1h", "--follow", "--json"]);
    let told = "";
    following.stdout?.on("data", (chunk: Buffer) => (told += chunk.toString()));
    const ended = finished(following);
    await eventually("the line from before", () => told.includes('"one"'), 20_000);
    await write("two");
    await eventually("the line that came", () => told.includes('"two"'), 20_000);
    following.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: "" });
    expect(told.match(/"one"/g)).toHaveLength(1);
  });

  it("url is the URL", { timeout }, async () => {
    expect((await stage.sandbox.moorage(["url", "dev"])).stdout).toBe(`${first.url}\n`);
    expect((await stage.sandbox.moorage(["url", "prod"])).code).toBe(2);
  });
});

/** A copy of the project, its dev changed. */
function changedProject(change: (yaml: string) => string): string {
  const folder = mkdtempSync(join(stage.sandbox.folder, "changed-"));
  cpSync(stage.sandbox.project, folder, { recursive: true });
  const file = join(folder, "Pulumi.dev.yaml");
  writeFileSync(file, change(readFileSync(file, "utf8")));
  return folder;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("diff", () => {
  it("exits with 0 where nothing would change, and with 3 where an image would", { timeout }, async () => {
    const same = await stage.sandbox.moorage(["diff", "dev", "--detailed-exitcode"]);
    expect(same).toMatchObject({ code: 0, stdout: "dev with v1: no changes\n" });
    const other = await stage.sandbox.moorage(["diff", "dev", "--tag", "v2", "--detailed-exitcode"]);
    expect(other.code).toBe(3);
    expect(other.stdout).toMatch(/^dev from v1 to v2: 1 new task definition revision/);
    expect(other.stdout).toMatch(/Images:\n {2}~ web: v1 sha256:\w{12} -> v2 sha256:\w{12}\n$/);
  });

  it("F28: tells what changes in the configuration, and no secret", { timeout }, async () => {
    const cwd = changedProject((yaml) =>
      yaml.replace("LOG_LEVEL: debug", "LOG_LEVEL: info, DB_PASSWORD: hunter2"),
    );
    const run = await stage.sandbox.moorage(["diff", "dev", "--json", "--cwd", cwd]);
    expect(run.code).toBe(0);
    expect(run.stdout + run.stderr).not.toContain("hunter2");
    const view = run.json<PlanView & PlanTitle>();
    expect(view).toMatchObject({ imageTag: "v1", deployedTag: "v1", replacements: [], images: [] });
    expect(view.others.flatMap(({ values }) => values)).toEqual([
      { path: "containerDefinitions.web.environment.DB_PASSWORD", before: null, after: "[hidden]" },
      { path: "containerDefinitions.web.environment.LOG_LEVEL", before: "debug", after: "info" },
    ]);
  });

  it("plans a preview that was never deployed, and leaves nothing of it", { timeout }, async () => {
    const run = await stage.sandbox.moorage(["diff", "pr-9", "--tag", "v1"]);
    expect(run.stdout).toMatch(/^pr-9, never deployed, with v1: \d+ to create\n/);
    expect(await stage.json<unknown[]>(["preview", "list"])).toEqual([]);
    const states = readdirSync(join(stage.sandbox.home, "pulumi/.pulumi/stacks/hello"));
    expect(states.filter((name) => name.startsWith("pr-9.json") && !name.includes(".bak"))).toEqual([]);
  });
});

describe("diff of a stack that was never deployed", () => {
  /** Staging's registry is another account's than dev's. */
  beforeAll(async () => {
    const repository = "222222222222.dkr.ecr.us-east-1.amazonaws.com/hello";
    const app = join(stage.sandbox.folder, "apps", "v1");
    await stage.json(["local", "image", app, "--repository", repository, "--tag", "v1"]);
  }, timeout);

  const stored = () =>
    readdirSync(join(stage.sandbox.home, "pulumi"), { recursive: true, encoding: "utf8" }).sort();

  it.each([
    [
      "an environment",
      ["diff", "staging", "--tag", "v1"],
      /^staging, never deployed, with v1: \d+ to create\n/,
    ],
    ["a foundation", ["infra", "diff", "foundation-dev"], /foundation-dev.*: \d+ to create\n/],
  ])(
    "adoption B5: plans all of %s, and writes nothing where stacks are kept",
    { timeout },
    async (_what, args, text) => {
      const before = stored();
      const run = await stage.sandbox.moorage(args);
      expect(run.stdout, run.stderr).toMatch(text);
      expect(stored()).toEqual(before);
    },
  );

  it(
    "adoption B5: what an approver sees of a first release: digests and the plan, or that it has none yet",
    { timeout },
    async () => {
      const summary = join(stage.sandbox.folder, "summary.md");
      const coming = (tag: string) => ["diff", "staging", "--coming", tag, "--from", "dev", "--summary"];
      const env = { GITHUB_STEP_SUMMARY: summary };
      const told = await stage.json<{ coming: Coming }>(coming("v1"), env);
      const digest = first.services[0]?.digest ?? "";
      expect(told.coming).toMatchObject({ tag: "v1", deployedTag: null, digests: { web: digest } });
      const unknown = await stage.json<{ coming: Coming }>(coming("v9"), env);
      expect(unknown.coming).toMatchObject({ tag: "v9", digests: {} });
      const [known = "", none = ""] = readFileSync(summary, "utf8")
        .split(/^## (?=Plan for `staging`)/m)
        .slice(1);
      expect(known).toContain(`- \`web\`: \`${digest}\``);
      expect(known).toMatch(/never deployed, with v1.* to create/);
      expect(none).toContain("Its plan is available after its image is promoted");
    },
  );

  it(
    "adoption B5: what an approver sees of the next one: its digests, and what else changes with the images of now",
    { timeout },
    async () => {
      type Told = { coming: Coming } & PlanTitle & PlanView;
      const next = await stage.json<Told>(["diff", "dev", "--coming", "v2"]);
      expect(next).toMatchObject({ coming: { tag: "v2", deployedTag: "v1", digests: {} }, imageTag: "v2" });
      expect(next.images).toMatchObject([{ service: "web" }]);
      const later = await stage.json<Told>(["diff", "dev", "--coming", "v9"]);
      expect(later).toMatchObject({ coming: { tag: "v9" }, imageTag: "v1", images: [] });
    },
  );

  it("adoption B5: a lock is not in its way, since it takes none", { timeout }, async () => {
    await stage.json(["lock", "staging", "--reason", "no releases today"]);
    const run = await stage.sandbox.moorage(["diff", "staging", "--tag", "v1"]);
    expect(run.code, run.stderr).toBe(0);
    await stage.json(["unlock", "staging"]);
  });
});

describe("verify", () => {
  const secretsOf = (secrets: string) => (yaml: string) =>
    yaml.replace("env: { LOG_LEVEL: debug }", `env: { LOG_LEVEL: debug }\n      secrets: ${secrets}`);
  const parameter = (name: string) => `arn:aws:ssm:us-east-1:111111111111:parameter/${name}`;

  it("finds nothing against a deployment of what runs, and changes nothing", { timeout }, async () => {
    const findings = await stage.json<Finding[]>(["verify", "dev"]);
    // Nothing is scanned on the local target.
    expect(findings.filter(({ result }) => result !== "OK")).toMatchObject([
      { check: "web/image scan", result: "SKIP" },
    ]);
    expect(findings.map(({ check }) => check)).toEqual([
      "credentials",
      "lock",
      "foundation",
      "cluster",
      "load balancer",
      "Fargate",
      "state",
      "ownerless resources",
      "web/image",
      "web/image scan",
      "web/log group",
      "web/execution role",
      "web/task role",
      "web/target group",
      "web/hardening",
      "web/rehearsal",
    ]);
  });

  it("F21: exits with 1 where an image or a secret is missing, and reads no value", { timeout }, async () => {
    const value = { Name: "/dev/there", Value: "s3cret", Type: "SecureString" as const };
    await stage.aws(async (clients) => (await clients.ssm()).send(new PutParameterCommand(value)));
    const cwd = changedProject(
      secretsOf(`{ A: "${parameter("dev/there")}", B: "${parameter("dev/gone")}" }`),
    );
    const run = await stage.sandbox.moorage(["verify", "dev", "--tag", "v9", "--json", "--cwd", cwd]);
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).not.toContain("s3cret");
    const results = run.json<Finding[]>().map(({ check, result }) => [check, result]);
    expect(Object.fromEntries(results)).toMatchObject({
      "web/image": "NG",
      "web/secret A": "OK",
      "web/secret B": "NG",
      "web/task role": "OK",
    });
  });
});

describe("notifications", () => {
  it("tell of a failure and of a rollback, and not of what was refused", { timeout }, async () => {
    const webhook = await openListener();
    const env = { MOORAGE_NOTIFY_WEBHOOK: webhook.origin };
    expect((await stage.sandbox.moorage(["deploy", "dev", "--tag", "nothing"], env)).code).toBe(2);
    expect(webhook.received).toEqual([]);
    await stage.image("bad", "wrong");
    expect((await stage.sandbox.moorage(["deploy", "dev", "--tag", "bad"], env)).code).toBe(1);
    const [started, ended] = webhook.received.map(({ body }) => body);
    expect(started).toMatchObject({ kind: "started", environment: "dev", version: "bad" });
    expect(ended).toMatchObject({
      kind: "rolled back",
      version: "bad",
      reason: expect.any(String) as string,
    });
  });

  it(
    "F28: tell of start and end, to addresses that are secrets in the configuration too",
    { timeout },
    async () => {
      const webhook = await openListener();
      const slack = await openListener();
      const cwd = changedProject((yaml) => yaml);
      const secret = `${webhook.origin}/s3cret-hook`;
      const exports = await stage.json<NodeJS.ProcessEnv>(["local", "env"]);
      const set = ["config", "set", "--stack", "dev", "--secret", "--path", "moorage:notify.webhook", secret];
      await promisify(execFile)("pulumi", set, { cwd, env: { ...stage.sandbox.env, ...exports } });
      expect(readFileSync(join(cwd, "Pulumi.dev.yaml"), "utf8")).not.toContain("s3cret");
      const env = { MOORAGE_NOTIFY_SLACK: slack.origin };
      const run = await stage.sandbox.moorage(["deploy", "dev", "--tag", "v2", "--json", "--cwd", cwd], env);
      expect(run.code).toBe(0);
      expect(run.stdout + run.stderr).not.toContain("s3cret");
      const told = webhook.received.map(({ path, body }) => [path, body["kind"], body["version"]]);
      expect(told).toEqual([
        ["/s3cret-hook", "started", "v2"],
        ["/s3cret-hook", "succeeded", "v2"],
      ]);
      expect(slack.received).toHaveLength(2);
      const kept = filesBelow(join(stage.sandbox.home, "pulumi"));
      expect(kept.filter((file) => readFileSync(file, "utf8").includes("s3cret"))).toEqual([]);
    },
  );
});
