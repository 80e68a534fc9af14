import * as pulumi from "@pulumi/pulumi";
import { kmsProviderUrl } from "../src/core/project/access-names.js";
import type { FoundationConfig } from "../src/core/project/foundation-schema.js";
import { declareProvider } from "./components/foundation/access.js";
import {
  type AppOutputs,
  type AppParts,
  declareFoundationApp,
  type SharedGround,
} from "./components/foundation/app.js";
import { type Balancer, declareBalancers } from "./components/foundation/balancers.js";
import { declareFurtherBalancers } from "./components/foundation/further-balancers.js";
import { type Basis, findBasis } from "./components/foundation/basis.js";
import { declareCertificate, declareHosts } from "./components/foundation/certificate.js";
import { declareCluster } from "./components/foundation/cluster.js";
import { balancerDomain } from "./components/foundation/names.js";
import { declareNetwork } from "./components/foundation/network.js";
import { appBases } from "./components/foundation/plan-basis.js";
import { declareState } from "./components/foundation/state.js";

interface Entrance {
  listener: pulumi.Output<string>;
  domain?: string;
}

/** What stands on a foundation reads these (`foundationShape`); people and workflows read the rest. */
export interface FoundationOutputs extends AppParts {
  cluster: pulumi.Output<string>;
  listener: pulumi.Output<string>;
  vpc: pulumi.Output<string>;
  subnets: pulumi.Output<string[]>;
  securityGroups: pulumi.Output<string[]>;
  domain?: string;
  /** Further load balancers, which previews spread over, each with a domain of its own. */
  spread?: Entrance[];
  /** Further listeners of environments, by the names that services know them by. */
  listeners?: Record<string, pulumi.Output<string>>;
  /** ARNs of network load balancers, where services listen. */
  networkLoadBalancers?: Record<string, string>;
  /** Load balancers only for previews, each with its own domain. */
  previewEntrances?: (Entrance & { securityGroups: pulumi.Output<string[]> })[];
  registry: pulumi.Output<string>;
  assignPublicIp: boolean;
  /** Further apps, with what is their own in place of the first one's (`foundation-of-app.ts`). */
  apps?: Record<string, AppOutputs>;
  stateBucket?: string;
  /** What `secretsprovider` of the stacks' files says. */
  secretsProvider?: pulumi.Output<string>;
}

/** `foundation-<name>`: all that an account needs before a first environment or preview stands in it. */
export async function foundation(config: FoundationConfig): Promise<FoundationOutputs> {
  const basis = await findBasis(config);
  const network = await declareNetwork(basis);
  const cluster = declareCluster(basis);
  const certificate = declareCertificate(basis);
  const balancers = declareBalancers(basis, network, certificate);
  const further = declareFurtherBalancers(basis, network, certificate);
  declareHosts(
    basis,
    balancers.map(({ loadBalancer }) => loadBalancer),
  );
  const state = declareState(basis);
  const shared = { cluster, vpc: network.vpc, state, provider: declareProvider(basis) };
  const { registry, ...own } = declareFoundationApp(basis, shared);
  const apps = Object.fromEntries(appBases(basis).map((app) => [app.owner.app, describeApp(app, shared)]));
  return {
    cluster,
    ...entrancesOf(basis, balancers),
    ...(Object.keys(further).length > 0 && { listeners: further }),
    ...(Object.keys(config.networkLoadBalancers).length > 0 && {
      networkLoadBalancers: config.networkLoadBalancers,
    }),
    vpc: pulumi.output(network.vpc),
    subnets: pulumi.output(network.taskSubnets),
    registry,
    assignPublicIp: network.assignPublicIp,
    ...own,
    ...(basis.config.apps.length > 0 && { apps }),
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

function describeApp(app: Basis, shared: SharedGround): AppOutputs {
  const { registry: _same, ...own } = declareFoundationApp(app, shared);
  const { project } = app.identity;
  return { project, logGroupPrefix: app.config.logGroupPrefix, ...own };
}
