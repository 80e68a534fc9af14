import { eventually } from "../../../../test/harness/eventually.js";
import { describe, expect, it } from "vitest";
import { Cloud, type ServiceName } from "../../src/cloud.js";
import { Faults, type FaultsOptions } from "../../src/faults/faults.js";

const site = { account: "111111111111", region: "us-east-1" };
const elsewhere = { account: "111111111111", region: "eu-west-1" };

function stage(options: FaultsOptions = {}) {
  const faults = new Faults(options);
  const answer = {
    operations: { CreateRule: () => "done", UpdateService: () => "done", DescribeServices: () => "done" },
  };
  const cloud = new Cloud({ ecs: answer, elbv2: answer }, faults.gate);
  const call = (service: ServiceName, operation: string, where = site) =>
    cloud
      .call<string>(service, operation, {}, where)
      .catch((error: Error) => `${error.name}: ${error.message}`);
  return { faults, call };
}

describe("faults", () => {
  it("F5: throttles by AWS's buckets, per account and region, in each service's words", async () => {
    let now = 0;
    const { faults, call } = stage({ now: () => now });
    expect(await call("elbv2", "CreateRule")).toBe("done");
    faults.set({ kind: "throttle" });
    for (let index = 0; index < 20; index++) expect(await call("elbv2", "CreateRule")).toBe("done");
    expect(await call("elbv2", "CreateRule")).toBe("Throttling: Rate exceeded");
    expect(await call("elbv2", "CreateRule", elsewhere)).toBe("done");
    now = 334;
    expect(await call("elbv2", "CreateRule")).toBe("done");
    for (let index = 0; index < 50; index++) await call("ecs", "UpdateService");
    expect(await call("ecs", "UpdateService")).toBe("ThrottlingException: Rate exceeded");
    faults.clear();
    expect(await call("ecs", "UpdateService")).toBe("done");
  });

  it("refills faster where it is asked to", async () => {
    let now = 0;
    const { faults, call } = stage({ now: () => now });
    faults.set({ kind: "throttle", speed: 20 });
    for (let index = 0; index < 20; index++) await call("elbv2", "CreateRule");
    now = 17;
    expect(await call("elbv2", "CreateRule")).toBe("done");
  });

  it("fails the nth call of an operation, and as many after it as asked", async () => {
    const { faults, call } = stage();
    faults.set({
      kind: "error",
      operation: "UpdateService",
      nth: 2,
      times: 2,
      code: "ServiceNotFoundException",
    });
    const answers: string[] = [];
    for (let index = 0; index < 4; index++) answers.push(await call("ecs", "UpdateService"));
    const failure = "ServiceNotFoundException: This failure was injected.";
    expect(answers).toEqual(["done", failure, failure, "done"]);
    expect(await call("ecs", "DescribeServices")).toBe("done");
  });

  it.each([
    ["ecs" as const, "ServerException: Service Unavailable. Please try again later."],
    ["elbv2" as const, "InternalFailure: The request processing has failed because of an unknown error."],
  ])("fails in the words of %s when no code is asked for", async (service, words) => {
    const { faults, call } = stage();
    faults.set({ kind: "error", operation: "UpdateService" });
    expect(await call(service, "UpdateService")).toBe(words);
  });

  it("answers late, for the calls that are meant", async () => {
    const { faults, call } = stage();
    faults.set({ kind: "latency", ms: 60, service: "ecs" });
    const started = Date.now();
    let answered = false;
    const late = call("ecs", "UpdateService").finally(() => (answered = true));
    await call("elbv2", "CreateRule");
    expect(answered).toBe(false);
    await late;
    // Timers may fire a millisecond early.
    expect(Date.now() - started).toBeGreaterThanOrEqual(58);
  });

  it("does not answer at all, until it is cleared or the bound is over", async () => {
    const { faults, call } = stage();
    const { id } = faults.set({ kind: "hang", operation: "UpdateService" });
    let answered = false;
    const hanging = call("ecs", "UpdateService").finally(() => (answered = true));
    expect(await call("ecs", "UpdateService")).toBe("done");
    expect(answered).toBe(false);
    faults.clear(id);
    expect(await hanging).toBe("done");
    faults.set({ kind: "hang", operation: "UpdateService", ms: 10 });
    expect(await call("ecs", "UpdateService")).toBe("done");
  });

  it("F17: leaves no room for rules", () => {
    const { faults } = stage();
    expect(faults.limits()).toEqual({});
    faults.set({ kind: "rules-full" });
    expect(faults.limits()).toEqual({ rules: 0 });
    faults.clear();
    faults.set({ kind: "rules-full", count: 5 });
    expect(faults.limits()).toEqual({ rules: 5 });
  });

  it("F21: denies images in ECS's words", () => {
    const { faults } = stage();
    faults.set({ kind: "deny-image", image: "/hello@" });
    expect(faults.imageDenial("127.0.0.1:5000/other@sha256:1")).toBeUndefined();
    expect(faults.imageDenial("127.0.0.1:5000/hello@sha256:1")).toMatchObject({
      code: "CannotPullContainerError",
      message: expect.stringMatching(
        /^CannotPullContainerError: .*127\.0\.0\.1:5000\/hello@sha256:1: pull access denied/,
      ) as string,
    });
  });

  it("tells those who listen, and lists what lasts", () => {
    const { faults } = stage();
    const told: string[] = [];
    faults.onSet((fault) => told.push(fault.kind));
    faults.set({ kind: "lose-task", service: "web" });
    faults.set({ kind: "rules-full" });
    expect(told).toEqual(["lose-task", "rules-full"]);
    expect(faults.list()).toEqual([{ kind: "rules-full", id: "fault-2" }]);
    expect(() => faults.clear("fault-9")).toThrow("There is no fault fault-9.");
    expect(faults.clear("fault-2")).toHaveLength(1);
    expect(faults.list()).toEqual([]);
  });

  it("kills the daemon at once, or at a call", async () => {
    let kills = 0;
    const { faults, call } = stage({ kill: () => kills++ });
    faults.set({ kind: "kill-daemon" });
    await eventually("the kill", () => kills === 1);
    faults.clear();
    faults.set({ kind: "kill-daemon", nth: 2 });
    await call("ecs", "UpdateService");
    expect(kills).toBe(1);
    await call("ecs", "UpdateService");
    expect(kills).toBe(2);
  });
});
