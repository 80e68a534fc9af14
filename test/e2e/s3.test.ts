import { once } from "node:events";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openObjects } from "../../src/adapters/aws/objects.js";
import { parseS3Url } from "../../src/adapters/backend/s3-url.js";
import { type DeployJson, DevStage } from "../harness/environment.js";
import { killWithEngine } from "../harness/kill.js";
import type { DestroyJson, ListedJson, UpJson } from "../harness/preview.js";
import { describeWith, pythonTool } from "../harness/python-tool.js";
import { openStateStore, type StateStore, storeCredentials } from "../fakes/state-store.js";

const timeout = 180_000;

describeWith(await pythonTool("ministack"), "the journey with state and record in S3", (tool) => {
  let stage: DevStage;
  let store: StateStore;
  let backendUrl: string;

  beforeAll(async () => {
    for (const [name, value] of Object.entries(storeCredentials)) vi.stubEnv(name, value);
    store = await openStateStore(tool);
    backendUrl = `${(await store.makeBucket("state")).replace("?", "/team?")}&awssdk=v2`;
    stage = new DevStage();
    for (const tag of ["v1", "v2"]) await stage.image(tag);
  }, timeout);
  afterAll(async () => {
    await stage.close();
    await store.close();
    vi.unstubAllEnvs();
  }, timeout);

  const onS3 = (args: string[]) => [...args, "--backend-url", backendUrl];
  const json = <Value>(...args: string[]) => stage.json<Value>(onS3(args), storeCredentials);
  const up = (tag: string) => json<UpJson>("preview", "up", "--pr", "42", "--tag", tag);

  async function keys(): Promise<string[]> {
    const objects = await openObjects(parseS3Url(backendUrl));
    const all = await objects.list("team/");
    objects.close();
    return all.filter((key) => /\.moorage\/|\/locks\/|\/stacks\/.*\.json$/.test(key));
  }

  it(
    "F7, F8, F14: a preview comes, waits its turn, is killed midway, goes on and goes",
    { timeout },
    async () => {
      expect(await up("v1")).toMatchObject({ result: "created" });
      expect(await up("v1")).toMatchObject({ result: "unchanged" });
      expect(await keys()).toEqual([
        "team/.moorage/hello/pr-42.json",
        "team/.pulumi/stacks/hello/pr-42.json",
      ]);
      const both = await Promise.all([up("v1"), up("v2")]);
      const [{ imageTag }] = (await json<[ListedJson]>("preview", "list")) ?? [];
      expect(both.map((made) => made.imageTag)).toContain(imageTag);
      const other = imageTag === "v1" ? "v2" : "v1";
      const child = stage.sandbox.start(
        onS3(["preview", "up", "--pr", "42", "--tag", other]),
        storeCredentials,
      );
      const ended = once(child, "close");
      await vi.waitUntil(async () => (await keys()).some((key) => key.includes("/locks/")), {
        timeout: 60_000,
      });
      killWithEngine(child.pid ?? 0);
      await ended;
      const { url } = await up(other);
      expect(await stage.version(url)).toBe(other);
      expect(await json<DestroyJson>("preview", "destroy", "--pr", "42")).toMatchObject({
        result: "destroyed",
      });
      expect(await keys()).toEqual([]);
    },
  );

  it("an environment is deployed and rolled back", { timeout }, async () => {
    const { url } = await json<DeployJson>("deploy", "dev", "--tag", "v1");
    await json("deploy", "dev", "--tag", "v2");
    expect(await stage.version(url)).toBe("v2");
    expect(await json<DeployJson>("rollback", "dev")).toMatchObject({ imageTag: "v1", verdict: "succeeded" });
    expect(await stage.version(url)).toBe("v1");
    expect(await json("history", "dev")).toHaveLength(3);
  });
});
