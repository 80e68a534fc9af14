import type { Context } from "../../../context/context.js";
import type { Config } from "../../../core/project/schema.js";
import type { StrategyName } from "../../../core/project/strategy.js";
import type { Attempt } from "../attempt.js";
import type { StackOutputs } from "../outputs.js";
import type { GuardedStep } from "../plan/guard.js";
import type { AutomaticRollback } from "../rollback/automatic.js";
import type { ServiceRollout, StartedRollout } from "../rollout/watch.js";
import type { SmokeRequest, SmokeResult } from "../smoke/await-checks.js";

/** What was judged of an update, and is looked at once more. */
export interface JudgedUpdate {
  rollouts: ServiceRollout[];
  smoke: SmokeResult[];
}

/**
 * How new tasks take the place of old ones: all that a deployment assumes of it. One file per strategy; what it declares on
 * AWS stands in `stacks/components/strategies`.
 */
export interface DeploymentStrategy {
  name: StrategyName;
  /** What a plan does that its users would notice, one sentence each. */
  planWarnings(steps: readonly GuardedStep[]): string[];
  /** Those that a deployment is not for: it is refused, a rollback is not. */
  planOutages(steps: readonly GuardedStep[]): string[];
  /** How many tasks a service of so many may have while it is deployed. */
  mostTasks(tasks: number, deployment: Config["deployment"]): number;
  /** Waits until every service's rollout has ended, and judges each. A failed rollout is a result, not an error. */
  watch(
    context: Context,
    config: Config,
    outputs: StackOutputs,
    started: StartedRollout,
  ): Promise<ServiceRollout[]>;
  /** Looks once more at what has succeeded, after the smoke test: what does not last is no success (F22). */
  confirmStable(
    context: Context,
    request: SmokeRequest,
    outputs: StackOutputs,
    judged: JudgedUpdate,
  ): Promise<JudgedUpdate>;
  /** Asks ECS to end what an interrupted attempt has started (F6). */
  stop(context: Context, attempt: Attempt): Promise<void>;
  /** The way back after a failure; `code` is the failure's. Tried once (F25). */
  rollBack(context: Context, attempt: Attempt, code: string): Promise<AutomaticRollback>;
}
