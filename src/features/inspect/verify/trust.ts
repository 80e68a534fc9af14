import { type Judgement, fail, pass, skip } from "./finding.js";

/** Where the tasks run that are to take a role. */
export interface Taker {
  partition: string;
  region: string;
  account: string;
}

/** A trust policy's statement, as far as it is looked at. */
export interface Statement {
  Effect?: string;
  Principal?: { Service?: string | string[]; Federated?: string | string[] } | string;
  Action?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const tasks = "ecs-tasks.amazonaws.com";

/**
 * Whether a trust policy lets ECS's tasks there take the role. Conditions other than those on the source's account and
 * ARN cannot be judged from here. Source: IAM, "How a principal can assume a role"; ECS, "Task IAM role".
 */
export function judgeTrust(document: string, taker: Taker): Judgement {
  const statements = statementsOf(document);
  if (statements === undefined) return skip("Its trust policy is not JSON.");
  const fitting = statements.filter(isForTasks);
  if (fitting.some(({ Effect }) => Effect === "Deny"))
    return skip("Its trust policy denies tasks, perhaps only some.");
  if (fitting.length === 0) return fail(`Its trust policy does not let ${tasks} assume it.`);
  const met = fitting.map((statement) => meets(statement.Condition ?? {}, taker));
  if (met.includes(true)) return pass("ECS tasks may assume it.");
  return met.includes(undefined)
    ? skip("Its trust policy has conditions that only AWS can judge.")
    : fail(`The conditions of its trust policy do not fit ${taker.account} in ${taker.region}.`);
}

/** Undefined where the document is no JSON. */
export function statementsOf(document: string): Statement[] | undefined {
  try {
    const { Statement: found = [] } = JSON.parse(document) as { Statement?: Statement | Statement[] };
    return [found].flat();
  } catch {
    return undefined;
  }
}

function isForTasks({ Principal, Action }: Statement): boolean {
  const services = typeof Principal === "object" ? [Principal.Service ?? []].flat() : [Principal];
  const actions = [Action ?? []].flat();
  return (
    services.some((one) => one === tasks || one === "*") &&
    actions.some((one) => matchesWildcard(one, "sts:AssumeRole"))
  );
}

/** True, false, or undefined where a condition is not one of those that are known here. */
function meets(condition: NonNullable<Statement["Condition"]>, taker: Taker): boolean | undefined {
  const { partition, region, account } = taker;
  const source = `arn:${partition}:ecs:${region}:${account}:`;
  const parts = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const wanted = [values].flat();
      const name = `${operator} ${key}`.toLowerCase();
      if (/^string(equals|like) aws:sourceaccount$/.test(name))
        return wanted.some((one) => matchesWildcard(one, account));
      if (/^(arn(like|equals)|stringlike) aws:sourcearn$/.test(name))
        return wanted.some((one) => begins(one, source));
      return undefined;
    }),
  );
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** Whether some ARN that begins with `source` fits the pattern. */
function begins(pattern: string, source: string): boolean {
  const head = pattern.split(":").slice(0, 5).join(":");
  return pattern === "*" || matchesWildcard(`${head}:`, source);
}

/** IAM's wildcards: `*` is any text, `?` any character. */
export function matchesWildcard(pattern: string, text: string, { ignoreCase = true } = {}): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, ignoreCase ? "i" : "").test(text);
}
