import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { calls } from "../../../../stacks/policies/calls.js";
import { policyOf } from "../../../../stacks/policies/generate.js";
import { pullPolicy } from "../../../../stacks/components/foundation/repository-policies.js";
import { driverActions, usedTypes } from "../used.js";
import { isAllowed } from "../simulate.js";
import { foundationCalls } from "./foundation-calls.js";
import { boundaryOf, movedTo, scopeOfStep, type Whose } from "./ground.js";
import type { Step } from "./journey.js";
import { invokeCalls, providerCalls } from "./provider-calls.js";
import type { Needed, Traced } from "./requests.js";

const { steps } = JSON.parse(readFileSync(new URL("trace.json", import.meta.url), "utf8")) as Traced;

type Role = Pick<Step, "role" | "stack" | "account">;

/** Every role of the journey, with what it needed in all of its commands. */
function needsOf({ role, stack, account }: Role): Needed[] {
  const own = steps.filter((step) => step.role === role && step.stack === stack && step.account === account);
  return own.flatMap(({ requests }) => requests);
}

const roles: Role[] = [
  ...new Map(
    steps.map(({ role, stack, account }) => [`${role} ${stack}`, { role, stack, account }]),
  ).values(),
];

/** A key made without a policy of its own leaves it to the account's; a repository lets the accounts after it pull. */
function resourcePolicy({ action, resource }: Needed, account: string): object | undefined {
  const owner = resource.split(":")[4];
  return action.startsWith("ecr:") && owner !== "" && owner !== undefined && owner !== account
    ? (JSON.parse(pullPolicy("aws", [account])) as object)
    : undefined;
}

const identities = new Map<string, object>();

function identityOf(role: Role): object {
  const key = JSON.stringify([role.role, role.stack, role.account]);
  const identity = identities.get(key) ?? policyOf(role.role, scopeOfStep(role));
  identities.set(key, identity);
  return identity;
}

async function may({ account, ...role }: Role, need: Needed): Promise<boolean> {
  const { action, context = {}, resource } = need;
  const owner = resource.split(":")[4] || account;
  const known = Object.fromEntries(
    Object.entries(context).map(([key, value]) => [
      key,
      value.replace("{boundary}", boundaryOf(role.stack, account)),
    ]),
  );
  const shared = resourcePolicy(need, account);
  return isAllowed(
    { action, resource, owner, context: known },
    { identity: identityOf({ ...role, account }), ...(shared && { resource: shared }) },
    account,
  );
}

async function judged(role: Role, needs: readonly Needed[], expected: boolean): Promise<string[]> {
  const all = await Promise.all(needs.map(async (need) => ({ need, allowed: await may(role, need) })));
  return all
    .filter(({ allowed }) => allowed !== expected)
    .map(({ need: { action, resource, by } }) => `${action} ${resource} (${by})`);
}

/** What a role asks for and is refused, as it should be: by the role, the action and the resource. */
const refused: readonly [what: RegExp, why: string][] = [
  [
    /^preview ecs:(DeregisterTaskDefinition \*|DeleteTaskDefinitions )/,
    "IAM cannot say whose they are: the preview's stay, and are named (docs/aws.md)",
  ],
  [
    /^deploy s3:PutObject \S+\/\.pulumi\/meta\.yaml$/,
    "the first run on an empty bucket, which is its foundation's, with a person's rights",
  ],
];

const isRefused = ({ role }: Role, { action, resource }: Needed) =>
  refused.some(([what]) => what.test(`${role} ${action} ${resource}`));

describe.each(roles)("the role to $role $stack", (role) => {
  it("F51: is denied nothing that a journey on the local target, and the official provider behind it, asks for", async () => {
    const needs = needsOf(role);
    expect(needs.length).toBeGreaterThan(10);
    const wanted = needs.filter((need) => !isRefused(role, need));
    expect(await judged(role, wanted, true)).toEqual([]);
    const unwanted = needs.filter((need) => isRefused(role, need));
    expect(await judged(role, unwanted, false)).toEqual([]);
  });
});

/** What the state's bucket and Pulumi's secrets provider do with the key. Source: S3, "Using SSE-KMS"; Pulumi, `awskms`. */
function keyNeeds({ stack, account }: Role): Needed[] {
  const resource = `arn:aws:kms:us-east-1:${account}:key/1`;
  const own = { "kms:EncryptionContext:stack": `hello/${stack}` };
  return [
    { action: "kms:Decrypt", resource, context: own, by: "state" },
    { action: "kms:Encrypt", resource, context: own, by: "state" },
  ];
}

const others: Whose[] = [
  { app: "hello", stack: "eu-dev", account: "111111111111" },
  { app: "hello", stack: "pr-7", account: "111111111111" },
  { app: "hello", stack: "prod", account: "111111111111" },
  { app: "hello-world", stack: "dev", account: "111111111111" },
  { app: "hello-world", stack: "pr-42", account: "111111111111" },
  { app: "hello", stack: "dev", account: "999999999999" },
  { app: "hello", stack: "pr-42", account: "999999999999" },
];

/** What is allowed on another's, and why: by the action, and where it matters by the resource. */
const untold: readonly [what: RegExp, why: string][] = [
  [/^[a-z0-9-]+:[A-Za-z]+ \*$/, "AWS knows no resource of it"],
  [
    /^ecs:Describe(Clusters|Tasks) /,
    "environments and previews of a foundation share its cluster; it changes nothing",
  ],
  [
    /^logs:\S+ \S+:log-group:\/ecs\/(dev|pr-42)\//,
    "AWS takes no tags for it, and the name says no app: docs/aws.md, logGroupPrefix",
  ],
  [/^application-autoscaling:/, "the ARN says no stack, and AWS makes it of random digits"],
  [/^(iam:CreateServiceLinkedRole|cloudwatch:DescribeAlarms) /, "one for the whole account"],
  [/^ecr:\S+ \S+repository\/hello(-previews)?$/, "an app's environments have the same images"],
  [/^sqs:GetQueue/, "how many messages wait in the team's own queues, which no stack makes"],
  [/^s3:ListBucket /, "names of stacks alone"],
  [/^s3:GetObject \S+\/\.pulumi\/meta\.yaml$/, "which layout the bucket has"],
  [
    /^s3:GetObject \S+\/\.moorage(-builds)?\/hello\//,
    "a promotion reads what other environments ran; no secrets",
  ],
  [
    /^ecs:DeleteTaskDefinitions \S+:task-definition\/hello-(web|webtcp|api|gc|load|slow)-pr-/,
    "the role of previews' base environment removes what they may not; their own role has none of it",
  ],
  [/^iam:PassRole \S+\/moorage-preview-/, "the previews of an app share two roles"],
];

const whyOf = ({ action, resource }: Needed) =>
  untold.find(([what]) => what.test(`${action} ${resource}`))?.[1];

describe.each(roles.filter(({ role, stack }) => role !== "infra" && /^(dev|pr-42)$/.test(stack)))(
  "the role to $role $stack, on what is another's",
  (role) => {
    const own = { app: "hello", stack: role.stack, account: role.account };
    const needs = [...needsOf(role), ...keyNeeds(role)];

    it.each(others.filter((other) => !isOwn(role, other)))(
      "F51: may do nothing of $app, $stack, $account that IAM can tell from its own",
      async (other) => {
        const moved = needs.map((need) => movedTo(other, own, need));
        // A bucket's name says no account: what has the same name there is the same object.
        const told = moved.filter((need) => whyOf(need) === undefined && !isSameObject(own, other, need));
        // A plan reads, and most of that is told for a whole account.
        expect(told.length).toBeGreaterThan(role.role === "plan" ? 1 : 20);
        expect(await judged(role, told, false)).toEqual([]);
      },
    );
  },
);

/** Operations of the driver that the journey does not come to, and when they are made. */
const notWalked: Readonly<Record<string, string>> = {
  "acm:DescribeCertificate": "services with hosts of their own, at a listener that encrypts",
  "elasticloadbalancing:DescribeListenerCertificates":
    "services with hosts of their own, at a listener that encrypts",
  "ecs:StopServiceDeployment": "`cancel` and an interruption, while a rollout runs",
  "iam:GetPolicy": "a foundation's, after an interrupted `infra up`",
  "servicequotas:GetAWSDefaultServiceQuota": "a quota that was never changed; the local target has each",
};

/** All previews of an app are one role's. */
function isOwn({ stack, account }: Role, other: Whose): boolean {
  const isAlike = stack === other.stack || (stack.startsWith("pr-") && other.stack.startsWith("pr-"));
  return other.app === "hello" && isAlike && other.account === account;
}

function isSameObject(own: Whose, other: Whose, { action }: Needed): boolean {
  return own.app === other.app && own.stack === other.stack && action.startsWith("s3:");
}

describe("the trace", () => {
  const needed = steps.flatMap(({ requests }) => requests);
  const actions = new Set(needed.map(({ action }) => action));

  it("gives a reason for nothing that is not asked", () => {
    const asked = needed.map(({ action, resource }) => `${action} ${resource}`);
    const idle = untold.filter(([what]) => !asked.some((one) => what.test(one)));
    expect(idle.map(([what]) => what.source)).toEqual([]);
  });

  it("has every operation of the driver's SDK clients, but a person's, and those that no journey on one machine can show", () => {
    const ofPeople = (action: string) => calls[action]?.for?.every((access) => access === "person") ?? false;
    const roles = driverActions().filter((action) => !ofPeople(action));
    const missing = roles.filter((action) => !actions.has(action) && !(action in notWalked));
    expect(missing).toEqual([]);
    const needless = Object.keys(notWalked).filter((action) => actions.has(action));
    expect(needless).toEqual([]);
  });

  it("has every resource type of environments and previews, with what the provider asks for it", () => {
    const used = usedTypes("stacks", /foundation|github/);
    expect(used.filter((type) => !(type in providerCalls) && !(type in invokeCalls))).toEqual([]);
    const made = new Set(needed.map(({ by }) => by));
    const never = Object.keys(providerCalls).filter((type) => !made.has(`create ${type}`));
    expect(never).toEqual([]);
  });

  it("has every resource type of foundations: the role that applies them may do what the provider asks", () => {
    const used = usedTypes("stacks", /^$/).filter((type) => type.startsWith("aws:"));
    const known = (type: string) => type in foundationCalls || type in providerCalls || type in invokeCalls;
    expect(used.filter((type) => !known(type))).toEqual([]);
    const infra = policyOf(
      "infra",
      scopeOfStep({ role: "infra", stack: "foundation-dev", account: "111111111111" }),
    );
    const granted = infra.Statement.flatMap(({ Action }) => Action);
    const grants = (action: string) =>
      granted.some((one) => new RegExp(`^${one.replaceAll("*", ".*")}$`).test(action));
    expect([...new Set(Object.values(foundationCalls).flat())].filter((action) => !grants(action))).toEqual(
      [],
    );
  });
});
