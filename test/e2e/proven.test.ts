import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  const { endpoint } = await sandbox.json<{ endpoint: string }>("local", "start");
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const example = join(root, "examples/hello");
  const prod = "333333333333.dkr.ecr.us-east-1.amazonaws.com/hello";
  await sandbox.json("local", "image", example, "--repository", prod, "--tag", "v1.0.0");
}, timeout);
afterAll(() => sandbox.close(), timeout);

it(
  "prod is refused what staging has not run well, unless a reason is given, which the history keeps",
  { timeout },
  async () => {
    const deploy = ["deploy", "prod", "--tag", "v1.0.0", "--json"];
    const refused = await sandbox.moorage(deploy);
    expect(refused.code).toBe(4);
    expect(refused.json<{ error: { code: string } }>().error.code).toBe("not-proven");
    expect(await sandbox.json("history", "prod")).toEqual([]);
    const done = await sandbox.moorage([...deploy, "--reason", "staging is down"]);
    expect({ code: done.code, stderr: done.code === 0 ? "" : done.stderr }).toEqual({ code: 0, stderr: "" });
    expect(await sandbox.json("history", "prod")).toMatchObject([{ good: true, despite: "staging is down" }]);
  },
);
