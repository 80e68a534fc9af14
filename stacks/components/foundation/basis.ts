import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getPartition } from "@pulumi/aws/getPartition.js";
import { getRegion } from "@pulumi/aws/getRegion.js";
import { balancerCount } from "../../../src/core/project/foundation-checks.js";
import type { FoundationConfig } from "../../../src/core/project/foundation-schema.js";
import { type Identity, identify } from "../identity.js";
import type { FoundationOwner } from "./names.js";

/** How many load balancers there are in all, and whether those after the first are the previews' alone. */
export interface BalancerPlan {
  count: number;
  previewsOwn: boolean;
}

/** What every part of a foundation is declared from. */
export interface Basis {
  config: FoundationConfig;
  identity: Identity;
  owner: FoundationOwner;
  /** The environments that stand on it. */
  environments: string[];
  /** Whether previews do. */
  previews: boolean;
  balancers: BalancerPlan;
  partition: string;
  region: string;
  account: string;
  tags: Record<string, string>;
  /** For what would be missed: Pulumi refuses to delete it. */
  protect: boolean;
}

/** Completed by asking AWS where it is: no partition, region or account is written anywhere. */
export async function findBasis(config: FoundationConfig): Promise<Basis> {
  const identity = identify(config.app);
  const foundation = identity.stack.replace(/^foundation-/, "");
  const environments = config.environments ?? [foundation];
  const previews = environments.includes(config.preview.base);
  const [{ partition }, { region }, { accountId }] = await Promise.all([
    getPartition({}),
    getRegion({}),
    getCallerIdentity({}),
  ]);
  return {
    config,
    identity,
    owner: { app: config.app, foundation },
    environments,
    previews,
    balancers: {
      count: balancerCount(config.loadBalancers, previews),
      previewsOwn: previews && config.loadBalancers.previews === "own",
    },
    partition,
    region,
    account: accountId,
    tags: identity.tags,
    protect: config.protect ?? foundation !== config.preview.base,
  };
}
