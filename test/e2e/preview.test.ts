import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { writeApp } from "../harness/apps.js";
import type { DestroyJson, ImageJson, ListedJson, StatusJson, UpJson } from "../harness/preview.js";
import { root, Sandbox } from "../harness/sandbox.js";

const hello = join(root, "examples/hello");
const timeout = 120_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  for (const tag of ["v1", "v2", "v3"]) await image(hello, "hello", tag);
}, timeout);
afterAll(() => sandbox.close(), timeout);

function image(folder: string, repository: string, tag: string): Promise<ImageJson> {
  return sandbox.json("local", "image", folder, "--repository", repository, "--tag", tag);
}

const up = (pr: number, tag: string) =>
  sandbox.json<UpJson>("preview", "up", "--pr", String(pr), "--tag", tag);
const destroy = (pr: number) => sandbox.json<DestroyJson>("preview", "destroy", "--pr", String(pr));
const read = async (url: string) => (await fetchAnswer(url, 5_000)).body;

describe("one preview's life", () => {
  it("is created, answers its version, and names digests, deployment and expiry", { timeout }, async () => {
    const made = await up(42, "v1");
    expect(made).toMatchObject({ stack: "pr-42", pr: 42, imageTag: "v1", result: "created" });
    expect(made.url).toMatch(/^http:\/\/pr-42\.localhost:\d+\/$/);
    expect(made.changes["create"]).toBe(8);
    expect(Date.parse(made.expiresAt) - Date.now()).toBeGreaterThan(71 * 3_600_000);
    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
    expect(made.services).toEqual([
      {
        name: "web",
        image: expect.stringContaining(`/hello@${made.services[0]?.digest}`) as string,
        digest,
        taskDefinition: expect.stringMatching(/^arn:aws:ecs:.*:task-definition\/.*pr-42:\d+$/) as string,
        deploymentId: expect.stringMatching(/^ecs-svc\/\d+$/) as string,
      },
    ]);
    expect(await read(made.url)).toContain("v1");
  });

  it("is unchanged when the same is asked again", { timeout }, async () => {
    const again = await up(42, "v1");
    expect(again.result).toBe("unchanged");
    expect(again.changes["create"] ?? 0).toBe(0);
    expect(again.changes["update"] ?? 0).toBe(0);
  });

  it("is listed, and its URL told", { timeout }, async () => {
    const listed = await sandbox.json<ListedJson[]>("preview", "list");
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({ pr: 42, stack: "pr-42", imageTag: "v1", status: "ready" });
    const run = await sandbox.moorage(["preview", "url", "--pr", "42"]);
    expect(run.stdout).toBe(`${listed[0]?.url ?? ""}\n`);
  });

  it("is updated to another version, in place", { timeout }, async () => {
    const updated = await up(42, "v2");
    expect(updated).toMatchObject({ result: "updated", imageTag: "v2" });
    expect(await read(updated.url)).toContain("v2");
  });

  it("leaves the project's files as they were", () => {
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
      expect(readFileSync(join(sandbox.project, file), "utf8")).toBe(readFileSync(join(root, file), "utf8"));
    }
  });

  it(
    "F13: is destroyed, with nothing of it left on the target; again it is absent",
    { timeout },
    async () => {
      const gone = await destroy(42);
      expect(gone).toMatchObject({ stack: "pr-42", pr: 42, result: "destroyed" });
      expect(gone.deleted).toBe(7);
      const { services } = await sandbox.json<StatusJson>("local", "status");
      expect(services).toEqual([]);
      expect(await sandbox.json("preview", "list")).toEqual([]);
      expect(await destroy(42)).toMatchObject({ result: "absent", deleted: 0 });
      expect((await sandbox.moorage(["preview", "url", "--pr", "42"])).code).toBe(2);
    },
  );
});

describe("several previews", () => {
  it("come up at once, answer their own versions, and go at once", { timeout }, async () => {
    const wanted = [
      [51, "v1"],
      [52, "v2"],
      [53, "v3"],
    ] as const;
    const made = await Promise.all(wanted.map(([pr, tag]) => up(pr, tag)));
    for (const [index, [pr, tag]] of wanted.entries()) {
      expect(made[index]?.url).toContain(`//pr-${pr}.`);
      expect(await read(made[index]?.url ?? "")).toContain(tag);
    }
    const first = await destroy(51);
    expect(first.result).toBe("destroyed");
    expect(await read(made[1]?.url ?? "")).toContain("v2");
    expect(await read(made[2]?.url ?? "")).toContain("v3");
    await Promise.all([destroy(52), destroy(53)]);
    expect(await sandbox.json("preview", "list")).toEqual([]);
  });
});

describe("any small app", () => {
  it("becomes an image and a preview", { timeout }, async () => {
    const app = writeApp(
      join(sandbox.folder, "other"),
      'response.end("other " + process.env.MOORAGE_IMAGE_TAG);',
    );
    const pushed = await image(app, "hello", "other-1");
    expect(pushed).toMatchObject({ repository: "hello", tag: "other-1" });
    const made = await up(7, "other-1");
    expect(made.services[0]?.digest).toBe(pushed.digest);
    expect(await read(made.url)).toBe("other other-1");
    await destroy(7);
  });

  it(
    "F4: that dies at boot fails with its reasons, is marked failed, and can be retried or destroyed",
    { timeout },
    async () => {
      const app = writeApp(join(sandbox.folder, "crash"), "", { before: "process.exit(3);" });
      await image(app, "hello", "crash-1");
      const run = await sandbox.moorage(["preview", "up", "--pr", "8", "--tag", "crash-1", "--json"]);
      expect(run.code).toBe(1);
      const { error } = run.json<{ error: { code: string; message: string } }>();
      expect(error.code).toBe("rollout-failed");
      expect(error.message).toMatch(/exit code 3/);
      expect(await sandbox.json("preview", "list")).toMatchObject([{ pr: 8, status: "failed" }]);
      const mended = await up(8, "v1");
      expect(await read(mended.url)).toContain("v1");
      expect(await destroy(8)).toMatchObject({ result: "destroyed" });
    },
  );
});
