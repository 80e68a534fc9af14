import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getPartition } from "@pulumi/aws/getPartition.js";
import { getRegion } from "@pulumi/aws/getRegion.js";
import type { FoundationConfig } from "../../../src/config/foundation-schema.js";
import { type Identity, identify } from "../identity.js";
import type { FoundationOwner } from "./names.js";

/** What every part of a foundation is declared from. */
export interface Basis {
  config: FoundationConfig;
  identity: Identity;
  owner: FoundationOwner;
  /** The environments that stand on it. */
  environments: string[];
  /** Whether previews do. */
  previews: boolean;
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
    previews: environments.includes(config.preview.base),
    partition,
    region,
    account: accountId,
    tags: identity.tags,
    protect: config.protect ?? foundation !== config.preview.base,
  };
}
