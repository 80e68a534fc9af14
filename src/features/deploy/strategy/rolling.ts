import { planOutages, planWarnings } from "../plan/guard.js";
import { rollBackAutomatically } from "../rollback/automatic.js";
import { confirmStable } from "../rollout/confirm-stable.js";
import { watchRollouts } from "../rollout/watch.js";
import { stopAttempt } from "../stop.js";
import type { DeploymentStrategy } from "./strategy.js";

/** New tasks take the place of old ones a few at a time, under one target group; ECS's circuit breaker goes back by itself. */
export const rolling: DeploymentStrategy = {
  name: "rolling",
  planWarnings,
  planOutages,
  mostTasks: (tasks, { maximumPercent }) => Math.floor((tasks * maximumPercent) / 100),
  watch: watchRollouts,
  confirmStable,
  stop: stopAttempt,
  rollBack: rollBackAutomatically,
};
