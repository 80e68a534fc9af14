import { setTimeout as delay } from "node:timers/promises";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DevStage, underLoad } from "../harness/environment.js";
import { eventually } from "../harness/eventually.js";

const timeout = 120_000;
let stage: DevStage;
let url: string;

beforeAll(async () => {
  stage = new DevStage();
  for (const tag of ["v1", "v2", "v3"]) await stage.image(tag);
  for (const kind of ["crash", "dying", "wrong", "unhealthy", "slow"] as const) await stage.image(kind, kind);
  url = (await stage.deploy("v1")).url;
}, timeout);
afterAll(() => stage.close(), timeout);

describe("an environment", () => {
  it(
    "is deployed, under its own name on the target's domain, with verdict and smoke test",
    { timeout },
    async () => {
      const deployed = await stage.deploy("v2");
      expect(deployed).toMatchObject({
        stack: "dev",
        environment: "dev",
        imageTag: "v2",
        result: "updated",
        verdict: "succeeded",
        smoke: [{ url, passed: true, status: 200, problem: null }],
        diagnosis: null,
      });
      expect(deployed.url).toMatch(/^http:\/\/dev\.localhost:\d+\/$/);
      expect(await stage.version(url)).toBe("v2");
    },
  );

  it("without a tag stays at the bytes that are deployed", { timeout }, async () => {
    const again = await stage.json<{ imageTag: string; result: string }>(["deploy", "dev"]);
    expect(again).toMatchObject({ imageTag: "v2", result: "unchanged" });
  });

  it("--force gives new tasks of the same digest, through no change of Pulumi's", { timeout }, async () => {
    const before = await stage.service();
    const forced = await stage.json<{ imageTag: string; result: string }>(["deploy", "dev", "--force"]);
    expect(forced).toMatchObject({ imageTag: "v2", result: "unchanged" });
    const after = await stage.service();
    expect(after.taskDefinition).toBe(before.taskDefinition);
    expect(after.deployments?.[0]?.id).not.toBe(before.deployments?.[0]?.id);
  });
});

describe("a release that fails", () => {
  it(
    "F1, F22: that dies at boot is named with its tasks' end and log; the one before answers throughout",
    { timeout },
    async () => {
      const { value, asked, failures } = await underLoad(url, () =>
        stage.failing("deploy", "dev", "--tag", "crash"),
      );
      expect(value.code).toBe(1);
      expect(value.json).toMatchObject({ environment: "dev", imageTag: "crash", verdict: "rolled back" });
      expect(value.json.error).toMatchObject({
        code: "rollout-failed",
        message: expect.stringContaining("exit code 3") as string,
      });
      const { cause, action, services } = value.json.diagnosis ?? {};
      expect({ cause, action }).toEqual({
        cause: "rolled-back",
        action: "Rolled back to v2, the last good release.",
      });
      expect(services).toMatchObject([{ name: "web", log: ["looking for the database"] }]);
      expect(services?.[0]?.stoppedTasks[0]).toMatchObject({ exitCode: 3 });
      expect(asked).toBeGreaterThan(50);
      expect(failures).toEqual([]);
      expect(await stage.version(url)).toBe("v2");
    },
  );

  it("leaves Pulumi's state and ECS in agreement: the next plan has nothing to do", { timeout }, async () => {
    const { deployments } = await stage.service();
    const again = await stage.json<{ services: { taskDefinition: string }[]; changes: object }>([
      "deploy",
      "dev",
    ]);
    expect(again.changes).toEqual({ same: expect.any(Number) as number });
    expect(deployments?.map(({ taskDefinition }) => taskDefinition)).toEqual([
      again.services[0]?.taskDefinition,
    ]);
  });

  it("F22: whose health check fails is named with what the check was answered", { timeout }, async () => {
    const { code, json } = await stage.failing("deploy", "dev", "--tag", "unhealthy");
    expect(code).toBe(1);
    expect(json.verdict).toBe("rolled back");
    expect(json.diagnosis?.services[0]?.healthChecks.join()).toContain("503");
    expect(await stage.version(url)).toBe("v2");
  });

  it("F22: that dies of its first requests is no success, though its rollout was", { timeout }, async () => {
    const { code, json } = await stage.failing("deploy", "dev", "--tag", "dying");
    expect(code).toBe(1);
    expect(json).toMatchObject({ verdict: "rolled back", diagnosis: { cause: "crashed" } });
    expect(json.error?.message).toMatch(/then a task crashed[^]*exit code 6/);
    expect(await stage.version(url)).toBe("v2");
  });

  it("that answers wrongly is caught by the smoke test, and rolled back", { timeout }, async () => {
    const { code, json } = await stage.failing("deploy", "dev", "--tag", "wrong");
    expect(code).toBe(1);
    expect(json).toMatchObject({
      verdict: "rolled back",
      smoke: [{ passed: false, status: 500, problem: "answers 500" }],
      error: { code: "smoke-test", message: expect.stringContaining(`${url} answers 500`) as string },
    });
    expect(await stage.version(url)).toBe("v2");
  });

  it(
    "F25: whose predecessor cannot be restored exits with 6 and both causes, and no further try",
    { timeout },
    async () => {
      const deny = stage.json([
        "local",
        "fault",
        "deny-image",
        "--image",
        (await good()).slice("sha256:".length),
      ]);
      await deny;
      const { code, json } = await stage
        .failing("deploy", "dev", "--tag", "wrong")
        .finally(() => stage.json(["local", "fault", "--clear"]));
      expect(code).toBe(6);
      expect(json).toMatchObject({ verdict: "failed", error: { code: "rollback-failed" } });
      expect(json.error?.message).toMatch(/answers 500[^]*The rollback failed too/);
      expect(json.error?.message).toMatch(/CannotPullContainer|pull/i);
      // ECS went back to what completed last; state and record say so.
      expect(await stage.status()).toMatchObject({ imageTag: "wrong", drift: [] });
      const mended = await stage.deploy("v3");
      expect(mended.verdict).toBe("succeeded");
    },
  );

  it("is in the history as what it was", { timeout }, async () => {
    const rows = await stage.history();
    expect(rows.slice(0, 4).map(({ imageTag, result, good: well }) => [imageTag, result, well])).toEqual([
      ["v3", "succeeded", true],
      ["wrong", "failed", false],
      ["wrong", "rolled back", false],
      ["dying", "rolled back", false],
    ]);
    expect(rows[1]?.reason).toContain("answers 500");
  });
});

async function good(): Promise<string> {
  const row = (await stage.history()).find((deployment) => deployment.good);
  return row?.digests["web"] ?? "";
}

describe("what somebody else does meanwhile", () => {
  /** Deploys the app that is slow to listen, and changes the service as soon as its deployment is under way. */
  async function disturbed(change: { desiredCount: number } | { taskDefinition: string }) {
    const former = (await stage.service()).taskDefinition;
    const running = stage.failing("deploy", "dev", "--tag", "slow");
    await eventually(
      "the deployment is under way",
      async () => (await stage.service()).taskDefinition !== former,
      60_000,
    );
    await delay(300);
    await stage.aws(async (clients) =>
      (await clients.ecs()).send(
        new UpdateServiceCommand({ cluster: "moorage", service: "hello-web-dev", ...change }),
      ),
    );
    return running;
  }

  it(
    "F2: a deployment that another has replaced is superseded, not a success, and is left alone",
    { timeout },
    async () => {
      const { taskDefinition = "" } = await stage.service();
      const { code, json } = await disturbed({ taskDefinition });
      expect(code).toBe(1);
      expect(json).toMatchObject({ verdict: "superseded", error: { code: "superseded" } });
      expect(json.error?.message).toMatch(/superseded by ecs-svc\//);
      expect(await stage.version(url)).toBe("v3");
    },
  );

  it("F34: a service that was moved by hand is brought to what is deployed", { timeout }, async () => {
    expect(await stage.status()).toMatchObject({ imageTag: "v3", drift: [] });
    const { taskDefinition = "" } = await stage.service();
    await stage.deploy("slow");
    await stage.aws(async (clients) =>
      (await clients.ecs()).send(
        new UpdateServiceCommand({ cluster: "moorage", service: "hello-web-dev", taskDefinition }),
      ),
    );
    const next = await stage.deploy("slow");
    expect(next).toMatchObject({ verdict: "succeeded", result: "unchanged" });
    expect(await stage.version(url)).toBe("slow");
    await stage.deploy("v3");
  });

  it("F3: a service that is scaled to 0 is no success", { timeout }, async () => {
    const { code, json } = await disturbed({ desiredCount: 0 });
    expect(code).toBe(1);
    expect(json).toMatchObject({ verdict: "failed", diagnosis: { cause: "scaled-to-zero" } });
    expect(json.diagnosis?.action).toContain("scaled the service to 0");
  });
});
