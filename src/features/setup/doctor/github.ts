import {
  building,
  isDeployedTo,
  type PlannedEnvironment,
} from "../../../../stacks/components/github/environments.js";
import { persist } from "../../../../stacks/components/github/labels.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { deploymentPolicies } from "../../../adapters/github/environment-policies.js";
import {
  environmentFacts,
  labelExists,
  secretNames,
  variablesOf,
} from "../../../adapters/github/settings.js";
import { type Finding, find, type Judgement, fail, pass } from "../../inspect/verify/finding.js";
import type { DoctorRequest } from "./doctor-input.js";

const make = "`moorage infra up github` creates it";

/** What the workflows count on in the repository. */
export function githubFindings(github: GitHub, wanted: DoctorRequest): Promise<Finding>[] {
  return [
    ...[wanted.label, persist].map((label) => find(`GitHub/label ${label}`, () => judgeLabel(github, label))),
    ...wanted.environments.map((environment) =>
      find(`GitHub/environment ${environment.on}`, () => judgeEnvironment(github, environment, wanted.gates)),
    ),
    find("GitHub/variables", () => judgeVariables(github, wanted)),
    find("GitHub/static keys", () => judgeKeys(github)),
  ];
}

/** Trust, branch rules and promotions follow one branch: it must be the one that GitHub deploys from. */
export function judgeMain(expected: string, actual: string): Judgement {
  if (expected === actual) return pass(`${actual} is GitHub's default branch, and the configuration's.`);
  return fail(
    `GitHub's default branch is ${actual}, but roles, branch rules and promotions expect ${expected}: set \`moorage:main: { branch: ${actual} }\` in Pulumi.yaml, then run \`moorage infra up\` for each foundation and for github.`,
  );
}

async function judgeLabel(github: GitHub, label: string): Promise<Judgement> {
  return (await labelExists(github, label)) ? pass("It exists.") : fail(`It does not exist: ${make}.`);
}

async function judgeEnvironment(
  github: GitHub,
  { name, on, branches, tags, unreviewed }: PlannedEnvironment,
  gates: DoctorRequest["gates"],
): Promise<Judgement> {
  const facts = await environmentFacts(github, on);
  if (facts === undefined)
    return fail(`It does not exist, and a job would create one without protection: ${make}.`);
  const isGated = facts.hasReviewers || facts.wait > 0;
  if (gates[name] === "approval" && !isGated) {
    return fail(
      "moorage:release says approval, but it has neither reviewers nor a wait timer: releases stop before it.",
    );
  }
  // Previews are made of any branch.
  const isOpen = name === "preview" || branches.length + tags.length === 0;
  if (facts.refs === "any") {
    return isOpen
      ? pass(`${described(facts)}; any branch or tag may deploy there.`)
      : fail(`Any branch or tag may deploy there, so whoever can push can assume its role: ${make} fit.`);
  }
  if (facts.refs === "protected") return pass(`${described(facts)}; protected branches may deploy there.`);
  const policies = await deploymentPolicies(github, on);
  const has = (type: string, pattern: string) =>
    policies.some((one) => one.type === type && one.name === pattern);
  const missing = [
    ...branches.filter((pattern) => !has("branch", pattern)),
    ...tags.filter((pattern) => !has("tag", pattern)).map((pattern) => `tag ${pattern}`),
  ];
  const more = policies.filter(({ type, name: pattern }) => {
    return !(type === "branch" ? branches : tags).includes(pattern);
  });
  if (missing.length === 0 && more.length > 0 && !isOpen) {
    return fail(
      `It also accepts ${more.map(({ type, name: pattern }) => `${type} ${pattern}`).join(", ")}, which Pulumi.github.yaml does not list: whoever can push there can assume its role.`,
    );
  }
  if (missing.length === 0 && tags.length > 0 && !isGated && !unreviewed) {
    return fail(
      `Whoever can push a tag ${tags.join(" or ")} deploys there without approval: give it reviewers, or say \`unreviewed: true\` in Pulumi.github.yaml.`,
    );
  }
  if (missing.length === 0)
    return pass(`${described(facts)}; deployed to from ${[...branches, ...tags].join(", ")}.`);
  return fail(
    `Its branch policy keeps out ${missing.join(", ")}: GitHub would refuse those runs; ${make} fit.`,
  );
}

function described({ hasReviewers, wait }: { hasReviewers: boolean; wait: number }): string {
  const gates = [...(hasReviewers ? ["reviewers"] : []), ...(wait > 0 ? [`a wait of ${wait} min`] : [])];
  return gates.length === 0 ? "No approval" : `It has ${gates.join(" and ")}`;
}

function hasPreviews(environments: DoctorRequest["environments"]): boolean {
  return environments.some(({ name }) => name === "preview");
}

/** The key that workflows without OIDC would use. */
const staticKeys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

async function judgeVariables(github: GitHub, { environments, suffix }: DoctorRequest): Promise<Judgement> {
  const common = await variablesOf(github);
  const missing = [
    "AWS_REGION",
    ...(suffix === "" ? ["MOORAGE_BUILD_ROLE_ARN"] : []),
    ...(hasPreviews(environments) ? ["MOORAGE_PREVIEW_BUILD_ROLE_ARN"] : []),
    "PULUMI_BACKEND_URL",
  ]
    .map((name) => `${name}${suffix}`)
    .filter((name) => !(name in common));
  for (const { name, on } of environments) {
    const own = { ...common, ...(await variablesOf(github, on)) };
    const role = isDeployedTo(name) ? "MOORAGE_DEPLOY_ROLE_ARN" : "MOORAGE_BUILD_ROLE_ARN";
    if ((isDeployedTo(name) || (name === building && suffix !== "")) && !(role in own))
      missing.push(`${role} of ${on}`);
  }
  if (missing.length === 0) return pass("All variables of the workflows are set.");
  return fail(
    `Not set: ${missing.join(", ")}. Set them in Pulumi.github.yaml, then run \`moorage infra up github\`.`,
  );
}

/** They work, so they are no failure; OIDC's end within the hour, and nobody can take them along. */
async function judgeKeys(github: GitHub): Promise<Judgement> {
  const found = (await secretNames(github)).filter((name) => staticKeys.includes(name));
  if (found.length === 0) return pass("None: roles are assumed by OIDC.");
  return pass(
    `Warning: the secrets ${found.join(", ")} are long-lived keys. They work; roles by OIDC are safer.`,
  );
}
