import { expect, it } from "vitest";
import { bench, wired } from "./support.js";
import { until } from "./until.js";

const refused = {
  passed: false,
  reason: "Target.FailedHealthChecks",
  description: "Health checks failed",
} as const;

it.each([
  ["one passed check makes it healthy while AWS would not have given it up", 300, 1],
  ["it needs as many as any unhealthy target once AWS would have", 5, 3],
])("bug 26: a target that listens late is checked at once: %s", async (_what, interval, needed) => {
  let listens = false;
  let passes = 0;
  const target = { id: "127.0.0.1", port: 9 };
  const { elbv2, call } = bench({
    probe: () => {
      if (!listens) return Promise.resolve(refused);
      // Checks go on once it is healthy.
      if (state() !== "healthy") passes++;
      return Promise.resolve({ passed: true });
    },
  });
  const state = () => elbv2.targetGroups.health(targetGroupArn, target)?.state;
  const { targetGroupArn } = await wired(call, {
    HealthCheckIntervalSeconds: interval,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 3,
    UnhealthyThresholdCount: 2,
  });
  elbv2.targetGroups.register(targetGroupArn, target);
  await until(() => state() === "unhealthy", "it has failed at this target's pace");
  const row = Object.values(elbv2.routing.group(targetGroupArn)?.targets ?? {})[0];
  if (row && needed > 1) row.health.registeredAt -= 10_000;
  listens = true;
  elbv2.targetGroups.listening(targetGroupArn, target);
  await until(() => state() === "healthy", "it is healthy");
  expect(passes).toBe(needed);
});
