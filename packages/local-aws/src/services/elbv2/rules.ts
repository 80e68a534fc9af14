import type {
  CreateRuleCommandInput,
  DeleteRuleCommandInput,
  DescribeRulesCommandInput,
  ModifyRuleCommandInput,
  Rule,
  SetRulePrioritiesCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, type Operation } from "../../cloud.js";
import { type ActionPlace, checkActions } from "./actions.js";
import { withoutClientSecret } from "./authenticate.js";
import { checkConditions } from "./conditions.js";
import type { Context } from "./context.js";
import { newRuleArn } from "./arns.js";
import { findListener } from "./listeners.js";
import { elbv2Page } from "./paginate.js";
import { inRange, validationError, required, rulesNotFound } from "./refusals.js";
import { listenersOf, rulesOfListener, type ListenerRow, type RuleRow } from "./rows.js";
import { setTags } from "./tags.js";

export function ruleOperations(context: Context): Record<string, Operation> {
  return {
    CreateRule: (input: CreateRuleCommandInput) => create(context, input),
    DescribeRules(input: DescribeRulesCommandInput) {
      const { items, next } = elbv2Page(select(context, input), input);
      return { Rules: items, NextMarker: next };
    },
    ModifyRule: (input: ModifyRuleCommandInput) => modify(context, input),
    SetRulePriorities: (input: SetRulePrioritiesCommandInput) => setPriorities(context, input),
    DeleteRule(input: DeleteRuleCommandInput) {
      const arn = required(input.RuleArn, "ruleArn");
      if (defaultRule(context, arn))
        throw new AwsError("OperationNotPermitted", `Default rule '${arn}' cannot be deleted`);
      const row = findRule(context, arn);
      Reflect.deleteProperty(context.rows.rules, row.arn);
      Reflect.deleteProperty(context.rows.tags, row.arn);
      context.rerouted();
      return {};
    },
  };
}

function findRule(context: Context, arn: string | undefined): RuleRow {
  const row = context.rows.rules[required(arn, "ruleArn")];
  if (!row) throw rulesNotFound();
  return row;
}

function create(context: Context, input: CreateRuleCommandInput) {
  const listener = findListener(context, input.ListenerArn);
  if ((input.Transforms ?? []).length > 0)
    throw validationError("Rule transforms are not supported by the local target");
  const priority = inRange(required(input.Priority, "priority"), "priority", 1, 50000);
  const conditions = checkConditions(required(input.Conditions, "conditions"));
  const actions = checkActions(context, placeAt(context, listener), required(input.Actions, "actions"));
  freePriority(context, listener.arn, priority);
  roomForRule(context, listener.loadBalancerArn);
  const row: RuleRow = {
    arn: newRuleArn(listener.arn),
    listenerArn: listener.arn,
    priority,
    conditions,
    actions,
  };
  setTags(context.rows, row.arn, input.Tags ?? []);
  context.rows.rules[row.arn] = row;
  context.rerouted();
  return { Rules: [describe(row)] };
}

function placeAt(context: Context, listener: ListenerRow): ActionPlace {
  return { loadBalancerArn: listener.loadBalancerArn, isEncrypted: context.isEncrypted(listener) };
}

function modify(context: Context, input: ModifyRuleCommandInput) {
  if (!input.Conditions && !input.Actions)
    throw validationError("Either conditions or actions must be specified");
  if ((input.Transforms ?? []).length > 0)
    throw validationError("Rule transforms are not supported by the local target");
  const row = findRule(context, input.RuleArn);
  const listener = findListener(context, row.listenerArn);
  const conditions = input.Conditions ? checkConditions(input.Conditions) : row.conditions;
  const actions = input.Actions
    ? checkActions(context, { ...placeAt(context, listener), before: row.actions }, input.Actions)
    : row.actions;
  Object.assign(row, { conditions, actions });
  context.rerouted();
  return { Rules: [describe(row)] };
}

/** All at once: a priority that another rule of the same call gives up is free. */
function setPriorities(context: Context, input: SetRulePrioritiesCommandInput) {
  const pairs = required(input.RulePriorities, "rulePriorities").map(({ RuleArn, Priority }) => ({
    row: findRule(context, RuleArn),
    priority: inRange(required(Priority, "priority"), "priority", 1, 50000),
  }));
  const moving = new Set(pairs.map(({ row }) => row));
  const wanted = new Set<string>();
  for (const { row, priority } of pairs) {
    const place = `${row.listenerArn} ${priority}`;
    if (wanted.has(place)) throw validationError(`Priority '${priority}' was provided multiple times`);
    wanted.add(place);
    freePriority(context, row.listenerArn, priority, moving);
  }
  for (const { row, priority } of pairs) row.priority = priority;
  context.rerouted();
  return { Rules: pairs.map(({ row }) => describe(row)) };
}

function freePriority(
  context: Context,
  listenerArn: string,
  priority: number,
  moving = new Set<RuleRow>(),
): void {
  const taken = rulesOfListener(context.rows, listenerArn).some(
    (rule) => rule.priority === priority && !moving.has(rule),
  );
  if (taken) throw new AwsError("PriorityInUse", `Priority '${priority}' is currently in use`);
}

function roomForRule(context: Context, loadBalancerArn: string): void {
  const limit = context.limits().rules;
  const count = listenersOf(context.rows, loadBalancerArn).reduce(
    (sum, listener) => sum + rulesOfListener(context.rows, listener.arn).length,
    0,
  );
  if (count < limit) return;
  throw new AwsError(
    "TooManyRules",
    `The maximum number of rules '${limit}' has been reached on load balancer '${loadBalancerArn}'`,
  );
}

function select(context: Context, input: DescribeRulesCommandInput): Rule[] {
  const arns = input.RuleArns ?? [];
  if (arns.length > 0 && input.ListenerArn) {
    throw validationError("Listener rule ARNs and a listener ARN cannot be specified at the same time");
  }
  if (arns.length > 0) {
    return arns.map((arn) => {
      const listener = defaultRule(context, arn);
      return listener ? describeDefault(listener) : describe(findRule(context, arn));
    });
  }
  if (!input.ListenerArn)
    throw validationError("You must specify either listener rule ARNs or a listener ARN");
  const listener = findListener(context, input.ListenerArn);
  return [...rulesOfListener(context.rows, listener.arn).map(describe), describeDefault(listener)];
}

function defaultRule(context: Context, ruleArn: string): ListenerRow | undefined {
  return Object.values(context.rows.listeners).find((listener) => listener.defaultRuleArn === ruleArn);
}

function describe(row: RuleRow): Rule {
  return {
    RuleArn: row.arn,
    Priority: String(row.priority),
    Conditions: row.conditions,
    Actions: withoutClientSecret(row.actions),
    IsDefault: false,
  };
}

function describeDefault(listener: ListenerRow): Rule {
  return {
    RuleArn: listener.defaultRuleArn,
    Priority: "default",
    Conditions: [],
    Actions: withoutClientSecret(listener.defaultActions),
    IsDefault: true,
  };
}
