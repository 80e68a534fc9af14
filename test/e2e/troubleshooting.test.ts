import { readFileSync, realpathSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorText } from "../../src/cli/error-text.js";
import { problemOf } from "../../src/features/deploy/rollout/outcome.js";
import { classify } from "../../src/adapters/aws/errors.js";
import { registryRefusal as registryRefusal } from "../../src/adapters/aws/registry-http.js";
import type { LookupFinding } from "../../src/adapters/engine/engine.js";
import { findCreated } from "../../src/adapters/engine/find-created.js";
import type { MoorageError } from "../../src/core/errors.js";
import { fileRecords } from "../../src/adapters/record/file.js";
import { leftBehind } from "../../src/features/setup/infra/untracked.js";
import type { GitHub } from "../../src/adapters/github/client.js";
import { decidePreview, type PreviewPolicy } from "../../src/features/previews/decision.js";
import { gatherApp } from "../../packages/local-aws/src/images/gather-app.js";
import type { PullRequest } from "../../src/adapters/github/pull-request.js";
import { quotaExcess } from "../../src/features/previews/quota.js";
import { previewQuotaExceeded, previewRefused } from "../../src/features/previews/refusal.js";
import { approvals } from "../../src/features/releases/plan/approvals.js";
import { describeTrain } from "../../src/features/releases/plan/describe.js";
import { loadBalancersFull } from "../../src/features/deploy/foundation.js";
import { checkBuilds } from "../../src/features/deploy/check-build.js";
import type { BuildStore } from "../../src/adapters/record/builds/record.js";
import { judgeTrust } from "../../src/features/inspect/verify/trust.js";
import { DevStage } from "../harness/environment.js";
import { temporaryFolder } from "../harness/folder.js";
import { finished, root } from "../harness/sandbox.js";

const timeout = 120_000;
/** The rest of the page is shown by test/docs/troubleshooting.test.ts: it needs no deployment. */
const page =
  readFileSync(join(root, "docs/troubleshooting.md"), "utf8").split("\n## When the state is unknown")[0] ??
  "";

/** The messages of the page by the headings that they stand under. */
const messages = new Map<string, string[]>();
for (const section of page.split(/^### /m).slice(1)) {
  const blocks = [...section.matchAll(/```text\n([\s\S]*?)```/g)].map(([, text = ""]) => text.trimEnd());
  messages.set(section.split("\n")[0] ?? "", blocks);
}

/** Headings whose messages have been seen. */
const seen = new Set<string>();

/** Whether what was printed is what the page says under the heading: `…` there stands for anything. */
function shows(heading: string, ...printed: string[]): void {
  const blocks = messages.get(heading) ?? [];
  expect(blocks, heading).toHaveLength(printed.length);
  for (const [index, block] of blocks.entries()) {
    const pattern = block
      .split("…")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"))
      .join("[\\s\\S]*?");
    expect(printed[index]).toMatch(new RegExp(pattern));
  }
  seen.add(heading);
}

/** ECS's words for what takes long to bring about. */
const circuitBreaker = "Service deployment rolled back because the circuit breaker threshold was exceeded.";
const secretMissing =
  "3 stopped: ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret arn:aws:1";

let stage: DevStage;

beforeAll(async () => {
  stage = new DevStage();
  await stage.image("good", "good", { MOORAGE_LOCAL_SPEED: "100" });
  await stage.image("crash", "crash");
  await stage.image("wrong", "wrong");
}, timeout);
afterAll(() => stage.close(), timeout);

/** What a command prints, stdout and stderr, with its exit code. */
async function prints(code: number, ...args: string[]): Promise<string> {
  const run = await stage.sandbox.moorage(args);
  expect({ args, code: run.code, stderr: run.stderr }).toMatchObject({ code });
  return run.stdout + run.stderr;
}

/** Prints as `main` does. */
function printed(error: MoorageError): string {
  return errorText(error);
}

const pull: PullRequest = {
  number: 42,
  state: "open",
  labels: ["deploy"],
  draft: false,
  fork: false,
  headCommit: "a".repeat(40),
  author: "ann",
};

/** What is printed of a pull request that gets no preview. */
function undeployed(of: PullRequest, policy: PreviewPolicy): string {
  const decision = decidePreview(of, policy);
  if (decision.action === "up") throw new Error("it gets one");
  return printed(previewRefused(`pr-${of.number}`, decision));
}

/** A rollout of `web` that ECS ended for these reasons: those that the local target does not have. */
function rolledBack(...reasons: string[]): string {
  const verdict = { outcome: "failed", kind: "rolled-back", reasons, deploymentId: undefined } as const;
  const rollout = { name: "web", verdict, facts: { service: undefined, serviceDeployments: [], tasks: [] } };
  const error = problemOf({
    outputs: { url: "", urls: {}, clusterArn: "", services: [] },
    changes: {},
    rollouts: [rollout],
    smoke: [],
  });
  if (error === undefined) throw new Error("a failed rollout is no problem");
  return printed(error);
}

describe("docs/troubleshooting.md says what is printed when", () => {
  it("nothing changes", { timeout }, async () => {
    await prints(0, "deploy", "dev", "--tag", "good");
    shows("Nothing changed", await prints(0, "deploy", "dev", "--tag", "good"));
  });

  it("somebody else deploys, while ECS rolls a release back", { timeout }, async () => {
    const crashing = finished(stage.sandbox.start(["deploy", "dev", "--tag", "crash"]));
    const locked = () => stage.sandbox.moorage(["deploy", "dev", "--tag", "good", "--lock-timeout", "1ms"]);
    let other = await locked();
    for (let tries = 0; other.code !== 5 && tries < 20; tries++) other = await locked();
    shows("Somebody is deploying", other.stderr);
    shows("ECS rolled the release back", (await crashing).stderr);
  });

  it("F38, correctness 5: the machine that held dev is gone", { timeout }, async () => {
    const records = fileRecords(join(stage.sandbox.home, "pulumi/.moorage/hello"));
    const { record, version } = (await records.read("dev")) ?? { record: undefined, version: 0 };
    if (record === undefined) throw new Error("dev has no record");
    const owner = { user: "somebody", host: "some-laptop", pid: 4711, processStartedAt: 0 };
    await records.write(
      { ...record, lock: { owner, operation: "up", since: "2026-01-01T00:00:00.000Z" } },
      version,
    );
    expect(await prints(0, "unlock", "dev")).toMatch(
      /held by somebody .*some-laptop[\s\S]*moorage unlock dev --run/,
    );
    expect(await prints(2, "unlock", "dev", "--run")).toMatch(/break the lock of somebody .*--yes=dev/s);
    const broken = await prints(0, "unlock", "dev", "--run", "--yes=dev");
    shows("The run that holds a stack is dead", broken);
    expect(await prints(0, "unlock", "dev")).toContain("dev is not locked");
  });

  it("the image is not there", { timeout }, async () => {
    shows("The image is not found", await prints(2, "deploy", "dev", "--tag", "nowhere"));
  });

  it("F52: nothing tells who made the bytes", async () => {
    const tag = "sha-0123456789ab";
    const builds = { of: () => Promise.resolve([]) } as unknown as BuildStore;
    const checked = checkBuilds(builds, [{ service: "web", tag, digest: `sha256:${"1".repeat(64)}` }]);
    const error: unknown = await checked.catch((one: unknown) => one);
    shows("No build of the commit is recorded", printed(error as MoorageError));
  });

  it("the smoke test fails", { timeout }, async () => {
    shows("The smoke test fails", await prints(1, "deploy", "dev", "--tag", "wrong"));
  });

  it("the environment is frozen", { timeout }, async () => {
    await prints(0, "lock", "dev", "--reason", "Christmas");
    shows("Somebody has frozen the environment", await prints(5, "deploy", "dev", "--tag", "good"));
    await prints(0, "unlock", "dev");
  });

  it("the task definition is refused", { timeout }, async () => {
    const refusal = "No Fargate configuration exists for given values.";
    const call = ["--operation", "RegisterTaskDefinition", "--code", "ClientException", "--times", "9"];
    await prints(0, "local", "fault", "error", ...call, "--message", refusal);
    shows("ECS refuses the task definition", await prints(1, "deploy", "dev", "--tag", "wrong"));
    await prints(0, "local", "fault", "--clear");
  });

  it("F25: the rollback fails too, and there is nothing else to go back to", { timeout }, async () => {
    await prints(0, "local", "fault", "deny-image", "--image", "hello@");
    shows("The rollback failed too", await prints(6, "deploy", "dev", "--tag", "crash"));
    await prints(0, "local", "fault", "--clear");
    await prints(0, "deploy", "dev", "--tag", "good");
    shows("There is nothing to go back to", await prints(2, "rollback", "dev"));
  });

  it("F17: a preview is refused by a quota: the project's, the load balancers', the account's", () => {
    const excess = quotaExcess(
      ["pr-7", "pr-8"].map((stack) => ({ stack, exists: true, createdAt: "2026-01-01T00:00:00Z" })),
      { stack: "pr-42", createdAt: "2026-01-02T00:00:00Z", author: undefined },
      { max: 2 },
      new Date("2026-01-02T00:00:00Z"),
    );
    const full = loadBalancersFull("pr-42", 2, [{ listener: "a/app/one/1/2", free: 0 }]);
    const used = Object.assign(new Error("quota exceeded"), { name: "TooManyTargetGroups", $metadata: {} });
    shows(
      "A preview is refused by a quota",
      printed(previewQuotaExceeded("pr-42", excess ?? { message: "", candidates: [] })),
      printed(full),
      printed(classify(used, "make a target group")),
    );
  });

  it("F13: a preview is left over", { timeout }, async () => {
    await prints(0, "preview", "up", "--pr", "8", "--tag", "good");
    const call = ["--operation", "DeleteTargetGroup", "--code", "ResourceInUse", "--times", "500"];
    await prints(0, "local", "fault", "error", ...call, "--message", "Target group is currently in use");
    shows("A preview is left over", await prints(1, "preview", "destroy", "--pr", "8"));
    await prints(0, "local", "fault", "--clear");
    await prints(0, "preview", "destroy", "--pr", "8");
  });

  it("a secret is missing, or Fargate has no room", { timeout }, async () => {
    const extra = "  moorage:deployment: { timeout: 15s, rollbackOnFailure: false }\n";
    const file = join(stage.sandbox.project, "Pulumi.dev.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/^ *moorage:deployment:.*\n/m, "") + extra);
    await prints(0, "local", "fault", "no-capacity");
    shows(
      "The rollout takes too long, and its tasks wait",
      await prints(1, "preview", "up", "--pr", "9", "--tag", "good"),
    );
    await prints(0, "local", "fault", "--clear");
    await prints(0, "preview", "destroy", "--pr", "9");
    const missing = 'secrets: { DB: "arn:aws:ssm:us-east-1:111111111111:parameter/db" }';
    writeFileSync(file, text.replace("env: { LOG_LEVEL: debug }", missing));
    shows("A secret is missing", rolledBack(circuitBreaker, secretMissing), await prints(1, "verify", "dev"));
  });

  it("a pull request has no preview, a release waits", async () => {
    const policy = { label: "deploy", drafts: true, forks: "refuse" } as const;
    shows("The pull request has no label", undeployed({ ...pull, labels: [] }, policy));
    shows("The pull request comes from a fork", undeployed({ ...pull, fork: true }, policy));
    const stops = [
      { environment: "staging", from: "dev", tag: "v1.2.3", gate: "auto" },
      { environment: "prod", from: "staging", tag: "v1.2.3", gate: "approval" },
    ] as const;
    const train = { stops: [...stops], manual: [], build: null };
    const nobody = { access: { repository: {} }, request: () => Promise.resolve({ data: {} }) };
    const unguarded = await approvals(train, nobody as unknown as GitHub).then(
      () => "",
      (error: unknown) => printed(error as MoorageError),
    );
    shows("A release waits for an approval", stripVTControlCharacters(describeTrain(train)), unguarded);
  });

  it("AWS, the network or a role stand in the way", async () => {
    shows(
      "The health check fails",
      rolledBack(
        circuitBreaker,
        "3 stopped: Task failed ELB health checks in (target-group arn:aws:1) (exit code 0)",
      ),
    );
    shows(
      "Nothing reaches the tasks",
      rolledBack(
        "3 stopped: Task failed ELB health checks in (target-group arn:aws:1)",
        "(service web) (port 8080) is unhealthy in (target-group arn:aws:1) due to (reason Health checks timed out)",
      ),
    );
    shows(
      "The tasks cannot reach the registry",
      rolledBack("3 stopped: CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout"),
    );
    const trust = JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" } }],
    });
    const taker = { partition: "aws", region: "us-east-1", account: "111111111111" };
    shows("Tasks may not take their role", judgeTrust(trust, taker).message);
    const denied = Object.assign(new Error("not authorized to perform: ecs:UpdateService"), {
      name: "AccessDeniedException",
    });
    shows("AWS does not allow it", printed(classify(denied, "update the service")));
    const answer = Response.json(
      { errors: [{ code: "UNAUTHORIZED", message: "no basic auth" }] },
      { status: 401 },
    );
    const access = { host: "111111111111.dkr.ecr.us-east-1.amazonaws.com" } as Parameters<
      typeof registryRefusal
    >[0];
    const folder = realpathSync(temporaryFolder());
    const linked = async (target: string) => {
      symlinkSync(target, join(folder, "link"));
      const refused: unknown = await gatherApp(folder).catch((error: unknown) => error);
      unlinkSync(join(folder, "link"));
      return printed(refused as MoorageError);
    };
    shows("A link is not in the image", await linked("/nowhere"), await linked("nowhere"));
    shows("The registry refuses the login", printed(await registryRefusal(access, answer, "read hello:v1")));
  });

  it("foundations", async () => {
    const ended = async (type: string, finding: LookupFinding) => {
      const resource = { urn: `urn:pulumi:foundation-dev::hello::${type}::x`, type, custom: true };
      const pending_operations = [{ resource, type: "creating" as const }];
      const state = { version: 3, deployment: { resources: [], pending_operations } };
      const options = { stack: "foundation-dev", settleMs: 0 };
      const error: unknown = await findCreated(state, async () => finding, options).catch(
        (one: unknown) => one,
      );
      return printed(error as MoorageError);
    };
    const untold: LookupFinding = {
      is: "unknown",
      why: "the bucket hello-state has no tags. If it is this stack's, tag it",
    };
    shows("A run was cut off and it is unknown what it created", await ended("aws:s3/bucket:Bucket", untold));
    const taken: LookupFinding = {
      is: "others",
      what: "ECS cluster hello-dev (of stack dev, project billing)",
    };
    shows("A name belongs to somebody else", await ended("aws:ecs/cluster:Cluster", taken));
    const left = [
      { step: { type: "aws:s3/bucket:Bucket" }, id: "hello-state" },
      { step: { type: "aws:kms/alias:Alias" }, id: "alias/moorage/hello-dev" },
    ];
    shows("A destroyed foundation left its state", printed(leftBehind("foundation-dev", left)));
  });

  it("and nothing else", () => {
    expect([...messages.keys()].filter((heading) => !seen.has(heading))).toEqual([]);
  });
});
