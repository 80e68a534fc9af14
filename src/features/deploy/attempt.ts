import type { HeldStack } from "../../adapters/record/lock.js";
import type { Deployed, Status } from "../../adapters/record/record.js";
import type { DeployRequest } from "./request.js";
import type { Outcome } from "./rollout/outcome.js";
import type { ChosenRelease } from "./release.js";
import type { DeploymentStrategy } from "./strategy/strategy.js";

/** One run of a deployment, as its steps come to know it. */
export interface Attempt {
  request: DeployRequest;
  /** The stack's record, held. */
  held: HeldStack;
  startedAt: Date;
  strategy: DeploymentStrategy;
  /** Whether the stack is there for the first time. */
  isNew: boolean;
  /** What the stack was before. */
  former: { deployed: Deployed | undefined; status: Status };
  release?: ChosenRelease;
  /** Whether the engine has made a plan, and with it the stack. */
  planned?: boolean;
  /** How far the engine came in its last update. */
  engine?: "unchanged" | "partial" | "done";
  /** What has come of it so far. */
  outcome?: Outcome;
  /** Ids of deployments and ARNs of service deployments that were there before. */
  before?: readonly string[];
  /** The tag that a failure is rolled back to. */
  restoring?: string;
}
