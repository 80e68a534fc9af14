import type { DescribeRulesCommandOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../../../provider/values.js";
import { retryOn } from "../../../provider/retry.js";
import { readTags, updateTags } from "./attributes.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { fromActions, fromConditions, toActions, toConditions, withKnownSecrets } from "./routing.js";
import { text, unlessGone, upperTags } from "../../../resources/convert.js";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html */
const highestPriority = 50_000;

export const listenerRule: ResourceType = {
  tokens: ["aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule"],
  replaces: ["listenerArn"],
  computes: ["priority"],

  check({ priority }) {
    if (typeof priority !== "number" || (priority >= 1 && priority <= highestPriority)) return [];
    return [
      { property: "priority", reason: `expected priority to be in the range (1 - 50000), got ${priority}` },
    ];
  },

  /** Without a priority the next free one is taken, and another when somebody else took it meanwhile (F16). */
  async create(inputs, scope) {
    const make = async () => {
      const Priority = inputs["priority"] ?? (await freePriority(text(inputs["listenerArn"]), scope));
      const request = {
        ListenerArn: inputs["listenerArn"],
        Priority,
        ...routing(inputs),
        ...(inputs["tags"] === undefined ? {} : { Tags: upperTags(inputs["tags"]) }),
      };
      return scope.call<DescribeRulesCommandOutput>("elbv2", "CreateRule", request);
    };
    const made =
      inputs["priority"] === undefined
        ? await retryOn((error) => error.code === "PriorityInUse", make, scope.wait, 50)
        : await make();
    return { id: text(made.Rules?.[0]?.RuleArn) };
  },

  async read(id, scope, known) {
    const call = scope.call<DescribeRulesCommandOutput>("elbv2", "DescribeRules", { RuleArns: [id] });
    const live = (await unlessGone(call, "RuleNotFound", "ListenerNotFound"))?.Rules?.[0];
    if (live === undefined) return undefined;
    return {
      arn: id,
      listenerArn: id.replace(":listener-rule/", ":listener/").replace(/\/[^/]+$/, ""),
      priority: Number(live.Priority),
      actions: withKnownSecrets(fromActions(live.Actions), known["actions"]),
      conditions: fromConditions(live.Conditions),
      tags: await readTags(id, scope),
    };
  },

  async update(id, news, olds, scope) {
    const priority = news["priority"];
    if (priority !== undefined && priority !== olds["priority"]) {
      const RulePriorities = [{ RuleArn: id, Priority: priority }];
      await scope.call("elbv2", "SetRulePriorities", { RulePriorities });
    }
    await scope.call("elbv2", "ModifyRule", { RuleArn: id, ...routing(news) });
    await updateTags(id, news["tags"], olds["tags"], scope);
  },

  async delete(id, _state, scope) {
    await unlessGone(scope.call("elbv2", "DeleteRule", { RuleArn: id }), "RuleNotFound");
  },
};

function routing({ actions, conditions }: Properties): Properties {
  return { Actions: toActions(actions), Conditions: toConditions(conditions) };
}

/** One above the highest, as the real provider; the lowest free one when the top is taken. */
async function freePriority(listenerArn: string, scope: Scope): Promise<number> {
  const { Rules } = await scope.call<DescribeRulesCommandOutput>("elbv2", "DescribeRules", {
    ListenerArn: listenerArn,
  });
  const taken = new Set((Rules ?? []).map((rule) => Number(rule.Priority)).filter(Number.isInteger));
  const next = Math.max(0, ...taken) + 1;
  if (next <= highestPriority) return next;
  let free = 1;
  while (taken.has(free)) free++;
  return free;
}
