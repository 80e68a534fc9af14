import { isDeepStrictEqual } from "node:util";
import { allowStatement, type PolicyStatement } from "./policy-statements.js";
import { matchesWildcards } from "./wildcards.js";

/** One statement of a policy as IAM keeps it: every list may be a single text. */
interface KeptStatement {
  Sid?: string;
  Effect?: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** What a limit leaves nothing of. */
export interface Cut {
  action: string;
  resource: string;
  /** What is in the way, as half a sentence. */
  why: string;
}

/** What bounds a role: a policy's text, or statements that are all it may have. */
export type PermissionLimit = string | readonly PolicyStatement[];

/**
 * What of a role's statements would come to nothing under a limit: a permissions boundary, or all that previews may have. `principal` is the role's ARN, for
 * limits that tell roles apart. A pattern is within the limit where a single statement of it allows all that the pattern means.
 * An explicit denial of a part of it stays a denial and is no mistake: a boundary keeps its own exceptions.
 * Source: IAM, "Permissions boundaries for IAM entities"; "Policy evaluation logic". Throws a SyntaxError for a policy that is no JSON.
 */
export function cutByLimit(
  statements: readonly PolicyStatement[],
  limit: PermissionLimit,
  principal: string,
): Cut[] {
  const kept = keptStatements(limit).map((one) => withoutPrincipal(one, principal));
  const rules = kept.filter((one): one is KeptStatement => one !== undefined);
  return statements.flatMap((statement) =>
    statement.actions.flatMap((action) =>
      statement.resources.flatMap((resource): Cut[] => {
        const why = obstacle(rules, { action, resource, conditions: statement.conditions });
        return why === undefined ? [] : [{ action, resource, why }];
      }),
    ),
  );
}

/** Actions that come to nothing under a limit whatever they are done to: no statement of it allows them. */
export function actionsCutByLimit(
  actions: readonly string[],
  limit: PermissionLimit,
  principal: string,
): string[] {
  const allowed = keptStatements(limit)
    .map((one) => withoutPrincipal(one, principal))
    .filter((one) => one?.Effect === "Allow")
    .map((one) => ({ ...one, Resource: "*", NotResource: undefined }));
  return actions.filter(
    (action) => !allowed.some((one) => isAbout(one, { action, resource: "*", conditions: undefined })),
  );
}

interface Asked {
  action: string;
  resource: string;
  conditions: PolicyStatement["conditions"];
}

function obstacle(rules: readonly KeptStatement[], asked: Asked): string | undefined {
  const denial = rules.find(
    (one) => one.Effect === "Deny" && isAbout(one, asked) && isUnder(one.Condition, asked.conditions),
  );
  if (denial !== undefined) return `it denies that${denial.Sid === undefined ? "" : ` (${denial.Sid})`}`;
  const isAllowed = rules.some(
    (one) => one.Effect === "Allow" && isAbout(one, asked) && isUnder(one.Condition, asked.conditions),
  );
  return isAllowed ? undefined : "it does not allow that";
}

/** Whether a statement is about all that the asked patterns mean. */
function isAbout(rule: KeptStatement, { action, resource }: Asked): boolean {
  const lower = action.toLowerCase();
  const isAction =
    rule.NotAction === undefined
      ? list(rule.Action).some((pattern) => covers(pattern.toLowerCase(), lower))
      : !list(rule.NotAction).some((pattern) => overlaps(pattern.toLowerCase(), lower));
  const isResource =
    rule.NotResource === undefined
      ? list(rule.Resource).some((pattern) => covers(pattern, resource))
      : !list(rule.NotResource).some((pattern) => overlaps(pattern, resource));
  return isAction && isResource;
}

/** Whether conditions hold wherever the asked ones do: those that are the same. */
function isUnder(condition: KeptStatement["Condition"], asked: PolicyStatement["conditions"]): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      isDeepStrictEqual(list(asked?.[operator]?.[key]), list(values as string | string[])),
    ),
  );
}

/** Conditions on who asks are decided here; undefined where they do not hold for this role. */
function withoutPrincipal(rule: KeptStatement, principal: string): KeptStatement | undefined {
  const rest: NonNullable<KeptStatement["Condition"]> = {};
  for (const [operator, keys] of Object.entries(rule.Condition ?? {})) {
    for (const [key, values] of Object.entries(keys)) {
      const patterns = list(values as string | string[]);
      const judged = /^aws:PrincipalArn$/i.test(key) ? judge(operator, patterns, principal) : undefined;
      if (judged === false) return undefined;
      if (judged === undefined) rest[operator] = { ...rest[operator], [key]: values };
    }
  }
  return { ...rule, Condition: rest };
}

function judge(operator: string, patterns: readonly string[], principal: string): boolean | undefined {
  const base = operator.replace(/IfExists$/, "");
  const matches = patterns.some((pattern) => matchesWildcards(pattern, principal));
  if (["ArnLike", "ArnEquals", "StringLike"].includes(base)) return matches;
  if (["ArnNotLike", "ArnNotEquals", "StringNotLike"].includes(base)) return !matches;
  if (base === "StringEquals") return patterns.includes(principal);
  if (base === "StringNotEquals") return !patterns.includes(principal);
  return undefined;
}

/** Whether a pattern matches all that another one does: wildcards of the other are text that only wildcards match. */
function covers(pattern: string, other: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", "[^*]")}$`, "s").test(other);
}

/** Whether some text matches both patterns. */
function overlaps(one: string, other: string): boolean {
  let reached = new Set([0]);
  const spread = (places: Set<number>) => {
    for (const place of places) if (one[place] === "*") places.add(place + 1);
    return places;
  };
  spread(reached);
  for (const letter of other) {
    const next = new Set<number>(letter === "*" ? reached : []);
    if (letter === "*") {
      for (const place of reached) for (let at = place; at <= one.length; at++) next.add(at);
    } else {
      for (const place of reached) {
        const own = one[place];
        if (own === "*") next.add(place);
        else if (own !== undefined && (own === letter || own === "?" || letter === "?")) next.add(place + 1);
      }
    }
    reached = spread(next);
  }
  return reached.has(one.length);
}

function keptStatements(limit: PermissionLimit): KeptStatement[] {
  if (typeof limit !== "string") return limit.map(allowStatement);
  const { Statement } = JSON.parse(limit) as { Statement?: KeptStatement | KeptStatement[] };
  return Statement === undefined ? [] : [Statement].flat();
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}
