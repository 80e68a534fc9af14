import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { Policy } from "@pulumi/aws/iam/policy.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { tokenIssuer } from "../../../src/core/project/github-server.js";
import { type Part, policyParts, policyText } from "../../policies/generate.js";
import { resourcesPolicy } from "../../policies/resources.js";
import type { Scope } from "../../policies/scope.js";
import { audience, githubTrust } from "../../policies/trust.js";
import type { Basis } from "./basis.js";
import { accessRoleName, balancersOf } from "./names.js";
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
} from "./wanted-roles.js";

/** What the roles may act on, known when it is made. */
export interface FoundationParts {
  cluster: pulumi.Input<string>;
  vpc: pulumi.Input<string>;
  /** By environment. */
  boundaries: Readonly<Record<string, pulumi.Input<string>>>;
  repositories: pulumi.Input<string>[];
  /** ARN of the account's OIDC provider of GitHub; undefined where no repository is configured. */
  provider: pulumi.Input<string> | undefined;
  /** What previews' tasks run with, and with which EventBridge Scheduler starts them. */
  previewRoles: pulumi.Input<string>[] | undefined;
  previewScheduler: pulumi.Input<string> | undefined;
  previewRepositories: pulumi.Input<string>[];
  /** ARNs in other accounts, which images are promoted from. */
  sources: string[];
  state: { bucket: string; key: pulumi.Input<string> } | undefined;
}

/** ARNs, for the workflows' variables. */
export interface AccessRoles {
  build: pulumi.Output<string>;
  buildPreviews?: pulumi.Output<string>;
  preview?: pulumi.Output<string>;
  /** By environment. */
  deploy: Record<string, pulumi.Output<string>>;
  /** By stack: the environments and the foundation itself. */
  plan: Record<string, pulumi.Output<string>>;
  infra?: pulumi.Output<string>;
}

/** The roles of the repository's workflows, each for one purpose; undefined where no repository is configured. */
export function declareAccess(basis: Basis, ground: FoundationParts): AccessRoles | undefined {
  const github = repositoryOf(basis);
  const { provider } = ground;
  if (github === undefined || provider === undefined) return undefined;
  const make = (wanted: RoleRequest, whose = github) => declareRole(basis, ground, whose, provider, wanted);
  const app = applicationOf(github);
  // The foundation's own state is its own repository's to plan.
  const planned = [...basis.environments, ...(basis.prefix === "" ? [basis.identity.stack] : [])];
  return {
    build: make(buildRole(basis, app), app),
    ...(basis.previews && {
      buildPreviews: make(buildPreviewsRole(app), app),
      preview: make(previewRole(basis), app),
    }),
    deploy: Object.fromEntries(basis.environments.map((name) => [name, make(deployRole(basis, name))])),
    plan: Object.fromEntries(planned.map((name) => [name, make(planRole(basis, github, name))])),
    ...(github.infra && { infra: make(infraRole(basis, github)) }),
  };
}

/** There is one for each account and URL, for all apps of a foundation; thumbprints are not looked at any more. */
export function declareProvider({ config, tags, protect }: Basis): pulumi.Input<string> | undefined {
  const { github } = config;
  if (github === undefined) return undefined;
  if (github.provider !== undefined) return github.provider;
  const { issuer } = tokenIssuer(github);
  const provider = new OpenIdConnectProvider(
    "github",
    { url: `https://${issuer}`, clientIdLists: [github.audience ?? audience], tags },
    { protect },
  );
  return provider.arn;
}

function declareRole(
  basis: Basis,
  ground: FoundationParts,
  github: GitHub,
  provider: pulumi.Input<string>,
  wanted: RoleRequest,
): pulumi.Output<string> {
  const { owner, tags, identity } = basis;
  const { kind, name, contexts, refs } = wanted;
  const logical = `${basis.prefix}${name.join("-")}`;
  const workflows = github.workflows[kind];
  const trust = pulumi
    .output(provider)
    .apply((arn) => githubTrust({ ...github, provider: arn, contexts, workflows, refs }));
  const role = new Role(logical, {
    name: accessRoleName(owner, ...name),
    // Apart from the tasks' roles, which a deployment may change: it may not change its own.
    path: "/moorage/",
    description: `${github.repository}: ${name.join(" ")} on ${identity.stack}`,
    assumeRolePolicy: trust,
    tags,
  });
  const scope = scopeOf(basis, ground, wanted);
  const text = (part: Part) => scope.apply((known) => policyText(kind, known, part));
  const managed = policyParts(kind).filter((part) => part !== "own");
  const attached = managed.map((part) =>
    declareManaged(basis, { role, logical, name, part, policy: text(part) }),
  );
  const resources = resourcesPolicy(kind, basis.config);
  if (resources !== undefined) {
    const policy = JSON.stringify(resources);
    declareManaged(basis, { role, logical, name, part: "resources", policy });
  }
  // What moves from here to another policy is there first, so that the role lacks nothing meanwhile.
  new RolePolicy(logical, { name: "moorage", role: role.name, policy: text("own") }, { dependsOn: attached });
  return role.arn;
}

/** What only some roles have is called for what it holds; what all have, like its role. */
const endings = { own: [], beside: ["beside"], shared: [], resources: ["resources"] } as const;

interface ManagedPart {
  role: Role;
  logical: string;
  name: string[];
  part: keyof typeof endings;
  policy: pulumi.Input<string>;
}

function declareManaged(
  { owner, tags, identity }: Basis,
  { role, logical, name, part, policy }: ManagedPart,
): RolePolicyAttachment {
  const called = [logical, ...endings[part]].join(".");
  const subject = {
    own: name.join(" "),
    shared: `What ${name.join(" ")} shares with the other stacks`,
    beside: `Beside services: ${name.join(" ")}`,
    resources: `What moorage.ts declares: ${name.join(" ")}`,
  }[part];
  const made = new Policy(
    called,
    {
      name: accessRoleName(owner, ...name, ...endings[part]),
      path: "/moorage/",
      description: `${subject} on ${identity.stack}`,
      policy,
      tags,
    },
    { ignoreChanges: ["description"] },
  );
  return new RolePolicyAttachment(called, { role: role.name, policyArn: made.arn });
}

function scopeOf(
  basis: Basis,
  ground: FoundationParts,
  { kind, stack, reads, records, cleansPreviews, requests }: RoleRequest,
): pulumi.Output<Scope> {
  const { partition, region, account, identity } = basis;
  const state = kind === "build-previews" ? undefined : ground.state;
  const known = pulumi.all([
    ground.cluster,
    ground.vpc,
    ground.boundaries[stack] ?? "",
    pulumi.all(imagesOf(ground, kind).repositories),
    pulumi.all(imagesOf(ground, kind).sources),
    pulumi.output(state?.key),
    pulumi.all(ground.previewRoles ?? []),
    pulumi.output(ground.previewScheduler),
  ]);
  return known.apply(
    ([cluster, vpc, boundary, repositories, sources, key, previewRoles, previewScheduler]) => ({
      partition,
      region,
      account,
      project: identity.project,
      app: identity.app,
      stack,
      logs: basis.config.logGroupPrefix,
      cluster,
      vpc,
      boundary,
      tasks: kind === "preview" ? basis.config.previews : basis.config.tasks,
      exports: basis.config.previews.exports,
      balancers: balancersOf(basis, kind),
      ...(kind === "deploy" && { networks: Object.values(basis.config.networkLoadBalancers) }),
      repositories,
      previewRoles,
      previewScheduler,
      cleansPreviews,
      requests,
      records,
      sources,
      state: state && { bucket: state.bucket, key, reads },
    }),
  );
}

/** Where a role's images are, and what it only reads: base layers of a pull request's image may be the main branch's. */
function imagesOf(
  { repositories, previewRepositories, sources }: FoundationParts,
  kind: RoleRequest["kind"],
): Record<"repositories" | "sources", pulumi.Input<string>[]> {
  if (kind === "build-previews") return { repositories: previewRepositories, sources: repositories };
  if (kind === "preview") return { repositories: [...repositories, ...previewRepositories], sources };
  return { repositories, sources };
}
