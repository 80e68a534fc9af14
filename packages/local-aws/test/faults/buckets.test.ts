import { describe, expect, it } from "vitest";
import { bucketOf, take, type Bucket } from "../../src/faults/buckets.js";
import type { ServiceName } from "../../src/cloud.js";

const calls: [ServiceName, string, number, number][] = [
  ["ecs", "RegisterTaskDefinition", 20, 1],
  ["ecs", "DeleteTaskDefinitions", 5, 1],
  ["ecs", "UpdateService", 50, 5],
  ["ecs", "DescribeServices", 100, 20],
  ["ecs", "ListServiceDeployments", 50, 20],
  ["ecs", "DescribeServiceDeployments", 50, 20],
  ["elbv2", "CreateRule", 20, 3],
  ["elbv2", "DescribeTargetHealth", 40, 10],
  ["elbv2", "RegisterTargets", 20, 4],
];

describe("token buckets", () => {
  it.each(calls)("%s %s: %i at once, then %i a second", (service, operation, burst, perSecond) => {
    expect(bucketOf(service, operation)?.rate).toMatchObject({ burst, perSecond });
  });

  it("is one for RegisterTaskDefinition and DeregisterTaskDefinition, and none where AWS says nothing", () => {
    const name = (operation: string) => bucketOf("ecs", operation)?.name;
    expect(name("RegisterTaskDefinition")).toBe(name("DeregisterTaskDefinition"));
    expect(name("RegisterTaskDefinition")).not.toBe(name("DeleteTaskDefinitions"));
    expect(bucketOf("ssm", "GetParameter")).toBeUndefined();
  });

  it("lets the burst through at once and then the rate, and never holds more than the burst", () => {
    const rate = { burst: 3, perSecond: 2 };
    let bucket: Bucket | undefined;
    const at = (now: number) => {
      const taken = take(bucket, rate, now);
      bucket = taken.bucket;
      return taken.allowed;
    };
    expect([0, 0, 0, 0].map(at)).toEqual([true, true, true, false]);
    expect([499, 500, 501].map(at)).toEqual([false, true, false]);
    expect([60_000, 60_000, 60_000, 60_000].map(at)).toEqual([true, true, true, false]);
  });
});
