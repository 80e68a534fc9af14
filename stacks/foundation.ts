import { Policy } from "@pulumi/aws/iam/policy.js";
import * as pulumi from "@pulumi/pulumi";
import { kmsProviderUrl } from "../src/core/project/access-names.js";
import type { FoundationConfig } from "../src/core/project/foundation-schema.js";
import { type AccessRoles, declareAccess } from "./components/foundation/access.js";
import { type Balancer, declareBalancers } from "./components/foundation/balancers.js";
import { type Basis, findBasis } from "./components/foundation/basis.js";
import { declareCertificate, declareHosts } from "./components/foundation/certificate.js";
import { declareCluster } from "./components/foundation/cluster.js";
import { balancerDomain, boundaryName, repositoryNames } from "./components/foundation/names.js";
import { type PreviewRoles, declarePreviewRoles } from "./components/foundation/preview-roles.js";
import { declareNetwork } from "./components/foundation/network.js";
import { declareRepositories } from "./components/foundation/repositories.js";
import { type State, declareState } from "./components/foundation/state.js";
import { boundary } from "./policies/boundary.js";

interface Entrance {
  listener: pulumi.Output<string>;
  domain?: string;
}

/** What stands on a foundation reads these (`foundationShape`); people and workflows read the rest. */
export interface FoundationOutputs {
  cluster: pulumi.Output<string>;
  listener: pulumi.Output<string>;
  vpc: pulumi.Output<string>;
  subnets: pulumi.Output<string[]>;
  securityGroups: pulumi.Output<string[]>;
  domain?: string;
  /** Further load balancers, which previews spread over, each with a domain of its own. */
  spread?: Entrance[];
  /** Load balancers only for previews, each with its own domain. */
  previewEntrances?: (Entrance & { securityGroups: pulumi.Output<string[]> })[];
  registry: pulumi.Output<string>;
  assignPublicIp: boolean;
  /** By environment. */
  permissionsBoundary: Record<string, pulumi.Output<string>>;
  /** Where previews stand on it. */
  previewRoles?: PreviewRoles;
  roles?: AccessRoles;
  repositories: string[];
  stateBucket?: string;
  /** What `secretsprovider` of the stacks' files says. */
  secretsProvider?: pulumi.Output<string>;
}

/** `foundation-<name>`: all that an account needs before a first environment or preview stands in it. */
export async function foundation(config: FoundationConfig): Promise<FoundationOutputs> {
  const basis = await findBasis(config);
  const network = await declareNetwork(basis);
  const cluster = declareCluster(basis);
  const balancers = declareBalancers(basis, network, declareCertificate(basis));
  declareHosts(
    basis,
    balancers.map(({ loadBalancer }) => loadBalancer),
  );
  const repositories = declareRepositories(basis);
  const state = declareState(basis);
  const boundaries = Object.fromEntries(
    basis.environments.map((name) => [name, declareBoundary(basis, state, name).arn]),
  );
  const own = repositories.own.map(({ arn }) => arn);
  const ofPreviews = repositories.previews.map(({ arn }) => arn);
  const previewRoles = basis.previews
    ? declarePreviewRoles(basis, cluster, [...own, ...ofPreviews])
    : undefined;
  const roles = declareAccess(basis, {
    cluster,
    vpc: network.vpc,
    boundaries,
    repositories: own,
    previewRepositories: ofPreviews,
    previewRoles: previewRoles && [previewRoles.execution, previewRoles.task],
    previewScheduler: previewRoles?.scheduler,
    sources: sourcesOf(basis),
    state,
  });
  const [first] = repositories.own;
  return {
    cluster,
    ...entrancesOf(basis, balancers),
    vpc: pulumi.output(network.vpc),
    subnets: pulumi.output(network.taskSubnets),
    registry: pulumi.output(first?.repositoryUrl).apply((url) => url?.split("/", 1)[0] ?? ""),
    assignPublicIp: network.assignPublicIp,
    permissionsBoundary: boundaries,
    ...(previewRoles && { previewRoles }),
    ...(roles && { roles }),
    repositories: repositoryNames(basis),
    ...(state && { stateBucket: state.bucket }),
    ...(state && {
      secretsProvider: pulumi.output(state.key).apply((key) => kmsProviderUrl(key, basis.region)),
    }),
  };
}

function entrancesOf(
  { config, existing, balancers: { previewsOwn } }: Basis,
  balancers: readonly Balancer[],
): Pick<FoundationOutputs, "listener" | "domain" | "securityGroups" | "spread" | "previewEntrances"> {
  const { domain } = config;
  const domainAt = (index: number) => {
    const own = index === 1 ? existing?.previewDomain : undefined;
    return own ?? (domain === undefined ? undefined : balancerDomain(domain, index));
  };
  const entrances = balancers.map(({ listener, securityGroups }, index) => {
    const below = domainAt(index);
    return { listener, ...(below !== undefined && { domain: below }), securityGroups };
  });
  const [first, ...others] = entrances;
  if (first === undefined) throw new pulumi.RunError("A foundation has a load balancer at least.");
  if (previewsOwn) return { ...first, previewEntrances: others };
  const spread = others.map(({ securityGroups: _same, ...entrance }) => entrance);
  return { ...first, ...(spread.length > 0 && { spread }) };
}

/** Each environment's tasks have one of their own: what one may read is no other's. */
function declareBoundary(basis: Basis, state: State | undefined, environment: string): Policy {
  const { owner, partition, region, account, config, tags } = basis;
  const place = { partition, region, account, app: config.app, environment, logs: config.logGroupPrefix };
  const policy = pulumi.output(state?.key).apply((key) =>
    boundary({
      ...place,
      tasks: config.tasks,
      ...(state && { bucket: state.bucket }),
      ...(key !== undefined && { key }),
    }),
  );
  // Another description would replace it, and IAM deletes no policy that roles carry. Source: terraform-provider-aws, internal/service/iam/policy.go, ForceNew.
  return new Policy(
    `tasks-${environment}`,
    {
      name: boundaryName(owner, environment),
      path: "/moorage/",
      description: "The most that a task's role can be given",
      policy,
      tags,
    },
    { ignoreChanges: ["description"] },
  );
}

/** The app's repositories in the accounts that images are promoted from. */
function sourcesOf(basis: Basis): string[] {
  const { config, partition } = basis;
  return config.repositories.promoteFrom.flatMap((account) =>
    repositoryNames(basis).map((name) => `arn:${partition}:ecr:*:${account}:repository/${name}`),
  );
}
