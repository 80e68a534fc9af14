import { calls } from "./calls.js";
import { infraStatements } from "./infra.js";
import { besidePlaces, sharedPlaces } from "./parts.js";
import { type Condition, type Place, type PlaceName, places } from "./places.js";
import { isPlanned } from "./plan.js";
import type { Access, Scope } from "./scope.js";

export interface Statement {
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Condition;
}

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/**
 * A role's policies: what is its own stack's, inline; what of that stands beside its services, where one policy would be too long;
 * and what all stacks of a foundation share. The last two are managed policies.
 */
export type Part = "own" | "beside" | "shared";

/** Source: IAM, "IAM and AWS STS quotas": of all inline policies of a role together, and of a managed policy. */
export const mostCharacters: Readonly<Record<Part, number>> = { own: 10_240, beside: 6_144, shared: 6_144 };

/** Whoever deploys has three policies, the others two: IAM takes no policy that says nothing. */
export function policyParts(access: Access): readonly Part[] {
  return isDeploying(access) ? ["own", "beside", "shared"] : ["own", "shared"];
}

function isDeploying(access: Access): boolean {
  return usual.includes(access);
}

/** One part as IAM takes it. Throws a RangeError, with what would help, where it is too long for IAM. */
export function policyText(access: Access, scope: Scope, part: Part): string {
  const text = JSON.stringify(policyOf(access, scope, part));
  if (text.length <= mostCharacters[part]) return text;
  throw new RangeError(
    `The ${part} policy of the role to ${access} ${scope.stack} has ${text.length} characters, and IAM takes ` +
      `${mostCharacters[part]}: shorten moorage:app or the environment's name, or name fewer repositories.`,
  );
}

/** Who makes a call that names nobody. */
const usual: readonly Access[] = ["preview", "deploy"];

/** What a role may do, or one part of it: the calls that the table has for it, each at its places. */
export function policyOf(access: Access, scope: Scope, part?: Part): PolicyDocument {
  if (access === "infra") return { Version: "2012-10-17", Statement: infraStatements(scope, part) };
  const byPlace = new Map<PlaceName, string[]>();
  for (const [action, { at, for: accesses = usual }] of Object.entries(calls)) {
    if (access === "plan" ? !isPlanned(action, accesses) : !accesses.includes(access)) continue;
    for (const place of typeof at === "string" ? [at] : at) {
      byPlace.set(place, [...(byPlace.get(place) ?? []), action]);
    }
  }
  const statements: Statement[] = [];
  for (const [place, actions] of byPlace) {
    if (part === undefined || part === partOf(access, place)) add(statements, actions, places[place](scope));
  }
  return { Version: "2012-10-17", Statement: statements.map(tidy) };
}

function partOf(access: Access, place: PlaceName): Part {
  if (sharedPlaces.includes(place)) return "shared";
  return isDeploying(access) && besidePlaces.includes(place) ? "beside" : "own";
}

/**
 * IAM counts characters, so places share a statement where that allows nothing more: under the same condition on tags,
 * or where their calls are of different services and so go to no resource of the other's.
 */
function add(statements: Statement[], actions: string[], { resources, condition }: Place): void {
  if (resources.length === 0) return;
  const same = JSON.stringify(condition);
  const found = statements.find((statement) => {
    if (JSON.stringify(statement.Condition) !== same) return false;
    return condition === undefined
      ? areApart(statement, actions, resources)
      : !isAnywhere(resources, statement.Resource);
  });
  if (found === undefined) {
    statements.push({
      Effect: "Allow",
      Action: actions,
      Resource: [...resources],
      ...(condition && { Condition: condition }),
    });
    return;
  }
  found.Action = [...found.Action, ...actions];
  found.Resource = [...found.Resource, ...resources];
}

function areApart(statement: Statement, actions: readonly string[], resources: readonly string[]): boolean {
  if (isAnywhere(resources, statement.Resource)) return false;
  const services = new Set(statement.Action.map(serviceOf));
  return !actions.map(serviceOf).some((service) => services.has(service) && !together.has(service));
}

function isAnywhere(...all: (readonly string[])[]): boolean {
  return all.some((resources) => resources.includes("*"));
}

function serviceOf(action: string): string {
  return action.split(":", 1)[0] ?? action;
}

/**
 * Beginnings that stand for all actions that begin so, where a statement has several of them: IAM counts characters, and there
 * are no others that a role's resources go with. Source: Service Authorization Reference.
 */
const beginnings = [
  // What AWS tells of load balancers is told for all of them or for none: there are no resources to name.
  "elasticloadbalancing:Describe",
  "elasticloadbalancing:ModifyTargetGroup",
  "ec2:AuthorizeSecurityGroup",
  "ec2:RevokeSecurityGroup",
  "ecr:DescribeImage",
  "ecs:DescribeService",
  "iam:GetPolicy",
  "iam:GetRole",
  "iam:List",
  // What Cloud Map tells of namespaces are names.
  "servicediscovery:Get",
  "servicediscovery:List",
];

/** The same for endings: of a role's policies, an image's layers, a version's parameter, the state's objects. */
const endings = ["iam:*RolePolicy", "ecr:*LayerUpload", "ssm:*Parameter", "s3:*Object"];

/** Services of which a stack's own may be all in one statement: what may be done to one kind is no call for another. */
const together: ReadonlySet<string> = new Set(["events", "scheduler", "states"]);

/** Whoever may change and delete what is its own there may do all that can be done to it. */
const whole: readonly string[] = [
  "scheduler:UpdateSchedule",
  "events:PutRule",
  "states:UpdateStateMachine",
  "logs:DeleteLogGroup",
  "cloudwatch:DeleteAlarms",
];

const patterns = [...beginnings.map((beginning) => `${beginning}*`), ...endings];

function isOf(pattern: string, action: string): boolean {
  const [beginning = "", ending = ""] = pattern.split("*");
  return action.startsWith(beginning) && action.endsWith(ending);
}

function tidy(statement: Statement): Statement {
  const { Action, Resource } = statement;
  const wholly = new Set(whole.filter((action) => Action.includes(action)).map(serviceOf));
  const shortened = Action.map((action) => {
    if (wholly.has(serviceOf(action))) return `${serviceOf(action)}:*`;
    return (
      patterns.find((one) => isOf(one, action) && Action.filter((other) => isOf(one, other)).length > 1) ??
      action
    );
  });
  return { ...statement, Action: [...new Set(shortened)].sort(), Resource: [...new Set(Resource)].sort() };
}
