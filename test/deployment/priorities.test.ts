import { expect, it } from "vitest";
import { withFreePriorities } from "../../src/deployment/priorities.js";
import { platformFailure } from "../../src/errors.js";

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
