import { randomBytes, randomInt } from "node:crypto";
import { arn, type Site } from "../../cloud.js";

const service = "elasticloadbalancing";

/** 16 hexadecimal digits, as AWS ends these ARNs. */
function id(): string {
  return randomBytes(8).toString("hex");
}

export function newLoadBalancerArn(site: Site, name: string, kind: "app" | "net" = "app"): string {
  return arn(service, site, `loadbalancer/${kind}/${name}/${id()}`);
}

export function newTargetGroupArn(site: Site, name: string): string {
  return arn(service, site, `targetgroup/${name}/${id()}`);
}

export function newListenerArn(loadBalancerArn: string): string {
  return `${loadBalancerArn.replace(":loadbalancer/", ":listener/")}/${id()}`;
}

export function newRuleArn(listenerArn: string): string {
  return `${listenerArn.replace(":listener/", ":listener-rule/")}/${id()}`;
}

/** A name under `.localhost`, which browsers and curl resolve to loopback; AWS's ends with `elb.amazonaws.com`. */
export function newDnsName(site: Site, name: string): string {
  return `${name}-${randomInt(1e9, 2e9)}.${site.region}.elb.localhost`.toLowerCase();
}
