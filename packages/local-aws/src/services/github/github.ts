import type { IncomingMessage, ServerResponse } from "node:http";
import { githubNumber } from "./types/github.js";
import type { RecordedRow, RecordedRows } from "../../resources/rows.js";
import { list, text } from "../../resources/convert.js";

/** GitHub has no accounts and regions: its rows stand under none. */
const nowhere = { account: "", region: "" };

type Kind =
  | "actionsEnvironmentVariable"
  | "actionsVariable"
  | "issueLabel"
  | "repositoryEnvironment"
  | "repositoryEnvironmentDeploymentPolicy"
  | "repositoryRuleset";

type View = Record<string, unknown>;

/** What is asked about: a repository, and what stood in the route's places. */
interface Question {
  owner: string;
  repository: string;
  parts: string[];
  rows: (kind: Kind) => RecordedRow[];
}

/** Undefined for what is not there. */
type Answer = (question: Question) => View | View[] | undefined;

/**
 * What GitHub's REST API tells of a repository that the stack `github` has set up, from the provider's rows. It is read
 * only, and every repository exists. Source: https://docs.github.com/en/rest
 */
const routes: readonly (readonly [RegExp, Answer])[] = [
  [/^$/, repositoryView],
  [
    /^\/labels\/([^/]+)$/,
    one("issueLabel", "name", ({ name, color, description }) => ({ name, color, description })),
  ],
  [/^\/environments\/([^/]+)$/, one("repositoryEnvironment", "environment", environmentView)],
  [/^\/environments\/([^/]+)\/deployment-branch-policies$/, policies],
  [
    /^\/environments\/([^/]+)\/variables$/,
    ({ rows, parts }) =>
      counted("variables", rows("actionsEnvironmentVariable").filter(isIn(parts[0])).map(variableView)),
  ],
  [
    /^\/environments\/([^/]+)\/variables\/([^/]+)$/,
    ({ rows, parts }) => {
      const within = rows("actionsEnvironmentVariable").filter(isIn(parts[0]));
      return within.map(variableView).find(({ name }) => name === parts[1]);
    },
  ],
  [
    /^\/actions\/variables\/([^/]+)$/,
    ({ rows, parts }) =>
      rows("actionsVariable")
        .map(variableView)
        .find(({ name }) => name === parts[0]),
  ],
  [/^\/actions\/variables$/, ({ rows }) => counted("variables", rows("actionsVariable").map(variableView))],
  [/^\/actions\/variables\/([^/]+)$/, one("actionsVariable", "variableName", variable)],
  [
    /^\/environments\/([^/]+)\/variables\/([^/]+)$/,
    ({ rows, parts: [environment, name] }) =>
      rows("actionsEnvironmentVariable")
        .filter(isIn(environment))
        .filter(({ properties }) => properties["variableName"] === name)
        .map(variableView)[0],
  ],
  [/^\/actions\/secrets$/, () => counted("secrets", [])],
  [/^\/actions\/oidc\/customization\/sub$/, () => ({ use_default: true })],
  [/^\/rulesets$/, ({ rows }) => rows("repositoryRuleset").map(rulesetView)],
];

/** Answers `GET /repos/{owner}/{repo}...`; `path` is what follows the API's own address. */
export function answerGitHub(
  all: RecordedRows,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [, owner = "", repository = "", rest = ""] = /^\/repos\/([^/]+)\/([^/]+)(.*)$/.exec(path) ?? [];
  const rows = (kind: Kind) =>
    all.list(`github/${kind}`, nowhere).filter(({ properties }) => properties["repository"] === repository);
  const [pattern, answer] = routes.find(([route]) => owner !== "" && route.test(rest)) ?? [];
  const parts = (pattern?.exec(rest) ?? []).slice(1).map((part) => decodeURIComponent(part));
  const found = request.method === "GET" ? answer?.({ owner, repository, parts, rows }) : undefined;
  response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(found ?? { message: "Not Found" }));
}

function one(kind: Kind, property: string, view: (properties: View) => View): Answer {
  return ({ rows, parts }) => {
    const row = rows(kind).find(({ properties }) => properties[property] === parts[0]);
    return row && view(row.properties);
  };
}

function isIn(environment: string | undefined): (row: RecordedRow) => boolean {
  return ({ properties }) => properties["environment"] === environment;
}

function counted(name: string, views: View[]): View {
  return { total_count: views.length, [name]: views };
}

function repositoryView({ owner, repository }: Question): View {
  return {
    id: githubNumber(repository),
    name: repository,
    full_name: `${owner}/${repository}`,
    owner: { login: owner, id: githubNumber("user", owner) },
    default_branch: "main",
    created_at: "2020-01-01T00:00:00Z",
  };
}

function variableView({ properties }: RecordedRow): View {
  return variable(properties);
}

function variable({ variableName, value }: View): View {
  return { name: variableName, value };
}

function rulesetView({ properties: { rulesetId, name, target, enforcement } }: RecordedRow): View {
  return { id: rulesetId, name, target, enforcement };
}

function environmentView({
  environment,
  waitTimer,
  reviewers,
  preventSelfReview,
  deploymentBranchPolicy,
}: View): View {
  const [people] = list(reviewers) as { users?: number[]; teams?: number[] }[];
  const asked = [
    ...(people?.users ?? []).map((id) => ({ type: "User", reviewer: { id } })),
    ...(people?.teams ?? []).map((id) => ({ type: "Team", reviewer: { id } })),
  ];
  const { protectedBranches, customBranchPolicies } = (deploymentBranchPolicy ?? {}) as View;
  return {
    id: githubNumber("environment", text(environment)),
    name: environment,
    protection_rules: [
      ...(typeof waitTimer === "number" ? [{ type: "wait_timer", wait_timer: waitTimer }] : []),
      ...(asked.length > 0
        ? [{ type: "required_reviewers", prevent_self_review: preventSelfReview, reviewers: asked }]
        : []),
      ...(deploymentBranchPolicy === undefined ? [] : [{ type: "branch_policy" }]),
    ],
    deployment_branch_policy:
      deploymentBranchPolicy === undefined
        ? null
        : { protected_branches: protectedBranches, custom_branch_policies: customBranchPolicies },
  };
}

function policies({ rows, parts }: Question): View {
  const found = rows("repositoryEnvironmentDeploymentPolicy").filter(isIn(parts[0]));
  const views = found.map(({ properties: { policyId, branchPattern, tagPattern } }) => ({
    id: policyId,
    name: branchPattern ?? tagPattern,
    type: branchPattern === undefined ? "tag" : "branch",
  }));
  return counted("branch_policies", views);
}
