import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { matchesWildcards } from "../../../src/core/project/wildcards.js";

/** One request, as AWS evaluates it. */
export interface Request {
  action: string;
  resource: string;
  /** Whose the resource is. */
  owner?: string;
  context?: Record<string, string | string[]>;
}

export interface Policies {
  /** The role's. */
  identity: object;
  /** A repository's, which another account's role needs too. */
  resource?: object;
  /** What bounds the role. */
  boundary?: object;
}

export const account = "111111111111";

/**
 * Calls whose resources the simulator's data gets wrong: it knows load balancers only, AWS takes all that can be tagged
 * (Service Authorization Reference, "Elastic Load Balancing V2"). They are judged without its check of the request.
 */
const unchecked = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"];

/**
 * The simulator knows no key of the caller's choice, such as `kms:EncryptionContext:stack`: one that it does know, and that nothing
 * here uses, stands for it in the request and in the policy.
 */
const standIn = <Value>(value: Value): Value =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll("kms:EncryptionContext:stack", "kms:RequestAlias")
      .replaceAll("kms:EncryptionContext:aws:s3:arn", "kms:EncryptionAlgorithm"),
  ) as Value;

const nobody = { serviceControlPolicies: [], resourceControlPolicies: [] };

const judged = new Map<string, Promise<boolean>>();

/** Whether IAM allows it. Throws where action or policy is none that AWS knows. The same question is simulated once. */
export function isAllowed(request: Request, policies: Policies, caller = account): Promise<boolean> {
  const { identity, ...others } = policies;
  const key = JSON.stringify([request, numberOf(identity), others, caller]);
  const known = judged.get(key) ?? simulate(request, policies, caller);
  judged.set(key, known);
  return known;
}

const numbers = { byObject: new WeakMap<object, number>(), byText: new Map<string, number>() };

/** Stands for a policy: the same one for the same text. */
function numberOf(policy: object): number {
  const known = numbers.byObject.get(policy);
  if (known !== undefined) return known;
  const text = JSON.stringify(policy);
  const number = numbers.byText.get(text) ?? numbers.byText.size;
  numbers.byText.set(text, number);
  numbers.byObject.set(policy, number);
  return number;
}

interface Document {
  Statement: { Action?: string | string[] }[];
}

/** Policies that the simulator has read whole, and found valid. */
const valid = new Map<number, Document>();

/**
 * The statements that can decide about an action. One of other actions alone decides nothing, and the simulator judges its
 * conditions all the same: most of its time. All of them, the first time that a policy is asked about.
 */
function decisive(action: string, identity: object): object {
  const number = numberOf(identity);
  const known = valid.get(number);
  if (known === undefined) {
    const whole = standIn(identity) as Document;
    valid.set(number, whole);
    return whole;
  }
  const names = ({ Action }: Document["Statement"][number]) =>
    Action === undefined || [Action].flat().some((pattern) => matches(pattern, action));
  const Statement = known.Statement.filter(names);
  return Statement.length === 0 ? known : { ...known, Statement };
}

const matches = (pattern: string, action: string) =>
  matchesWildcards(pattern.toLowerCase(), action.toLowerCase());

async function simulate(
  request: Request,
  { identity, resource, boundary }: Policies,
  caller: string,
): Promise<boolean> {
  const simulation: Simulation = {
    request: simulated(standIn(request), caller),
    identityPolicies: [{ name: "identity", policy: decisive(request.action, identity) }],
    ...(resource && { resourcePolicy: standIn(resource) }),
    ...(boundary && { permissionBoundaryPolicies: [{ name: "boundary", policy: boundary }] }),
    ...nobody,
  };
  if (unchecked.includes(request.action)) return runUnsafeSimulation(simulation, {}) === "Allowed";
  const answer = await runSimulation(simulation, {});
  if (answer.resultType === "error") {
    throw new Error(`${request.action} on ${request.resource}: ${JSON.stringify(answer.errors)}`);
  }
  return answer.overallResult === "Allowed";
}

function simulated(
  { action, resource, owner = account, context = {} }: Request,
  caller = account,
): Simulation["request"] {
  return {
    action,
    principal: `arn:aws:sts::${caller}:assumed-role/role/session`,
    resource: { resource, accountId: owner },
    contextVariables: context,
  };
}

interface TrustDocument {
  Statement: { Effect: string; Principal: { Federated: string }; Action: string; Condition: object }[];
}

/**
 * Whether a token with these claims may take a role of this trust policy. The simulator knows neither `sub` nor `aud` of
 * a token, so what it would leave out is judged as a policy of the caller's, and the provider is compared here.
 */
export function isTrusted(trust: string, provider: string, claims: Record<string, string>): boolean {
  const { Statement } = JSON.parse(trust) as TrustDocument;
  const statements = Statement.filter(({ Principal }) => Principal.Federated === provider).map(
    ({ Effect, Action, Condition }) => ({ Effect, Action, Condition, Resource: "*" }),
  );
  if (statements.length === 0) return false;
  const [action, resource] = ["sts:AssumeRoleWithWebIdentity", `arn:aws:iam::${account}:role/moorage/any`];
  const identity = { Version: "2012-10-17", Statement: statements };
  const identityPolicies = [{ name: "trust", policy: identity }];
  const request = simulated({ action, resource, context: claims });
  return runUnsafeSimulation({ request, identityPolicies, ...nobody }, {}) === "Allowed";
}
