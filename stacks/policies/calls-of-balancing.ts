import type { Call } from "./calls.js";

const [group, rule] = ["aws:lb/targetGroup:TargetGroup", "aws:lb/listenerRule:ListenerRule"] as const;
const [listener, balancer] = [
  "aws:lb/getListener:getListener",
  "aws:lb/getLoadBalancer:getLoadBalancer",
] as const;
const networkListener = "aws:lb/listener:Listener";
const deploy = ["deploy"] as const;

/** The calls to load balancers, and to what their listeners are set up with. */
export const balancing: Readonly<Record<string, Call>> = {
  "elasticloadbalancing:CreateTargetGroup": { at: "newTargetGroup", by: [group] },
  "elasticloadbalancing:ModifyTargetGroup": { at: "ownTargetGroup", by: [group] },
  "elasticloadbalancing:ModifyTargetGroupAttributes": { at: "ownTargetGroup", by: [group] },
  "elasticloadbalancing:DeleteTargetGroup": { at: "ownTargetGroup", by: [group, "driver"] },
  "elasticloadbalancing:DescribeTargetGroups": { at: "anywhere", by: [group, "driver"] },
  "elasticloadbalancing:DescribeTargetGroupAttributes": { at: "anywhere", by: [group, "driver"] },
  "elasticloadbalancing:DescribeTargetHealth": { at: "anywhere", by: ["driver"] },
  "elasticloadbalancing:CreateRule": { at: "newRule", by: [rule] },
  "elasticloadbalancing:ModifyRule": { at: "ownRule", by: [rule] },
  "elasticloadbalancing:DeleteRule": { at: "ownRule", by: [rule, "driver"] },
  "elasticloadbalancing:DescribeRules": { at: "anywhere", by: [rule, "driver"] },
  "elasticloadbalancing:CreateListener": { at: "newNetworkListener", by: [networkListener], for: deploy },
  "elasticloadbalancing:ModifyListener": { at: "ownNetworkListener", by: [networkListener], for: deploy },
  "elasticloadbalancing:ModifyListenerAttributes": {
    at: "ownNetworkListener",
    by: [networkListener],
    for: deploy,
  },
  "elasticloadbalancing:DeleteListener": { at: "ownNetworkListener", by: [networkListener], for: deploy },
  "elasticloadbalancing:DescribeListeners": {
    at: "anywhere",
    by: [rule, listener, networkListener, "driver"],
  },
  "elasticloadbalancing:DescribeListenerAttributes": { at: "anywhere", by: [listener, networkListener] },
  // Whether the names of services are covered by what the listener shows.
  "elasticloadbalancing:DescribeListenerCertificates": { at: "anywhere", by: ["driver"] },
  // ELB asks for the client in the caller's name. Source: Elastic Load Balancing, "Prepare to use Amazon Cognito".
  "cognito-idp:DescribeUserPoolClient": { at: "userPool", by: [rule], for: deploy },
  "acm:DescribeCertificate": { at: "anywhere", by: ["driver"] },
  "elasticloadbalancing:DescribeLoadBalancers": { at: "anywhere", by: [balancer, "driver"] },
  "elasticloadbalancing:DescribeLoadBalancerAttributes": { at: "anywhere", by: [balancer] },
  "elasticloadbalancing:DescribeCapacityReservation": { at: "anywhere", by: [balancer] },
  "elasticloadbalancing:DescribeAccountLimits": { at: "anywhere", by: ["driver"] },
  "elasticloadbalancing:DescribeTags": {
    at: "anywhere",
    by: [group, rule, listener, networkListener, balancer, "driver"],
  },
  "elasticloadbalancing:AddTags": {
    at: ["balancingTags", "newBalancingTags", "ownNetworkListener"],
    by: [group, rule, networkListener],
  },
  "elasticloadbalancing:RemoveTags": {
    at: ["balancingTags", "ownNetworkListener"],
    by: [group, rule, networkListener],
  },
};
