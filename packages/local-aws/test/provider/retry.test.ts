import { expect, it } from "vitest";
import { AwsError } from "../../src/cloud.js";
import { callWithRetry, retryOn } from "../../src/provider/retry.js";

function failing(times: number, error: Error) {
  let calls = 0;
  return {
    call: () => (++calls <= times ? Promise.reject(error) : Promise.resolve("done")),
    calls: () => calls,
  };
}

const noWait = () => Promise.resolve();

it("F5: a throttled call is repeated, waiting longer each time", async () => {
  const { call } = failing(6, new AwsError("ThrottlingException", "Rate exceeded"));
  const waits: number[] = [];
  const wait = (seconds: number) => {
    waits.push(seconds);
    return Promise.resolve();
  };
  expect(await callWithRetry(call, wait)).toBe("done");
  expect(waits).toHaveLength(6);
  expect(Math.max(...waits)).toBeLessThanOrEqual(5);
  expect(waits[5]).toBeGreaterThan(waits[0] ?? Infinity);
});

it("another refusal is thrown at once", async () => {
  const { call, calls } = failing(1, new AwsError("AccessDenied", "no"));
  await expect(callWithRetry(call, noWait)).rejects.toThrow("no");
  expect(calls()).toBe(1);
});

it("the last refusal is thrown when the attempts are used up", async () => {
  const { call, calls } = failing(9, new AwsError("ResourceInUse", "in use"));
  await expect(retryOn(({ code }) => code === "ResourceInUse", call, noWait, 3)).rejects.toThrow("in use");
  expect(calls()).toBe(3);
});
