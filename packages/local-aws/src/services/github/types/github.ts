import { createHash } from "node:crypto";
import type { Properties } from "../../../provider/values.js";
import { storedType, type RecordedType, type Reference } from "../../../resources/recorded.js";
import type { Failure, ResourceType, Scope } from "../../../resources/resource.js";
import { text } from "../../../resources/convert.js";

// What forces a replacement, and the form of ids: github.com/integrations/terraform-provider-github, the resources'
// schemas and importers.

/** Numbers such as GitHub gives: the same name has the same one, so that what exists can be found again. */
export function githubNumber(...names: string[]): number {
  return createHash("sha256").update(names.join("\n")).digest().readUIntBE(0, 5);
}

function idOf(...properties: string[]): (inputs: Properties) => string {
  return (inputs) => properties.map((property) => text(inputs[property])).join(":");
}

function ofRepository({ repository }: Properties): Properties {
  return { repositoryId: githubNumber(text(repository)) };
}

const noSuchEnvironment: Reference = {
  type: "github/repositoryEnvironment",
  property: "environment",
  by: "environment",
  code: "404",
  message: (name) => `Not Found: there is no environment ${name}.`,
};

const environmentRow: RecordedType = {
  token: "github:index/repositoryEnvironment:RepositoryEnvironment",
  replaces: ["repository", "environment"],
  id: idOf("repository", "environment"),
  outputs: (inputs) => ({ ...ofRepository(inputs), canAdminsBypass: true, preventSelfReview: false }),
  overwrites: true,
  check: checkEnvironment,
};

/** https://docs.github.com/en/rest/deployments/environments, "Create or update an environment". */
function checkEnvironment({ waitTimer, reviewers, deploymentBranchPolicy }: Properties): Failure[] {
  const failures: Failure[] = [];
  const fail = (property: string, reason: string) => void failures.push({ property, reason });
  if (typeof waitTimer === "number" && !(waitTimer >= 0 && waitTimer <= 43_200)) {
    fail("waitTimer", `expected wait_timer to be in the range (0 - 43200), got ${waitTimer}`);
  }
  const [people] = Array.isArray(reviewers) ? (reviewers as { users?: unknown[]; teams?: unknown[] }[]) : [];
  if ((people?.users?.length ?? 0) + (people?.teams?.length ?? 0) > 6) {
    fail("reviewers", "a maximum of 6 reviewers (users and teams combined) can be set for an environment");
  }
  const { protectedBranches, customBranchPolicies } = (deploymentBranchPolicy ?? {}) as Properties;
  if (protectedBranches !== undefined && protectedBranches === customBranchPolicies) {
    fail(
      "deploymentBranchPolicy",
      "protected_branches and custom_branch_policies cannot have the same value",
    );
  }
  return failures;
}

const deploymentPolicyRow: RecordedType = {
  token: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  replaces: ["repository", "environment"],
  id: (inputs) => `${idOf("repository", "environment")(inputs)}:${policyNumber(inputs)}`,
  outputs: (inputs) => ({ ...ofRepository(inputs), policyId: policyNumber(inputs) }),
  overwrites: true,
  parents: [noSuchEnvironment],
  check: ({ branchPattern, tagPattern }) =>
    (branchPattern === undefined) === (tagPattern === undefined)
      ? [{ property: "", reason: "one of branch_pattern and tag_pattern must be specified" }]
      : [],
};

function policyNumber({ repository, environment, branchPattern, tagPattern }: Properties): number {
  const [kind, pattern] = branchPattern === undefined ? ["tag", tagPattern] : ["branch", branchPattern];
  return githubNumber(text(repository), text(environment), kind, text(pattern));
}

const alreadyThere = { code: "409", message: () => "Already exists - Variable already exists", status: 409 };
const now = () => new Date().toISOString();

const variableRow: RecordedType = {
  token: "github:index/actionsVariable:ActionsVariable",
  replaces: ["repository", "variableName"],
  id: idOf("repository", "variableName"),
  outputs: (inputs) => ({ ...ofRepository(inputs), createdAt: now(), updatedAt: now() }),
  unique: { by: ["repository", "variableName"], ...alreadyThere },
  check: checkVariable,
};

const environmentVariableRow: RecordedType = {
  ...variableRow,
  token: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  replaces: ["repository", "environment", "variableName"],
  id: idOf("repository", "environment", "variableName"),
  unique: { by: ["repository", "environment", "variableName"], ...alreadyThere },
  parents: [noSuchEnvironment],
};

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables, "Naming conventions" and "Limits". */
function checkVariable({ variableName, value }: Properties): Failure[] {
  const name = text(variableName);
  const failures: Failure[] = [];
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || /^github_/i.test(name)) {
    failures.push({ property: "variableName", reason: `${name} is no valid name of a variable` });
  }
  if (Buffer.byteLength(text(value)) > 48 * 1024) {
    failures.push({ property: "value", reason: "a variable's value is at most 48 KB" });
  }
  return failures;
}

const labelRow: RecordedType = {
  token: "github:index/issueLabel:IssueLabel",
  autoname: "name",
  replaces: ["repository"],
  id: idOf("repository", "name"),
  outputs: ({ repository, name }) => ({
    url: `https://api.github.com/repos/local/${text(repository)}/labels/${encodeURIComponent(text(name))}`,
  }),
  // Since v6.13.0 the provider creates outright (pull request 3342); names are compared without case.
  unique: {
    by: ["repository", "name"],
    code: "422",
    message: () => "Validation Failed [{Resource:Label Field:name Code:already_exists Message:}]",
    status: 422,
  },
  check: ({ color, description }) => [
    ...(/^[0-9a-f]{6}$/i.test(text(color))
      ? []
      : [{ property: "color", reason: `expected six hexadecimal digits, got ${text(color)}` }]),
    ...(text(description).length <= 100
      ? []
      : [{ property: "description", reason: "a label's description is at most 100 characters" }]),
  ],
};

const rulesetRow: RecordedType = {
  token: "github:index/repositoryRuleset:RepositoryRuleset",
  autoname: "name",
  replaces: ["repository", "target"],
  id: ({ repository, name }) => String(githubNumber(text(repository), text(name))),
  outputs: ({ repository, name }, id) => ({
    rulesetId: Number(id),
    nodeId: `RRS_${id}`,
    etag: `W/"${githubNumber(text(repository), text(name), "etag")}"`,
  }),
  unique: {
    by: ["repository", "name"],
    code: "422",
    message: () => "Validation Failed: Name must be unique",
    status: 422,
  },
};

const environment: ResourceType = { ...storedType(environmentRow), delete: deleteEnvironment };

/** With an environment go its variables and policies, without a call for each. */
async function deleteEnvironment(id: string, state: Properties, scope: Scope): Promise<void> {
  for (const type of ["github/actionsEnvironmentVariable", "github/repositoryEnvironmentDeploymentPolicy"]) {
    const within = scope.rows.list(type, scope.site).filter((row) => row.id.startsWith(`${id}:`));
    for (const row of within) scope.rows.remove(type, scope.site, row.id);
  }
  return storedType(environmentRow).delete(id, state, scope);
}

const deploymentPolicy: ResourceType = {
  ...storedType(deploymentPolicyRow),
  // A policy for branches cannot become one for tags.
  replacesWhen: (olds, news) =>
    (olds["tagPattern"] === undefined) === (news["tagPattern"] === undefined)
      ? []
      : ["branchPattern", "tagPattern"],
};

const ruleset = byImport(storedType(rulesetRow));

/** An import names it `repository:id`; afterwards its id is the number alone. */
function byImport(type: ResourceType): ResourceType {
  return {
    ...type,
    idOf: (live) => text(live["rulesetId"]),
    read: (id, scope, known) => type.read(id.split(":").at(-1) ?? id, scope, known),
  };
}

export const githubTypes: readonly ResourceType[] = [
  environment,
  deploymentPolicy,
  ruleset,
  ...[variableRow, environmentVariableRow, labelRow].map(storedType),
];
