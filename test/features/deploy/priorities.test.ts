import { expect, it } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";
import type { Context } from "../../../src/context/context.js";
import { choose, withFreePriorities } from "../../../src/features/deploy/priorities.js";
import { platformFailure } from "../../../src/core/errors.js";

const inUse = (priority: number) =>
  platformFailure(
    "engine-failed",
    `CreateRule: PriorityInUse: Priority '${priority}' is currently in use`,
    "",
  );

it("F16: a priority that another took since it was read is left out at the next try", async () => {
  const refused: number[][] = [];
  const result = await withFreePriorities(async (taken) => {
    refused.push([...taken]);
    if (taken.length < 2) throw inUse(100 + taken.length);
    return "deployed";
  });
  expect(result).toBe("deployed");
  expect(refused).toEqual([[], [100], [100, 101]]);
});

it("F16: gives up after a bounded number of tries, and passes any other failure on at once", async () => {
  let tries = 0;
  await expect(
    withFreePriorities(async () => {
      tries += 1;
      throw inUse(tries);
    }),
  ).rejects.toThrow("PriorityInUse");
  expect(tries).toBe(5);
  await expect(withFreePriorities(() => Promise.reject(new Error("other")))).rejects.toThrow("other");
});

const services = (paths: Record<string, string>) => {
  const entries = Object.entries(paths).map(([name, path]) => [
    name,
    { repository: "hello", port: 80, path },
  ]);
  const raw = {
    "moorage:app": "hello",
    "moorage:registry": "111111111111.dkr.ecr.us-east-1.amazonaws.com",
    "moorage:foundation": "foundation-dev",
    "moorage:services": Object.fromEntries(entries) as unknown,
  };
  return { stack: "dev", config: parseConfig(raw, "test") };
};
/** Its listener is known to the program alone. */
const context = { target: { overlay: {} } } as unknown as Context;

it("bug 29: a service that went away has no priority, and the others keep theirs", async () => {
  const current = { api: 10, web: 20, extra: 5 };
  const left = services({ web: "/*", api: "/api/*" });
  expect(await choose(context, left, current, [])).toEqual({ api: 10, web: 20 });
});

it("bug 29: paths that were moved so that the order is another are given other priorities", async () => {
  const moved = services({ web: "/*", api: "/api/*", v2: "/api/v2/*" });
  const current = { api: 10, web: 20, v2: 15 };
  expect(await choose(context, moved, current, [])).toEqual({});
  expect(await choose(context, moved, { ...current, v2: 5 }, [])).toEqual({ ...current, v2: 5 });
});
