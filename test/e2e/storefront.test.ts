import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import type { DestroyJson, UpJson } from "../harness/preview.js";
import { root, Sandbox } from "../harness/sandbox.js";

const example = join(root, "examples/storefront");
const timeout = 120_000;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox(example);
  for (const [service, repository] of [
    ["web", "storefront-web"],
    ["api", "storefront-api"],
  ] as const) {
    const folder = join(example, service);
    await sandbox.json("local", "image", folder, "--repository", repository, "--tag", "v1");
  }
}, timeout);
afterAll(() => sandbox.close(), timeout);

it("two services stand behind one host, by path", { timeout }, async () => {
  const up = await sandbox.json<UpJson>("preview", "up", "--pr", "5", "--tag", "v1");
  expect(up.services.map(({ name }) => name).sort()).toEqual(["api", "web"]);
  const read = async (path: string) => (await fetchAnswer(new URL(path, up.url).href, 5_000)).body;
  const [web, api, apiAlone] = await Promise.all([read("/"), read("/api/"), read("/api")]);
  expect(web).toContain("v1");
  expect(api).toContain("v1");
  expect(apiAlone).toBe(api);
  expect(api).not.toBe(web);
  expect(up.urls).toEqual({ web: up.url, api: expect.stringContaining("/api") as string });
  const gone = await sandbox.json<DestroyJson>("preview", "destroy", "--pr", "5");
  expect(gone.result).toBe("destroyed");
});
