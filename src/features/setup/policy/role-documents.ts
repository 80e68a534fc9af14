import type { Basis } from "../../../../stacks/components/foundation/basis.js";
import {
  accessRoleName,
  balancersOf,
  boundaryName,
  foundationClusterName,
  keyAlias,
  repositoryNames,
} from "../../../../stacks/components/foundation/names.js";
import {
  applicationOf,
  buildPreviewsRole,
  buildRole,
  deployRole,
  type GitHub,
  infraRole,
  planRole,
  previewRole,
  repositoryOf,
  type RoleRequest,
} from "../../../../stacks/components/foundation/wanted-roles.js";
import { taskTrust } from "../../../../stacks/components/policies.js";
import { boundary } from "../../../../stacks/policies/boundary.js";
import { type Part, policyParts, policyOf } from "../../../../stacks/policies/generate.js";
import {
  executionPolicy,
  previewTaskPolicy,
  previewSchedulerPolicy,
  previewSchedulerTrust,
  secretPatterns,
} from "../../../../stacks/policies/preview-tasks.js";
import { resourcesPolicy } from "../../../../stacks/policies/resources.js";
import type { Scope } from "../../../../stacks/policies/scope.js";
import { githubTrust } from "../../../../stacks/policies/trust.js";
import { badRequest } from "../../../core/errors.js";
import { tokenIssuer } from "../../../core/project/github-server.js";
import { previewRepository } from "../../../core/project/preview-repository.js";

export const roleNames = [
  "preview",
  "build",
  "preview-build",
  "deploy",
  "plan",
  "infra",
  "preview-execution",
  "preview-task",
  "preview-scheduler",
] as const;

export type PolicyRole = (typeof roleNames)[number];

/** What whoever makes a role gives it. The stable JSON of `infra policy`. */
export interface RoleDocuments {
  role: PolicyRole;
  /** What a foundation would call it. */
  arn: string;
  trust: object;
  /** The first fits an inline policy of a role, each other a managed one. */
  policies: { name: Part | "resources"; document: object }[];
  /** Of the roles that a deployment makes for its tasks: a managed policy of that ARN. */
  boundary?: { arn: string; document: object };
}

const parsed = (text: string) => JSON.parse(text) as object;

/** The documents of a role on a foundation, made there or by somebody else. Raises `bad-arguments` where a setting is missing. */
export function documentsOf(basis: Basis, role: PolicyRole, environment: string): RoleDocuments {
  if (role === "preview-execution" || role === "preview-task" || role === "preview-scheduler") {
    return ofPreviewTasks(basis, role);
  }
  const deploying = repositoryOf(basis);
  if (deploying === undefined) throw noRepository(basis);
  const stacks = [...basis.environments, basis.identity.stack];
  if ((role === "deploy" || role === "plan") && !stacks.includes(environment))
    throw notOnIt(basis, environment);
  const isOfApp = role === "build" || role === "preview-build" || role === "preview";
  const github = isOfApp ? applicationOf(deploying) : deploying;
  const wanted = wantedRole(basis, github, role, environment);
  const { kind, contexts, refs } = wanted;
  const scope = scopeOf(basis, wanted);
  const resources = resourcesPolicy(kind, basis.config);
  const provider = github.provider ?? arnOf(basis, "iam", `oidc-provider/${tokenIssuer(github).issuer}`);
  const trust = githubTrust({ ...github, provider, contexts, refs, workflows: github.workflows[kind] });
  return {
    role,
    arn: roleArn(basis, ...wanted.name),
    trust: parsed(trust),
    policies: [
      ...policyParts(kind).map((name) => ({ name, document: policyOf(kind, scope, name) })),
      ...(resources === undefined ? [] : [{ name: "resources" as const, document: resources }]),
    ],
    ...(kind === "deploy" && { boundary: boundaryOf(basis, environment) }),
  };
}

function wantedRole(basis: Basis, github: GitHub, role: PolicyRole, environment: string): RoleRequest {
  switch (role) {
    case "preview":
      return previewRole(basis);
    case "build":
      return buildRole(basis, github);
    case "preview-build":
      return buildPreviewsRole(github);
    case "plan":
      return planRole(basis, github, environment);
    case "infra":
      return infraRole(basis, github);
    default:
      return deployRole(basis, environment);
  }
}

function ofPreviewTasks(
  basis: Basis,
  role: "preview-execution" | "preview-task" | "preview-scheduler",
): RoleDocuments {
  const { partition, region, account, config } = basis;
  const place = { partition, region, account, app: config.app, logs: config.logGroupPrefix };
  const [execution, task] = ["preview-execution", "preview-task"].map((name) => roleArn(basis, name)) as [
    string,
    string,
  ];
  const trust = taskTrust(partition, region, account);
  const documents = {
    "preview-task": { trust, policy: previewTaskPolicy(config.previews.statements) },
    "preview-execution": {
      trust,
      policy: executionPolicy(place, {
        repositories: [...repositoriesOf(basis), ...previewRepositoriesOf(basis)],
        secrets: secretPatterns(place, config.previews),
        keys: config.previews.keys,
      }),
    },
    "preview-scheduler": {
      trust: previewSchedulerTrust(place),
      policy: previewSchedulerPolicy(place, { cluster: clusterArn(basis), taskRoles: [execution, task] }),
    },
  }[role];
  const policies = [{ name: "own" as const, document: parsed(documents.policy) }];
  return { role, arn: roleArn(basis, role), trust: parsed(documents.trust), policies };
}

function scopeOf(
  basis: Basis,
  { kind, stack, reads, records, cleansPreviews, requests }: RoleRequest,
): Scope {
  const { partition, region, account, identity, config } = basis;
  const [own, ofPreviews] = [repositoriesOf(basis), previewRepositoriesOf(basis)];
  const sources = config.repositories.promoteFrom.flatMap((from) =>
    repositoryNames(basis).map((name) => `arn:${partition}:ecr:*:${from}:repository/${name}`),
  );
  const images = {
    "build-previews": { repositories: ofPreviews, sources: own },
    preview: { repositories: [...own, ...ofPreviews], sources },
  }[kind as string] ?? { repositories: own, sources };
  const state = kind === "build-previews" ? undefined : stateOf(basis);
  return {
    partition,
    region,
    account,
    project: identity.project,
    app: identity.app,
    stack,
    logs: config.logGroupPrefix,
    cluster: clusterArn(basis),
    vpc: basis.existing?.vpc ?? config.network.vpc ?? "*",
    boundary: stack in boundaries(basis) ? (boundaries(basis)[stack] ?? "") : "",
    tasks: kind === "preview" ? config.previews : config.tasks,
    exports: config.previews.exports,
    balancers: balancersOf(basis, kind),
    ...images,
    previewRoles: [roleArn(basis, "preview-execution"), roleArn(basis, "preview-task")],
    previewScheduler: roleArn(basis, "preview-scheduler"),
    cleansPreviews,
    requests,
    records,
    state: state && { ...state, reads },
  };
}

function boundaries(basis: Basis): Record<string, string> {
  const arn = (name: string) => arnOf(basis, "iam", `policy/moorage/${boundaryName(basis.owner, name)}`);
  return Object.fromEntries(basis.environments.map((name) => [name, arn(name)]));
}

function boundaryOf(basis: Basis, environment: string): NonNullable<RoleDocuments["boundary"]> {
  const { partition, region, account, config } = basis;
  const place = { partition, region, account, app: config.app, environment, logs: config.logGroupPrefix };
  const state = stateOf(basis);
  const document = parsed(boundary({ ...place, tasks: config.tasks, ...state }));
  return { arn: boundaries(basis)[environment] ?? "", document };
}

function stateOf({ config: { state }, ground }: Basis): { bucket: string; key: string } | undefined {
  if (state === undefined) return undefined;
  return { bucket: state.bucket, key: state.key ?? (state.existing ? "alias/moorage" : keyAlias(ground)) };
}

function arnOf({ partition, region, account }: Basis, service: string, resource: string): string {
  return `arn:${partition}:${service}:${service === "iam" ? "" : region}:${account}:${resource}`;
}

const roleArn = (basis: Basis, ...name: string[]) =>
  arnOf(basis, "iam", `role/moorage/${accessRoleName(basis.owner, ...name)}`);
const clusterArn = (basis: Basis) =>
  basis.existing?.cluster ?? arnOf(basis, "ecs", `cluster/${foundationClusterName(basis.ground)}`);
const repositoriesOf = (basis: Basis) =>
  repositoryNames(basis).map((name) => arnOf(basis, "ecr", `repository/${name}`));
const previewRepositoriesOf = (basis: Basis) =>
  repositoryNames(basis).map((name) => arnOf(basis, "ecr", `repository/${previewRepository(name)}`));

/** A boundary would be missing, and the role could not make what a deployment needs. */
function notOnIt({ identity, environments }: Basis, environment: string): Error {
  return badRequest(
    "bad-arguments",
    `${environment} is none of the environments that stand on ${identity.stack}: ${environments.join(", ")}.`,
    `Add it to moorage:environments of Pulumi.${identity.stack}.yaml, or name one of these with --environment.`,
  );
}

function noRepository({ identity }: Basis): Error {
  return badRequest(
    "bad-arguments",
    `No repository is known whose workflows assume the role: ${identity.stack} has no moorage:github.`,
    "Set `moorage:github: { repository: OWNER/REPO }` in the foundation's file, or moorage:repository in Pulumi.github.yaml.",
  );
}
