import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../cloud.js";
import { authenticateCognito, authenticateOidc, checkPlace, isAuthenticating } from "./authenticate.js";
import type { Context } from "./context.js";
import { fixedLimits } from "./limits.js";
import { inRange, validationError, required } from "./refusals.js";
import { forwardsOf, groupsUsedBy, loadBalancersByGroup } from "./listener-usage.js";

const contentTypes = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

/** Whose actions they are. */
export interface ActionPlace {
  loadBalancerArn: string;
  /** Whether the listener is HTTPS, or stands for one. */
  isEncrypted: boolean;
  /** What it has now. */
  before?: readonly Action[];
}

/**
 * The actions of a rule or listener as AWS stores them: `forward` in both its forms, orders filled in, in their order. Refuses what
 * AWS refuses. One that authenticates may stand before the one that answers.
 */
export function checkActions(context: Context, place: ActionPlace, asked: Action[]): Action[] {
  if (asked.length === 0) throw validationError("You must specify at least one action");
  const actions = asked
    .map((action, index) => checkAction(context, action, index, place.before ?? []))
    .sort((a, b) => (a.Order ?? 1) - (b.Order ?? 1));
  checkOrder(actions);
  checkPlace(actions, place.isEncrypted);
  checkGroups(context, place.loadBalancerArn, actions);
  return actions;
}

/** Source: CreateRule, `Actions`: exactly one of forward, fixed-response and redirect, and it is the last. */
function checkOrder(actions: readonly Action[]): void {
  const answering = actions.filter((action) => !isAuthenticating(action));
  if (answering.length > 1 || actions.length > 2)
    throw new AwsError("TooManyActions", "The maximum number of actions has been reached");
  const last = actions.at(-1);
  if (last === undefined || isAuthenticating(last)) {
    throw new AwsError(
      "InvalidLoadBalancerAction",
      "The last action must be one of: 'forward, redirect, fixed-response'",
    );
  }
  if (new Set(actions.map(({ Order }) => Order)).size < actions.length)
    throw new AwsError("InvalidLoadBalancerAction", "Each action must have a different order");
}

function checkAction(context: Context, action: Action, index: number, before: readonly Action[]): Action {
  switch (action.Type) {
    case "authenticate-oidc":
      return authenticateOidc(action, before, context.key);
    case "authenticate-cognito":
      return authenticateCognito(action);
    case "forward":
      return forward(context, action);
    case "fixed-response":
      return fixedResponse(action, index);
    case "redirect":
      return redirect(action);
    default:
      throw validationError(
        `1 validation error detected: Value '${String(action.Type)}' at 'actions.${index + 1}.member.type' failed to ` +
          "satisfy constraint: Member must satisfy enum value set: [forward, authenticate-oidc, authenticate-cognito, redirect, fixed-response]",
      );
  }
}

function forward(context: Context, action: Action): Action {
  const groups = forwardsOf([action]);
  const most = fixedLimits.targetGroupsPerAction;
  if (groups.length > most)
    throw validationError(`The maximum number of target groups in a forward action is '${String(most)}'`);
  for (const { arn, weight } of groups) {
    if (!context.rows.targetGroups[arn])
      throw new AwsError("TargetGroupNotFound", `Target group '${arn}' not found`);
    inRange(weight, "weight", 0, 999);
  }
  const single = groups.length === 1 ? { TargetGroupArn: groups[0]?.arn } : {};
  const stickiness = action.ForwardConfig?.TargetGroupStickinessConfig;
  return {
    Type: "forward",
    ...single,
    Order: action.Order ?? 1,
    ForwardConfig: {
      TargetGroups: groups.map((group) => ({ TargetGroupArn: group.arn, Weight: group.weight })),
      TargetGroupStickinessConfig: stickiness ?? { Enabled: false },
    },
  };
}

function fixedResponse(action: Action, index: number): Action {
  const config = required(action.FixedResponseConfig, "fixedResponseConfig");
  if (!/^(2|4|5)\d\d$/.test(config.StatusCode ?? "")) {
    throw validationError(
      `1 validation error detected: Value '${String(config.StatusCode)}' at ` +
        `'actions.${index + 1}.member.fixedResponseConfig.statusCode' failed to satisfy constraint: ` +
        "Member must satisfy regular expression pattern: ^(2|4|5)\\d\\d$",
    );
  }
  if (config.ContentType !== undefined && !contentTypes.includes(config.ContentType)) {
    const list = contentTypes.map((type) => `'${type}'`).join(", ");
    throw new AwsError("InvalidLoadBalancerAction", `The ContentType must be one of: ${list}`);
  }
  if ((config.MessageBody ?? "").length > 1024)
    throw validationError("The MessageBody is too long; the limit is '1024'");
  return { Type: "fixed-response", Order: action.Order ?? 1, FixedResponseConfig: config };
}

function redirect(action: Action): Action {
  const config = required(action.RedirectConfig, "redirectConfig");
  const filled = {
    Protocol: config.Protocol ?? "#{protocol}",
    Port: config.Port ?? "#{port}",
    Host: config.Host ?? "#{host}",
    Path: config.Path ?? "/#{path}",
    Query: config.Query ?? "#{query}",
    StatusCode: required(config.StatusCode, "redirectConfig.statusCode"),
  };
  const same =
    filled.Protocol === "#{protocol}" &&
    filled.Port === "#{port}" &&
    filled.Host === "#{host}" &&
    filled.Path === "/#{path}";
  if (same) {
    throw new AwsError(
      "InvalidLoadBalancerAction",
      "The redirect configuration is not valid because it creates a loop",
    );
  }
  return { Type: "redirect", Order: action.Order ?? 1, RedirectConfig: filled };
}

/** A target group belongs to one load balancer, and a load balancer has room for so many. */
function checkGroups(context: Context, loadBalancerArn: string, actions: Action[]): void {
  const arns = forwardsOf(actions).map((group) => group.arn);
  const owners = loadBalancersByGroup(context.rows);
  const foreign = arns.filter((arn) => (owners.get(arn) ?? loadBalancerArn) !== loadBalancerArn);
  if (foreign.length > 0) {
    throw new AwsError(
      "TargetGroupAssociationLimit",
      `The following target groups cannot be associated with more than one load balancer: ${foreign.join(", ")}`,
    );
  }
  const used = groupsUsedBy(context.rows, loadBalancerArn);
  const fresh = arns.filter((arn) => !used.has(arn));
  const limit = context.limits().targetGroupsPerLoadBalancer;
  if (fresh.length > 0 && used.size + fresh.length > limit) {
    throw new AwsError(
      "TooManyUniqueTargetGroupsPerLoadBalancer",
      `You have reached the maximum number of unique target groups '${limit}' on load balancer '${loadBalancerArn}'`,
    );
  }
}
