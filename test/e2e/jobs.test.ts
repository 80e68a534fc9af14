import { ListScheduleGroupsCommand, ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DescribeTasksCommand, ListTaskDefinitionsCommand, ECSClient } from "@aws-sdk/client-ecs";
import { DescribeLogGroupsCommand, CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Delivery } from "../../packages/local-aws/src/services/events/delivery.js";
import type { RanCommand } from "../../src/adapters/record/record.js";
import type { JobRunResult } from "../../src/features/jobs/run.js";
import type { JobView } from "../../src/features/deploy/jobs/view.js";
import type { DeployJson, StatusRowJson } from "../harness/environment.js";
import { writeApp } from "../harness/apps.js";
import { eventually } from "../harness/eventually.js";
import { localConnection } from "../harness/local-connection.js";
import { finished, root, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;
let sandbox: Sandbox;

const say = "console.log('collected with ' + process.env.MOORAGE_IMAGE_TAG)";
const jobs = {
  gc: { service: "api", command: ["node", "-e", say], schedule: "cron(0 22 * * ? *)" },
  broken: { service: "api", command: ["node", "-e", "console.log('no database'); process.exit(3)"] },
  load: {
    service: "api",
    command: [
      "node",
      "-e",
      "console.log('loaded ' + process.argv[1] + ' from ' + process.env.BUCKET)",
      "<key>",
    ],
    env: { BUCKET: "<bucket>" },
    on: {
      source: "aws.s3",
      detailType: "Object Created",
      detail: { object: { key: [{ prefix: "import/" }] } },
      input: { key: "$.detail.object.key", bucket: "$.detail.bucket.name" },
    },
  },
  slow: {
    service: "api",
    command: ["node", "-e", "console.log('begun'); setTimeout(() => {}, 600_000)"],
    on: { source: "shop", detail: { kind: ["slow"] } },
    timeout: "2s",
  },
};
const pager = "arn:aws:sns:us-east-1:111111111111:pager";

beforeAll(async () => {
  sandbox = new Sandbox(join(root, "examples/storefront"));
  configure(jobs);
  for (const tag of ["v1", "v2"]) {
    const app = writeApp(join(sandbox.folder, tag), `/* ${tag} */ response.end();`, {});
    await sandbox.json("local", "image", app, "--repository", "storefront-api", "--tag", tag);
  }
}, timeout);
afterAll(() => sandbox.close(), timeout);

function configure(wanted: object, preview: object = {}, services: object = {}): void {
  const path = join(root, "examples/storefront/Pulumi.dev.yaml");
  const file = parse(readFileSync(path, "utf8")) as { config: Record<string, object> };
  const config = {
    ...file.config,
    "moorage:services": {
      api: { repository: "storefront-api", exec: true, readOnly: false },
      ...services,
    },
    "moorage:jobs": wanted,
    "moorage:alarms": { topics: [pager] },
    "moorage:preview": { base: "dev", domain: "preview.example.com", ...preview },
  };
  writeFileSync(join(sandbox.project, "Pulumi.dev.yaml"), stringify({ config }));
}

async function jobOf(stack: string, name: string): Promise<JobView> {
  const { jobs: all } = await sandbox.json<{ jobs: JobView[] }>("job", "list", stack);
  const found = all.find((job) => job.name === name);
  if (found === undefined) throw new Error(`${stack} has no job ${name}`);
  return found;
}

/** What rules of that kind have started or told. */
async function deliveries(kind: "event" | "failed"): Promise<Delivery[]> {
  const { deliveries: all } = await sandbox.json<{ deliveries: Delivery[] }>("local", "event", "list");
  return all.filter(({ rule }) => rule.includes(`-${kind}-`));
}

function runGc(stack = "dev"): Promise<JobRunResult> {
  return sandbox.json<JobRunResult>("job", "run", stack, "gc", "--wait", "--timeout", "30s");
}

/** What of a stack's jobs the target has. */
async function found(stack: string): Promise<string[]> {
  const connection = await localConnection(sandbox);
  const [scheduler, ecs, logs] = [
    new SchedulerClient(connection),
    new ECSClient(connection),
    new CloudWatchLogsClient(connection),
  ];
  const events = new EventBridgeClient(connection);
  const sfn = new SFNClient(connection);
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  const { ScheduleGroups = [] } = await scheduler.send(new ListScheduleGroupsCommand({}));
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({}));
  const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({}));
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  return [
    ...ScheduleGroups.map(({ Name }) => `group ${Name ?? ""}`),
    ...Schedules.map(({ GroupName, Name }) => `schedule ${GroupName ?? ""}/${Name ?? ""}`),
    ...Rules.map(({ Name }) => `rule ${Name ?? ""}`).sort(),
    ...stateMachines.map(({ name }) => `state machine ${name ?? ""}`),
    ...taskDefinitionArns.map((arn) => arn.split("/")[1] ?? ""),
    ...logGroups.map(({ logGroupName = "" }) => `logs ${logGroupName}`),
  ].filter((one) => one.includes(stack) && /jobs|gc|broken|load|slow/.test(one));
}

describe("an environment with jobs", () => {
  it("is deployed with them: they run its release, when a person starts them", { timeout }, async () => {
    await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
    const gc = await jobOf("dev", "gc");
    expect(gc).toMatchObject({ schedule: "cron(0 22 * * ? *)", enabled: true, lastRun: null, drift: [] });
    expect(gc.nextRun).toMatch(/T22:00:00\.000Z$/);
    expect(await jobOf("dev", "broken")).toMatchObject({ schedule: null, nextRun: null });
    expect(await runGc()).toMatchObject({ result: "succeeded", exitCode: 0, lines: ["collected with v1"] });
    expect(await sandbox.json<DeployJson>("deploy", "dev")).toMatchObject({ result: "unchanged" });
    const [status] = await sandbox.json<StatusRowJson[]>("status");
    expect(status).toMatchObject({ health: "healthy", drift: [] });
    const verified = (await sandbox.moorage(["verify", "dev"])).stdout;
    expect(verified).toContain("PASS task role: storefront-gc-task-dev");
  });

  it(
    "F55: one that fails says so with its cause: the command, the list and the status",
    { timeout },
    async () => {
      const run = await sandbox.moorage(["job", "run", "dev", "broken", "--wait", "--json"]);
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(/The run of broken in dev failed, exit code 3: [^]*no database/);
      expect(run.json()).toMatchObject({ result: "failed", exitCode: 3, error: { code: "job-failed" } });
      expect(await jobOf("dev", "broken")).toMatchObject({
        failedRuns: 1,
        lastRun: { result: "failed", exitCode: 3, cause: expect.stringMatching(/^exit code 3: /) as string },
      });
      const [status] = await sandbox.json<StatusRowJson[]>("status");
      expect(status).toMatchObject({ health: "degraded" });
      expect((await sandbox.moorage(["status"])).stdout).toMatch(
        /job broken: .*last run failed .*exit code 3/,
      );
      const unknown = await sandbox.moorage(["job", "run", "dev", "gcc"]);
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/no job "gcc".*no-job/s)]);
    },
  );

  it("F55: the alarms' topics are told of one that fails", { timeout }, async () => {
    const told = await eventually("the message", async () => (await deliveries("failed"))[0], 30_000);
    expect(told).toMatchObject({ rule: "storefront-broken-failed-dev", target: pager });
    expect(told.input).toMatch(/The job broken of storefront in dev has failed: .*Exit code .*: 3\. /);
  });

  it(
    "starts one on the events that its pattern matches, with what it names of them",
    { timeout },
    async () => {
      const put = (key: string) =>
        sandbox.json<{ matched: Delivery[] }>(
          ...["local", "event", "put", "aws.s3", "Object Created"],
          ...["--detail", JSON.stringify({ bucket: { name: "in" }, object: { key } })],
        );
      expect((await put("export/a.csv")).matched).toEqual([]);
      expect((await put('import/"a" b.csv')).matched).toMatchObject([{ rule: "storefront-load-event-dev" }]);
      const done = async () => (await jobOf("dev", "load")).lastRun?.result === "succeeded";
      await eventually("the run", done, 30_000);
      expect((await sandbox.moorage(["job", "logs", "dev", "load"])).stdout).toContain(
        'loaded import/"a" b.csv from in',
      );
      expect(await jobOf("dev", "load")).toMatchObject({
        on: ["aws.s3"],
        enabled: true,
        schedule: null,
        drift: [],
      });
      const byHand = await sandbox.moorage(["job", "run", "dev", "load"]);
      expect([byHand.code, byHand.stderr]).toEqual([2, expect.stringContaining("job-needs-event")]);
    },
  );

  it("F55: one that takes too long is stopped with no runner there, and says so", { timeout }, async () => {
    await sandbox.json("local", "event", "put", "shop", "Order", "--detail", '{"kind":"slow"}');
    const late = await eventually(
      "its end",
      async () => {
        const job = await jobOf("dev", "slow");
        return job.lastRun?.result === "failed" && job.running === 0 && job;
      },
      30_000,
    );
    expect(late).toMatchObject({
      lastRun: { cause: "it took longer than 2 seconds and was stopped" },
      lines: ["begun"],
    });
    const told = async () => (await deliveries("failed")).find(({ rule }) => rule.includes("slow"));
    expect((await eventually("the message", told, 30_000)).input).toMatch(/States\.Timeout.*Execution: arn:/);
    expect((await sandbox.moorage(["status"])).stdout).toMatch(/FAIL job slow: .*took longer than 2 seconds/);
  });

  it("starts one that is due by the clock, once", { timeout }, async () => {
    await sandbox.json("local", "clock", "--advance", "24h");
    await eventually(
      "the nightly run",
      async () =>
        (await sandbox.moorage(["job", "logs", "dev", "gc"])).stdout.match(/collected/g)?.length === 2,
      30_000,
    );
    const done = async () => (await jobOf("dev", "gc")).lastRun?.result === "succeeded";
    await eventually("its end", done, 30_000);
    expect(await jobOf("dev", "gc")).toMatchObject({ failedRuns: 0 });
  });

  it("run: a command in a task of its own, with the release's image and variables", { timeout }, async () => {
    const script = "console.log(process.env.MOORAGE_IMAGE_TAG, process.argv[1]); console.error('err')";
    const good = await sandbox.moorage(["run", "dev", "--", "node", "-e", script, "two words"]);
    expect([good.code, good.stdout.split("\n").sort()]).toEqual([0, ["", "err", "v1 two words"]]);
    const args = ["run", "dev", "api", "--json", "--", "node", "-e", "console.log('no'); process.exit(7)"];
    const bad = await sandbox.moorage(args);
    const failed = { result: "failed", exitCode: 7, lines: ["no"], error: { code: "run-failed" } };
    expect([bad.code, bad.json()]).toEqual([1, expect.objectContaining({ imageTag: "v1" })]);
    expect(bad.json()).toMatchObject(failed);
    const own = await sandbox.moorage([
      "run",
      "dev",
      "--exit-code",
      "--json",
      "--",
      "node",
      "-e",
      "process.exit(7)",
    ]);
    expect([own.code, own.json()]).toEqual([7, expect.objectContaining({ exitCode: 7 })]);
    const late = await sandbox.moorage([
      "run",
      "dev",
      "--timeout",
      "2s",
      "--",
      "node",
      "-e",
      "setInterval(() => {}, 9)",
    ]);
    expect([late.code, late.stderr]).toEqual([
      1,
      expect.stringMatching(/did not end within 2 seconds, and was stopped/),
    ]);
  });

  it("run: what cannot be run is refused, and nothing is started", { timeout }, async () => {
    for (const [args, said] of [
      [["run", "dev"], /needs the command/],
      [["run", "dev", "apii", "--", "ls"], /no service "apii" deployed \(did you mean "api"/],
      [["run", "dev", "gc", "--", "ls"], /is a job/],
      [["run", "pr-9", "--", "ls"], /never deployed/],
      [["exec", "dev", "--task", "ffff", "--", "ls"], /No running task of api in dev begins with "ffff"/],
      [["exec", "dev", "--container", "db", "--", "ls"], /no container "db"/],
      [["status", "--", "ls"], /takes nothing after/],
    ] as const) {
      const { code, stdout, stderr } = await sandbox.moorage(args);
      expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(said)]);
    }
  });

  it(
    "run: Ctrl-C stops the task and says so; exec: in the task that runs; history: by whom",
    { timeout },
    async () => {
      const child = sandbox.start([
        "run",
        "dev",
        "--",
        "node",
        "-e",
        "console.log('up'); setInterval(() => {}, 9)",
      ]);
      child.stdout?.once("data", () => child.kill("SIGINT"));
      const interrupted = await finished(child);
      expect([interrupted.code, interrupted.stdout]).toEqual([130, "up\n"]);
      const [, task = ""] = /Interrupted: stopping the task (\S+)/.exec(interrupted.stderr) ?? [];
      const ecs = new ECSClient(await localConnection(sandbox));
      const cluster = task.split("/")[1] ?? "";
      const stopped = async () => {
        const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
        return tasks?.[0]?.lastStatus === "STOPPED" && tasks[0].stoppedReason;
      };
      expect(await eventually("the task's end", stopped, 30_000)).toBe("Whoever ran it was interrupted.");
      const inside = sandbox.start([
        "exec",
        "dev",
        "--",
        "node",
        "-e",
        "console.log(process.env.MOORAGE_STACK, process.argv[1])",
        "two words",
      ]);
      expect(await finished(inside)).toMatchObject({ code: 0, stdout: "dev two words\n" });
      const ran = await sandbox.json<RanCommand[]>("history", "dev", "--commands");
      expect(ran.map(({ kind, exitCode }) => [kind, exitCode])).toEqual([
        ["exec", null],
        ["run", null],
        ["run", null],
        ["run", 7],
        ["run", 7],
        ["run", 0],
      ]);
      // One that is interrupted has an end too.
      expect(ran[1]).toMatchObject({ endedAt: expect.any(String) as string });
      expect(ran[0]).toMatchObject({
        service: "api",
        by: userInfo().username,
        command: expect.stringMatching(/^node -e 'console/) as string,
      });
    },
  );

  it("changes them with a release, and with a rollback", { timeout }, async () => {
    await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v2");
    expect(await runGc()).toMatchObject({ lines: ["collected with v2"] });
    expect(await jobOf("dev", "gc")).toMatchObject({ drift: [] });
    await sandbox.json<DeployJson>("rollback", "dev");
    expect(await runGc()).toMatchObject({ lines: ["collected with v1"] });
    expect(await jobOf("dev", "gc")).toMatchObject({ drift: [] });
  });
});

describe("a preview", () => {
  it("has no jobs, unless its configuration enables them", { timeout }, async () => {
    await sandbox.json("preview", "up", "--pr", "42", "--tag", "v1");
    expect(await sandbox.json("job", "list", "pr-42")).toEqual({ stack: "pr-42", jobs: [] });
    expect(await found("pr-42")).toEqual([]);
    const enabled = Object.fromEntries(["gc", "load", "slow"].map((name) => [name, { enabled: true }]));
    configure(jobs, { jobs: enabled });
    await sandbox.json("preview", "up", "--pr", "42", "--tag", "v1");
    expect(await jobOf("pr-42", "gc")).toMatchObject({ enabled: true });
    expect(await runGc("pr-42")).toMatchObject({ lines: ["collected with v1"] });
    expect(await found("pr-42")).toEqual([
      "group storefront-jobs-pr-42",
      "schedule storefront-jobs-pr-42/gc",
      "rule storefront-load-event-pr-42",
      "rule storefront-slow-event-pr-42",
      "state machine storefront-slow-pr-42",
      ...["gc", "load", "slow"].map(
        (name) => expect.stringMatching(new RegExp(`^storefront-${name}-pr-42:`)) as string,
      ),
      ...["gc", "load", "slow"].map((name) => `logs /ecs/pr-42/${name}`),
    ]);
    await sandbox.json("local", "event", "put", "shop", "Order", "--detail", '{"kind":"slow"}');
  });

  it("F13: is proven gone with its jobs", { timeout }, async () => {
    await sandbox.json("preview", "destroy", "--pr", "42");
    expect(await found("pr-42")).toEqual([]);
  });
});

it(
  "a job becomes a worker of the same name, and a job again, with its log and roles",
  { timeout },
  async () => {
    const { broken: _becomes, ...others } = jobs;
    configure(others, {}, { broken: { repository: "storefront-api" } });
    const worker = await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v2");
    expect(worker).toMatchObject({ verdict: "succeeded" });
    expect(worker.services.map(({ name }) => name).sort()).toEqual(["api", "broken"]);
    expect((await sandbox.moorage(["job", "logs", "dev", "broken"])).code).toBe(2);
    expect((await sandbox.moorage(["logs", "dev", "--service", "broken"])).stdout).toContain("no database");
    configure(jobs);
    expect(await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v2")).toMatchObject({
      verdict: "succeeded",
    });
    expect(await jobOf("dev", "broken")).toMatchObject({ schedule: null, drift: [] });
  },
);

it("F13, F50: a job that is taken away goes, and all go with their environment", { timeout }, async () => {
  configure({ gc: { ...jobs.gc, command: ["node", "-e", "setTimeout(() => {}, 60_000)"] } });
  await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
  expect(
    (await found("-dev")).filter((one) => one.startsWith("group") || one.startsWith("schedule")),
  ).toEqual(["group storefront-jobs-dev", "schedule storefront-jobs-dev/gc"]);
  await sandbox.json("job", "run", "dev", "gc");
  await sandbox.json("infra", "destroy", "dev", "--yes=dev");
  expect(await found("dev")).toEqual([]);
});
