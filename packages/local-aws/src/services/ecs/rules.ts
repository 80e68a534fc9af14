import type { Pace } from "../../ports.js";
import { scaled } from "../../ports.js";
import type { Rules } from "./core/model.js";
import type { RevisionConfig, ServiceSettings } from "./rows.js";

/** AWS's times, in seconds: until a task without a load balancer counts as healthy; between restarts; and at most. */
const settleSeconds = 40;
const restartSeconds = 10;
const longestRestartSeconds = 27 * 60;

/** What the scheduler needs of a service's configuration, in milliseconds of our time. */
export function schedulingRules(settings: ServiceSettings, config: RevisionConfig, pace: Pace): Rules {
  const {
    minimumHealthyPercent = 100,
    maximumPercent = 200,
    deploymentCircuitBreaker,
  } = settings.deploymentConfiguration;
  const threshold = deploymentCircuitBreaker?.thresholdConfiguration;
  return {
    minimumHealthyPercent,
    maximumPercent,
    graceMs: scaled(settings.healthCheckGracePeriodSeconds ?? 0, pace),
    bootGraceMs: (settings.healthCheckGracePeriodSeconds ?? 0) * 1000,
    settleMs: scaled(settleSeconds, pace),
    restartMs: scaled(restartSeconds, pace),
    restartCeilingMs: scaled(longestRestartSeconds, pace),
    targetGroups: config.loadBalancers.flatMap(({ targetGroupArn }) =>
      targetGroupArn ? [targetGroupArn] : [],
    ),
    breaker: {
      enable: deploymentCircuitBreaker?.enable ?? false,
      rollback: deploymentCircuitBreaker?.rollback ?? false,
      resetOnHealthyTask: deploymentCircuitBreaker?.resetOnHealthyTask ?? true,
      threshold: { type: threshold?.type ?? "BOUNDED_PERCENT", value: threshold?.value ?? 50 },
    },
  };
}
