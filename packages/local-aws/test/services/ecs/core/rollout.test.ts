import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "../../../../src/services/ecs/core/bounds.js";
import type { App } from "./simulation.js";
import { good, rules, service, Simulation } from "./simulation.js";

const withoutIds = (events: string[]) =>
  events.map((event) => event.replace(/\(task [0-9a-f]{32}\)/g, "(task)"));

describe("bounds", () => {
  it("round the minimum up and the maximum down", () => {
    expect(bounds(1, { minimumHealthyPercent: 50, maximumPercent: 150 })).toEqual({ minimum: 1, maximum: 1 });
    expect(bounds(3, { minimumHealthyPercent: 50, maximumPercent: 150 })).toEqual({ minimum: 2, maximum: 4 });
    expect(bounds(4, { minimumHealthyPercent: 100, maximumPercent: 200 })).toEqual({
      minimum: 4,
      maximum: 8,
    });
  });
});

describe("a rolling deployment", () => {
  it("starts, registers, completes, in ECS's words and order", () => {
    const run = new Simulation(service(1));
    run.deploy(good);
    run.run();
    expect(withoutIds(run.events)).toEqual([
      "(service web) has started 1 tasks: (task).",
      "(service web) registered 1 targets in (target-group tg)",
      "(service web) (deployment ecs-svc/1) deployment completed.",
      "(service web) has reached a steady state.",
    ]);
    run.events = [];
    run.deploy(good);
    run.run();
    expect(withoutIds(run.events)).toEqual([
      "(service web) has started 1 tasks: (task).",
      "(service web) registered 1 targets in (target-group tg)",
      "(service web) has begun draining connections on 1 tasks.",
      "(service web) deregistered 1 targets in (target-group tg)",
      "(service web) has stopped 1 running tasks: (task).",
      "(service web) (deployment ecs-svc/2) deployment completed.",
      "(service web) has reached a steady state.",
    ]);
  });

  it("is not complete while old tasks still drain", () => {
    const run = new Simulation(service(1), 10_000);
    run.deploy(good);
    run.run();
    run.deploy(good);
    run.run(5_000);
    expect(run.healthy()).toBe(1);
    expect(run.state.deployments.map(({ status, rollout }) => [status, rollout])).toEqual([
      ["PRIMARY", "IN_PROGRESS"],
      ["ACTIVE", "COMPLETED"],
    ]);
    run.run();
    expect(run.state.deployments.map(({ rollout }) => rollout)).toEqual(["COMPLETED"]);
  });

  it("says once that neither stopping nor starting is possible, and goes on when the settings change", () => {
    const run = new Simulation(service(1, { maximumPercent: 150 }));
    run.deploy(good);
    run.run();
    run.deploy(good);
    run.run();
    const blocked = run.events.filter((event) => event.includes("unable to stop or start tasks"));
    expect(blocked).toHaveLength(1);
    run.state = { ...run.state, rules: { ...run.state.rules, maximumPercent: 200 } };
    run.run();
    expect(run.state.operation?.status).toBe("SUCCESSFUL");
  });

  it("stops old tasks first where the maximum leaves no room", () => {
    const run = new Simulation(service(4, { minimumHealthyPercent: 50, maximumPercent: 100 }));
    run.deploy(good);
    run.run();
    run.deploy(good);
    run.step();
    expect(run.healthy()).toBe(2);
    expect(run.active()).toBe(4);
    run.run();
    expect(run.state.operation?.status).toBe("SUCCESSFUL");
    expect(run.violations).toEqual([]);
  });

  it("F2: a newer one supersedes one that is under way, and its half-started tasks go", () => {
    const run = new Simulation(service(2));
    run.deploy(good);
    run.run();
    const second = run.deploy({ kind: "silent", after: 0 });
    run.run(200);
    const third = run.deploy(good);
    run.run();
    expect(run.state.deployments.map(({ id }) => id)).toEqual([third]);
    expect([...run.tasks.values()].some(({ deployment }) => deployment === second)).toBe(false);
  });

  it("without a load balancer counts a task as healthy when it has stayed in RUNNING for a while", () => {
    const run = new Simulation(service(1, { targetGroups: [] }));
    run.deploy({ kind: "silent", after: 0 });
    run.run(20 + rules.settleMs - 1);
    expect(run.state.deployments[0]?.rollout).toBe("IN_PROGRESS");
    run.run(1);
    expect(run.state.deployments[0]?.rollout).toBe("COMPLETED");
    run.deploy({ kind: "crash", after: rules.settleMs - 10 });
    run.run();
    expect(run.state.operation?.status).toBe("ROLLBACK_SUCCESSFUL");
  });

  it("tells pending tasks that it stops from running ones", () => {
    const run = new Simulation(service(2));
    run.deploy(good);
    run.run();
    run.deploy({ kind: "silent", after: 0 });
    run.step();
    run.deploy(good);
    run.run();
    expect(run.events).toContain("(service web) stopped 2 pending tasks.");
  });

  it("F3: is complete with nothing when the desired count is 0", () => {
    const run = new Simulation(service(0));
    run.deploy(good);
    expect(run.run()).toBe(true);
    expect(run.state.deployments[0]?.rollout).toBe("COMPLETED");
    expect(run.tasks.size).toBe(0);
  });

  it("is rolled back on request", () => {
    const run = new Simulation(service(2));
    const first = run.deploy(good);
    run.run();
    run.deploy({ kind: "silent", after: 0 });
    run.run(100);
    if (run.state.operation) run.state.operation.status = "ROLLBACK_REQUESTED";
    run.run();
    expect(run.state.operation?.status).toBe("ROLLBACK_SUCCESSFUL");
    expect(run.state.deployments.map(({ id, rollout }) => [id, rollout])).toEqual([[first, "COMPLETED"]]);
    expect(run.violations).toEqual([]);
  });
});

describe("a steady service", () => {
  const steady = (desired: number) => {
    const run = new Simulation(service(desired));
    run.deploy(good);
    run.run();
    run.events = [];
    return run;
  };

  it("replaces a task that dies, at once", () => {
    const run = steady(2);
    const [id = ""] = run.tasks.keys();
    run.lose(id);
    run.step();
    expect(run.active()).toBe(2);
    run.run();
    expect(run.events.at(-1)).toBe("(service web) has reached a steady state.");
  });

  it("replaces a task that turns unhealthy: first the new one, then the stop", () => {
    const run = steady(1);
    const [id = ""] = run.tasks.keys();
    run.change(id, {
      health: "unhealthy",
      fault: { targetGroup: "tg", port: 8080, reason: "Request timed out" },
    });
    run.step();
    expect(run.active()).toBe(2);
    run.run();
    expect(run.tasks.has(id)).toBe(false);
    expect(run.healthy()).toBe(1);
    expect(run.events).toContain(
      `(service web) (task ${id}) (port 8080) is unhealthy in (target-group tg) due to (reason Request timed out)`,
    );
  });

  it("overlooks bad health during the grace period", () => {
    const run = new Simulation(service(1, { graceMs: 5_000 }));
    run.deploy({ kind: "unhealthy", after: 100 });
    run.run(4_000);
    expect(run.active()).toBe(1);
    run.run(2_000);
    expect(run.state.started).toBeGreaterThan(1);
  });

  it.each([
    [true, 250],
    [false, 5_000],
  ])("bug 26: overlooks bad health of a task that listens (%s) for %i ms", (listens, ms) => {
    const run = new Simulation(service(1, { graceMs: 250, bootGraceMs: 5_000 }));
    run.deploy({ kind: "unhealthy", after: 100, listens });
    run.run(20 + ms - 10);
    expect(run.state.started).toBe(1);
    run.run(50);
    expect(run.state.started).toBe(2);
  });

  it("bug 26: a task that listens late has what is left of AWS's grace period, and no more", () => {
    const run = new Simulation(service(1, { graceMs: 250, bootGraceMs: 5_000 }));
    run.deploy({ kind: "unhealthy", after: 100, listens: false });
    run.run(4_900);
    for (const id of run.tasks.keys()) run.change(id, { listeningAt: run.now });
    run.run(100);
    expect(run.state.started).toBe(1);
    run.run(50);
    expect(run.state.started).toBe(2);
  });

  it("follows the desired count up and down without a deployment", () => {
    const run = steady(2);
    run.state = { ...run.state, desired: 5 };
    run.run();
    expect(run.healthy()).toBe(5);
    run.state = { ...run.state, desired: 1 };
    run.run();
    expect(run.healthy()).toBe(1);
    expect(run.violations).toEqual([]);
    expect(run.state.deployments).toHaveLength(1);
  });

  it("waits longer each time for tasks that cannot start, and says so", () => {
    const run = new Simulation(service(1, { breaker: { ...rules.breaker, enable: false } }));
    run.deploy({ kind: "no-image", after: 0 });
    run.run(600_000);
    expect(run.state.started).toBeLessThan(20);
    expect(run.events).toContain("(service web) is unable to consistently start tasks successfully.");
    expect(run.events).toContain(
      "(service web) was unable to place a task. Reason: CannotPullContainerError: no such image",
    );
  });

  it("deleted, drains and is INACTIVE when its tasks are gone", () => {
    const run = steady(3);
    run.state = { ...run.state, status: "DRAINING", desired: 0 };
    run.step();
    expect(run.state.status).toBe("DRAINING");
    run.run();
    expect(run.state).toMatchObject({ status: "INACTIVE", deployments: [] });
    expect(run.tasks.size).toBe(0);
  });
});

const app: fc.Arbitrary<App> = fc.record({
  kind: fc.constantFrom("good", "crash", "unhealthy", "hang", "no-image"),
  after: fc.integer({ min: 1, max: 400 }),
});
const percents = fc
  .record({
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 250 }),
  })
  .filter(({ minimumHealthyPercent, maximumPercent }) => minimumHealthyPercent < 100 || maximumPercent > 100);
const move = fc.oneof(
  fc.record({ kind: fc.constant("deploy" as const), app }),
  fc.record({ kind: fc.constant("scale" as const), desired: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ kind: fc.constant("lose" as const), nth: fc.nat(20) }),
);

describe("whatever happens", () => {
  it("never stops below the minimum, never starts above the maximum, and settles in the end", () => {
    fc.assert(
      fc.property(
        percents,
        fc.integer({ min: 0, max: 12 }),
        fc.array(fc.record({ move, wait: fc.integer({ min: 0, max: 700 }) }), { maxLength: 12 }),
        (percent, desired, moves) => {
          const run = new Simulation(service(desired, percent));
          run.deploy(good);
          for (const { move: next, wait } of moves) {
            if (next.kind === "deploy") run.deploy(next.app);
            if (next.kind === "scale") run.state = { ...run.state, desired: next.desired, steady: false };
            if (next.kind === "lose") run.lose([...run.tasks.keys()][next.nth] ?? "");
            run.run(wait);
          }
          expect(run.violations).toEqual([]);
          // Room enough for any desired count, and a good version: it must come to rest with all tasks healthy.
          run.state = {
            ...run.state,
            rules: { ...run.state.rules, minimumHealthyPercent: 0, maximumPercent: 200 },
          };
          run.deploy(good);
          expect(run.run()).toBe(true);
          expect(run.state.operation?.status).toBe("SUCCESSFUL");
          expect(run.healthy()).toBe(run.state.desired);
          expect(run.tasks.size).toBe(run.state.desired);
        },
      ),
      { numRuns: 300 },
    );
  });
});
