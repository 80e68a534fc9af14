import { list, object, text } from "../resources/convert.js";
import type { Properties } from "./values.js";

/** IAM's JSON for the statements of `aws.iam.getPolicyDocument`, single values unwrapped as the real provider does. */
export function policyDocument(args: Properties): Properties {
  const Statement = list(args["statements"]).map((item) => statement(object(item)));
  const document = { Version: args["version"] ?? "2012-10-17", Statement };
  const json = JSON.stringify(document, null, 2);
  return { ...args, id: String(json.length), json, minifiedJson: JSON.stringify(document) };
}

function statement(given: Properties): Properties {
  const { sid, effect, actions, notActions, resources, notResources, principals, notPrincipals, conditions } =
    given;
  return {
    Sid: sid,
    Effect: effect ?? "Allow",
    Action: single(actions),
    NotAction: single(notActions),
    Resource: single(resources),
    NotResource: single(notResources),
    Principal: principal(principals),
    NotPrincipal: principal(notPrincipals),
    Condition: condition(conditions),
  };
}

function single(values: unknown): unknown {
  const all = list(values).map(text).sort();
  return all.length > 1 ? all : all[0];
}

function principal(principals: unknown): unknown {
  const all = list(principals).map(object);
  if (all.length === 0) return undefined;
  if (all.some(({ type, identifiers }) => type === "*" && list(identifiers).includes("*"))) return "*";
  return Object.fromEntries(all.map(({ type, identifiers }) => [text(type), single(identifiers)]));
}

function condition(conditions: unknown): unknown {
  const merged: Record<string, Properties> = {};
  for (const { test, variable, values } of list(conditions).map(object)) {
    (merged[text(test)] ??= {})[text(variable)] = single(values);
  }
  return Object.keys(merged).length === 0 ? undefined : merged;
}
