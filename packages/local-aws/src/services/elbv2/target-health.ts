import type { TargetHealthReasonEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetState } from "../../ports.js";
import type { TargetRow } from "./rows.js";

export interface DescribedHealth {
  State: TargetState;
  Reason?: TargetHealthReasonEnum;
  Description?: string;
}

/**
 * A target's health in AWS's words.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-reason-codes
 */
export function targetHealth(target: TargetRow | undefined, inUse: boolean): DescribedHealth {
  if (!target) {
    return {
      State: "unused",
      Reason: "Target.NotRegistered",
      Description: "Target is not registered to the target group",
    };
  }
  if (target.drainingSince !== undefined) {
    return {
      State: "draining",
      Reason: "Target.DeregistrationInProgress",
      Description: "Target deregistration is in progress",
    };
  }
  if (!inUse) {
    return {
      State: "unused",
      Reason: "Target.NotInUse",
      Description: "Target group is not configured to receive traffic from the load balancer",
    };
  }
  const { state, reason, description } = target.health;
  return state === "healthy" ? { State: state } : { State: state, Reason: reason, Description: description };
}
