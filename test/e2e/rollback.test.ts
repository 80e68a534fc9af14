import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DeployJson, DevStage, underLoad } from "../harness/environment.js";
import { eventually } from "../harness/eventually.js";
import { finished } from "../harness/sandbox.js";

const timeout = 120_000;
let stage: DevStage;
let url: string;

beforeAll(async () => {
  stage = new DevStage();
  for (const tag of ["v1", "v3"]) await stage.image(tag);
  await stage.image("v2", "wrong");
}, timeout);
afterAll(() => stage.close(), timeout);

const rollback = (...more: string[]) => stage.json<DeployJson>(["rollback", "dev", ...more]);

describe("a rollback", () => {
  it("of an environment that was never deployed is refused", { timeout }, async () => {
    const { code, json } = await stage.failing("rollback", "dev");
    expect({ code, error: json.error?.code }).toEqual({ code: 2, error: "nothing-to-roll-back-to" });
    expect(await stage.history()).toEqual([]);
  });

  it(
    "after three releases of which the middle one failed shows the right one, and changes nothing",
    { timeout },
    async () => {
      url = (await stage.deploy("v1")).url;
      expect((await stage.failing("deploy", "dev", "--tag", "v2")).code).toBe(1);
      await stage.deploy("v3");
      const plan = await stage.json<{
        from: string;
        to: string;
        services: { name: string }[];
        changes: object;
      }>(["rollback", "dev", "--dry-run"]);
      expect(plan).toMatchObject({ environment: "dev", from: "v3", to: "v1", services: [{ name: "web" }] });
      expect(plan.changes).toMatchObject({ replace: 1, update: 1 });
      expect(await stage.version(url)).toBe("v3");
    },
  );

  it(
    "F25: that fails exits with 6 and is not tried again; what ran is rolled back to",
    { timeout },
    async () => {
      const { digests } = (await stage.history()).find(({ imageTag }) => imageTag === "v1") ?? {};
      const part = digests?.["web"]?.slice("sha256:".length) ?? "";
      await stage.json(["local", "fault", "deny-image", "--image", part]);
      const { code, json } = await stage
        .failing("rollback", "dev")
        .finally(() => stage.json(["local", "fault", "--clear"]));
      expect(code).toBe(6);
      expect(json).toMatchObject({ verdict: "failed", imageTag: "v1", rolledBackFrom: "v3" });
      expect(json.diagnosis?.action).toBe(
        "A failed rollback is not retried. Rolled back to v3, which ran before the rollback.",
      );
      expect(await stage.version(url)).toBe("v3");
    },
  );

  it("F25: that failed leaves state, record and ECS in agreement", { timeout }, async () => {
    expect(await stage.status()).toMatchObject({ imageTag: "v3", drift: [], health: "healthy" });
    const plan = await stage.json<{ changes: object }>(["rollback", "dev", "--to", "v3", "--dry-run"]);
    expect(plan.changes).toEqual({ same: expect.any(Number) as number });
  });

  it(
    "goes there, verified like a deployment, once of two at once, and no request is lost",
    { timeout },
    async () => {
      const both = () => Promise.all([0, 1].map(() => stage.sandbox.moorage(["rollback", "dev", "--json"])));
      const { value, failures } = await underLoad(url, both);
      const [went, stayed] = value[0]?.code === 0 ? value : [...value].reverse();
      expect(went?.json<DeployJson>()).toMatchObject({
        imageTag: "v1",
        verdict: "succeeded",
        rolledBackFrom: "v3",
        smoke: [{ passed: true }],
      });
      expect(stayed?.code).toBe(4);
      expect(stayed?.json<DeployJson>().error).toMatchObject({ code: "changed-meanwhile" });
      expect(failures).toEqual([]);
      expect(await stage.version(url)).toBe("v1");
    },
  );

  it("F25: repeated, does not go forward again", { timeout }, async () => {
    const { code, json } = await stage.failing("rollback", "dev");
    expect({ code, error: json.error?.code }).toEqual({ code: 2, error: "nothing-to-roll-back-to" });
  });

  it("--to takes a tag or a digest that ran well, and nothing else", { timeout }, async () => {
    const rows = await stage.history();
    const digest = rows.find(({ imageTag }) => imageTag === "v3")?.digests["web"] ?? "";
    expect(rows.find(({ imageTag }) => imageTag === "v3")).toMatchObject({ good: true, withdrawn: true });
    for (const to of ["v2", "v9", `sha256:${"0".repeat(64)}`]) {
      expect((await stage.failing("rollback", "dev", "--to", to)).code).toBe(2);
    }
    expect(await rollback("--to", digest)).toMatchObject({ imageTag: "v3", rolledBackFrom: "v1" });
    expect(await stage.version(url)).toBe("v3");
  });

  it(
    "F24: keeps the task definitions of what ran well, and drops those of what did not",
    { timeout },
    async () => {
      const { ListTaskDefinitionsCommand } = await import("@aws-sdk/client-ecs");
      const arns = await stage.aws(async (clients) => {
        const command = new ListTaskDefinitionsCommand({ familyPrefix: "hello-web-dev", status: "ACTIVE" });
        return (await (await clients.ecs()).send(command)).taskDefinitionArns ?? [];
      });
      const { taskDefinition } = await stage.service();
      const revisions = arns.map((arn) => Number(arn.split(":").at(-1)));
      expect(arns).toContain(taskDefinition);
      expect(revisions).toContain(1);
      expect(revisions).not.toContain(2);
    },
  );

  it("F7: whose run was killed is repeated, never undone", { timeout }, async () => {
    const child = stage.sandbox.start(["rollback", "dev"]);
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const run = finished(child);
    await eventually("it rolls out", () => said.includes("Rolling out"), 60_000);
    child.kill("SIGKILL");
    await run;
    expect(await stage.status()).toMatchObject({ status: "failed" });
    expect(await rollback("--dry-run")).toMatchObject({ from: "v3", to: "v1" });
    expect(await rollback()).toMatchObject({ imageTag: "v1", rolledBackFrom: "v3" });
    expect(await rollback("--to", "v3")).toMatchObject({ imageTag: "v3", rolledBackFrom: "v1" });
  });

  it(
    "F21: to an image that is gone from the registry is refused before anything changes",
    { timeout },
    async () => {
      const { BatchDeleteImageCommand } = await import("@aws-sdk/client-ecr");
      await stage.aws(async (clients) =>
        (await clients.ecr()).send(
          new BatchDeleteImageCommand({ repositoryName: "hello", imageIds: [{ imageTag: "v1" }] }),
        ),
      );
      const { code, json } = await stage.failing("rollback", "dev");
      expect({ code, error: json.error?.code }).toEqual({ code: 2, error: "tag-not-found" });
      expect(await stage.version(url)).toBe("v3");
      expect((await stage.history())[0]).toMatchObject({ imageTag: "v3", good: true });
    },
  );
});
