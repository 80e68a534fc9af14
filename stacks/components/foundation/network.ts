import { getVpc } from "@pulumi/aws/ec2/getVpc.js";
import { getLoadBalancer } from "@pulumi/aws/lb/getLoadBalancer.js";
import { Vpc } from "@pulumi/awsx/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import {
  balancerOfListener,
  type ExistingFoundation,
} from "../../../src/core/project/existing-foundation.js";
import type { Basis } from "./basis.js";
import { declareEndpoints } from "./endpoints.js";

/** Where load balancers and tasks are. */
export interface Network {
  vpc: pulumi.Input<string>;
  /** The VPC's address blocks. */
  blocks: string[];
  publicSubnets: pulumi.Input<string[]>;
  privateSubnets: pulumi.Input<string[]>;
  /** Of the tasks. */
  taskSubnets: pulumi.Input<string[]>;
  /** Tasks in public subnets reach nothing without an address of their own. */
  assignPublicIp: boolean;
}

const nat = { single: "Single", perZone: "OnePerAz", none: "None" } as const;

/** The network that the configuration names, or one of its own. */
export async function declareNetwork(basis: Basis): Promise<Network> {
  const { vpc } = basis.config.network;
  if (vpc !== undefined) return named(basis, vpc);
  const { existing } = basis;
  if (existing?.subnets !== undefined) return around(existing, existing.subnets);
  return declareOwn(basis);
}

/** The network of a listener that exists, or the one that is named. */
async function around(existing: ExistingFoundation, taskSubnets: string[]): Promise<Network> {
  const vpc = existing.vpc ?? (await vpcOf(existing.listener ?? ""));
  const balancerSubnets = existing.balancerSubnets ?? [];
  return {
    vpc,
    // Nothing is made that would have to know them.
    blocks: balancerSubnets.length === 0 ? [] : await blocksOf(vpc),
    publicSubnets: balancerSubnets,
    privateSubnets: balancerSubnets,
    taskSubnets,
    assignPublicIp: existing.assignPublicIp,
  };
}

async function vpcOf(listener: string): Promise<string> {
  const { vpcId } = await getLoadBalancer({ arn: balancerOfListener(listener) });
  return vpcId;
}

async function blocksOf(vpc: string): Promise<string[]> {
  const { cidrBlock, cidrBlockAssociations } = await getVpc({ id: vpc });
  const blocks = (cidrBlockAssociations ?? []).map((association) => association.cidrBlock);
  return blocks.length > 0 ? blocks : [cidrBlock];
}

/**
 * awsx would make a NAT gateway in each zone, take three zones by a look-up, and leave host names off. Not protected: its parts
 * would be too, and another setting of `nat` takes some away. What is in the network is, and AWS deletes no network in use.
 */
async function declareOwn(basis: Basis): Promise<Network> {
  const { config, identity, tags } = basis;
  const { cidr, zones, tasks } = config.network;
  const vpc = new Vpc(identity.stack, {
    cidrBlock: cidr,
    numberOfAvailabilityZones: zones,
    natGateways: { strategy: nat[config.network.nat] },
    enableDnsHostnames: true,
    enableDnsSupport: true,
    subnetStrategy: "Auto",
    subnetSpecs: [{ type: "Public" }, { type: "Private" }],
    tags: { ...tags, Name: identity.stack },
  });
  const { vpcId, publicSubnetIds, privateSubnetIds } = vpc;
  await declareEndpoints(basis, {
    vpc: vpcId,
    cidr,
    subnets: privateSubnetIds,
    routeTables: pulumi.output(vpc.routeTables).apply((tables) => pulumi.all(tables.map(({ id }) => id))),
  });
  return {
    vpc: vpcId,
    blocks: [cidr],
    publicSubnets: publicSubnetIds,
    privateSubnets: privateSubnetIds,
    taskSubnets: tasks === "public" ? publicSubnetIds : privateSubnetIds,
    assignPublicIp: tasks === "public",
  };
}

async function named({ config }: Basis, vpc: string): Promise<Network> {
  const { publicSubnets = [], privateSubnets = [], tasks } = config.network;
  return {
    vpc,
    blocks: await blocksOf(vpc),
    publicSubnets,
    privateSubnets,
    taskSubnets: tasks === "public" ? publicSubnets : privateSubnets,
    assignPublicIp: tasks === "public",
  };
}
