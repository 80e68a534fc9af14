import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { listenersOf, rulesOfListener, type Rows } from "./rows.js";

/** The target groups that actions forward to, with their weights. */
export function forwardsOf(actions: Action[]): { arn: string; weight: number }[] {
  return actions
    .filter((action) => action.Type === "forward")
    .flatMap((action) => {
      const weighted = action.ForwardConfig?.TargetGroups;
      if (weighted)
        return weighted.map((group) => ({ arn: group.TargetGroupArn ?? "", weight: group.Weight ?? 1 }));
      return [{ arn: action.TargetGroupArn ?? "", weight: 1 }];
    });
}

/** Every target group that a load balancer's listeners and rules name. */
export function groupsUsedBy(rows: Rows, loadBalancerArn: string): Set<string> {
  const actions = listenersOf(rows, loadBalancerArn).flatMap((listener) => [
    ...listener.defaultActions,
    ...rulesOfListener(rows, listener.arn).flatMap((rule) => rule.actions),
  ]);
  return new Set(forwardsOf(actions).map((forward) => forward.arn));
}

/** The load balancers that use each target group: one at most, as AWS has it. */
export function loadBalancersByGroup(rows: Rows): Map<string, string> {
  const used = new Map<string, string>();
  for (const arn of Object.keys(rows.loadBalancers)) {
    for (const group of groupsUsedBy(rows, arn)) used.set(group, arn);
  }
  return used;
}
