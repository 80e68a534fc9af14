import { expect, it } from "vitest";
import type { Context } from "../../../../src/context/context.js";
import type { Config } from "../../../../src/core/project/schema.js";
import { platformFailure } from "../../../../src/core/errors.js";
import type { Attempt } from "../../../../src/features/deploy/attempt.js";
import { failDeployment } from "../../../../src/features/deploy/fail.js";
import { rolling } from "../../../../src/features/deploy/strategy/rolling.js";
import { strategyOf } from "../../../../src/features/deploy/strategy/strategy-of.js";
import { declareStrategy } from "../../../../stacks/components/strategies/declared.js";
import type { DeploymentStrategy } from "../../../../src/features/deploy/strategy/strategy.js";

/** A deployment by the strategy that fails before anything has run; what its error says was done. */
async function failBy(strategy: DeploymentStrategy, purpose?: "rollback"): Promise<string> {
  const reporter = { notify: () => undefined, close: () => undefined };
  const context = { reporter, signal: new AbortController().signal } as unknown as Context;
  const record = { exists: true, history: [], running: undefined };
  const attempt = {
    ...{ strategy, startedAt: new Date(0), isNew: false, former: { deployed: undefined, status: "ready" } },
    held: { record, unlock: async () => undefined, update: async () => undefined },
    request: { stack: "dev", purpose, ttlMs: undefined },
  } as unknown as Attempt;
  const error = await failDeployment(context, attempt, platformFailure("cancelled", "It was cancelled.", ""));
  return `${error.message} (${String(error.exitCode)})`;
}

it("structure e: a strategy is one file: what a failed deployment does is what its strategy says", async () => {
  const done: string[] = [];
  const sample: DeploymentStrategy = {
    ...rolling,
    stop: async () => void done.push("stopped"),
    rollBack: async (_context, _attempt, code) => {
      done.push(`went back after ${code}`);
      return { result: "rolled back", action: "Traffic was shifted back." };
    },
  };
  expect(await failBy(sample)).toContain("Traffic was shifted back.");
  expect(done).toEqual(["stopped", "went back after cancelled"]);
});

it("structure 9: a rollback that fails is told as one, by its purpose, also where no tag is known that it left", async () => {
  const sample: DeploymentStrategy = {
    ...rolling,
    stop: async () => undefined,
    rollBack: async () => ({ result: "rolled back", action: "v1 is back." }),
  };
  expect(await failBy(sample, "rollback")).toMatch(/v1 is back\. \(6\)|not tried again.* \(6\)/s);
});

it("structure e: while it rolls, a service has at most what maximumPercent allows", () => {
  const deployment = { maximumPercent: 150 } as Parameters<typeof rolling.mostTasks>[1];
  expect(rolling.mostTasks(3, deployment)).toBe(4);
});

it("structure e: one name chooses what a strategy declares and what carries it out", () => {
  const deployment = {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    rollbackOnFailure: true,
  } as Config["deployment"];
  expect(strategyOf({ deployment })).toBe(rolling);
  expect(declareStrategy(deployment)).toEqual({
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  });
});
