import { describe, expect, it } from "vitest";
import { failureThreshold } from "../../../../src/services/ecs/core/bounds.js";
import type { App } from "./simulation.js";
import { good, rules, service, Simulation } from "./simulation.js";

const percent = (value: number) => ({ type: "BOUNDED_PERCENT", value }) as const;

describe("the failure threshold", () => {
  it.each([
    [1, 3],
    [2, 3],
    [5, 3],
    [6, 3],
    [7, 4],
    [25, 13],
    [400, 200],
    [800, 200],
  ])("for a desired count of %i is %i", (desired, threshold) => {
    expect(failureThreshold(desired, percent(50))).toBe(threshold);
  });

  it("takes AWS's newer settings", () => {
    expect(failureThreshold(800, { type: "UNBOUNDED_PERCENT", value: 50 })).toBe(400);
    expect(failureThreshold(1, { type: "UNBOUNDED_PERCENT", value: 10 })).toBe(1);
    expect(failureThreshold(800, { type: "COUNT", value: 2 })).toBe(2);
    expect(failureThreshold(100, percent(10))).toBe(10);
  });
});

const bad: [string, App][] = [
  ["boot crash", { kind: "crash", after: 30 }],
  ["hang", { kind: "hang", after: 100 }],
  ["unhealthy", { kind: "unhealthy", after: 100 }],
  ["image that cannot be pulled", { kind: "no-image", after: 0 }],
];
const table = [1, 2, 5, 6, 7, 25, 400, 800].flatMap((desired) =>
  bad.flatMap(([name, app]) => [true, false].map((reset) => ({ desired, name, app, reset }))),
);

describe("the circuit breaker", () => {
  it.each(table)(
    "F22: $desired tasks, $name, reset $reset: rolled back at the threshold",
    ({ desired, app, reset }) => {
      const run = new Simulation(
        service(desired, { breaker: { ...rules.breaker, resetOnHealthyTask: reset } }),
      );
      const first = run.deploy(good);
      run.run();
      expect(run.state.operation?.status).toBe("SUCCESSFUL");
      const failing = run.deploy(app);
      run.run();
      expect(run.state.operation).toMatchObject({
        deployment: failing,
        status: "ROLLBACK_SUCCESSFUL",
        breaker: { status: "TRIGGERED", failures: failureThreshold(desired, percent(50)) },
      });
      expect(run.state.deployments.map(({ id, rollout }) => [id, rollout])).toEqual([[first, "COMPLETED"]]);
      expect(run.healthy()).toBe(desired);
      expect(run.violations).toEqual([]);
    },
  );

  it.each(table)(
    "F4: $desired tasks, $name, reset $reset: a first deployment ends FAILED",
    ({ desired, app, reset }) => {
      const run = new Simulation(
        service(desired, { breaker: { ...rules.breaker, resetOnHealthyTask: reset } }),
      );
      run.deploy(app);
      expect(run.run()).toBe(true);
      expect(run.state.deployments[0]).toMatchObject({
        rollout: "FAILED",
        reason: "ECS deployment circuit breaker: tasks failed to start.",
        failedTasks: failureThreshold(desired, percent(50)),
      });
      expect(run.state.operation).toMatchObject({
        status: "ROLLBACK_FAILED",
        statusReason: "No rollback candidate was found to run the rollback.",
      });
    },
  );

  it("stops a failed deployment where no rollback is wanted", () => {
    const run = new Simulation(service(1, { breaker: { ...rules.breaker, rollback: false } }));
    run.deploy(good);
    run.run();
    run.deploy({ kind: "crash", after: 30 });
    run.run();
    expect(run.state.operation?.status).toBe("STOPPED");
    expect(run.state.deployments.map(({ rollout }) => rollout)).toEqual(["FAILED", "COMPLETED"]);
    expect(run.healthy()).toBe(1);
  });

  it("F22: never trips on a flapping app with reset, and trips without", () => {
    const flap = (resetOnHealthyTask: boolean) => {
      const run = new Simulation(service(2, { breaker: { ...rules.breaker, resetOnHealthyTask } }));
      run.deploy({ kind: "silent", after: 0 });
      for (let round = 0; round < 30; round += 1) {
        run.run(2_000);
        const [crashing = "", flapping = ""] = run.tasks.keys();
        run.lose(crashing);
        run.step();
        run.change(flapping, { health: "healthy" });
        run.step();
        run.lose(flapping);
        run.step();
      }
      return run.state.deployments[0];
    };
    expect(flap(true)?.rollout).toBe("IN_PROGRESS");
    expect(flap(false)).toMatchObject({ rollout: "FAILED", failedTasks: 3 });
  });

  it("F25: a rollback that fails too is ROLLBACK_FAILED and does not loop", () => {
    const run = new Simulation(service(2, { minimumHealthyPercent: 0, maximumPercent: 100 }));
    const first = run.deploy(good);
    run.run();
    run.deploy({ kind: "crash", after: 30 });
    run.breakApp(first, { kind: "crash", after: 30 });
    expect(run.run()).toBe(true);
    expect(run.state.operation?.status).toBe("ROLLBACK_FAILED");
    expect(run.state.deployments[0]).toMatchObject({ id: first, rollout: "FAILED" });
  });

  it("says what ECS says", () => {
    const run = new Simulation(service(1));
    run.deploy(good);
    run.run();
    run.deploy({ kind: "crash", after: 30 });
    run.run();
    expect(run.events).toContain(
      "(service web) (deployment ecs-svc/2) deployment failed: tasks failed to start.",
    );
    expect(run.events).toContain("(service web) rolling back to deployment ecs-svc/1.");
    expect(run.events.at(-1)).toBe("(service web) has reached a steady state.");
  });

  it("does not judge when it is off", () => {
    const run = new Simulation(service(1, { breaker: { ...rules.breaker, enable: false } }));
    run.deploy({ kind: "crash", after: 30 });
    run.run(60_000);
    expect(run.state.deployments[0]?.rollout).toBe("IN_PROGRESS");
    expect(run.state.deployments[0]?.failedTasks).toBeGreaterThan(20);
  });
});
