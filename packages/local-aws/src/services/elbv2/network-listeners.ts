import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../cloud.js";
import { forwardsOf } from "./listener-usage.js";
import { validationError } from "./refusals.js";
import type { ListenerRow, LoadBalancerRow, Rows } from "./rows.js";

/** Source: CreateListener, `Protocol`: HTTP and HTTPS of application load balancers, TCP and others of network load balancers. */
export function checkTransport(
  loadBalancer: Pick<LoadBalancerRow, "type">,
  protocol: ListenerRow["protocol"],
): void {
  const type = loadBalancer.type ?? "application";
  if ((type === "network") === (protocol === "TCP")) return;
  const allowed = type === "network" ? "TCP" : "HTTP, HTTPS";
  throw validationError(
    `Listener protocol '${protocol}' must be one of '${allowed}' for ${type} load balancers`,
  );
}

/** A listener of a network load balancer has no rules: it forwards, to groups that speak its protocol. */
export function checkNetworkListener(
  rows: Rows,
  protocol: ListenerRow["protocol"],
  actions: readonly Action[],
): void {
  if (protocol === "TCP" && actions.some(({ Type }) => Type !== "forward"))
    throw new AwsError(
      "InvalidLoadBalancerAction",
      "The action of a listener of a network load balancer must be 'forward'",
    );
  for (const { arn } of forwardsOf([...actions])) {
    const group = rows.targetGroups[arn];
    if (group !== undefined && (group.protocol === "TCP") !== (protocol === "TCP"))
      throw new AwsError(
        "InvalidConfigurationRequest",
        `The protocol '${group.protocol}' of the target group '${arn}' is not compatible with the listener protocol '${protocol}'`,
      );
  }
}
