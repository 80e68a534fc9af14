import { text } from "./resources/convert.js";
import { siteKey } from "./home/home.js";
import { fargateProviders } from "./services/ecs/fargate.js";
import type { Provider } from "./provider/provider.js";
import type { Properties } from "./provider/values.js";
import type { Store } from "./store.js";

/** What an environment's stack needs and a fresh local target lacks: the values of `moorage:foundation`. */
export interface Foundation {
  /** ARN. */
  cluster: string;
  /** ARN. */
  listener: string;
  /** A network load balancer, whose listeners are the services' own. */
  networkLoadBalancers: Record<string, string>;
  vpc: string;
  subnets: string[];
  /** Of the load balancer. */
  securityGroups: string[];
  /** Hosts live under it: `pr-42.localhost`. */
  domain: string;
  /** What previews' tasks run with: as a foundation of one's own makes them. */
  previewRoles: {
    execution: string;
    task: string;
    scheduler: string;
    secrets: string[];
    policies: string[];
    /** Types of resources that previews may make of their own. */
    types: string[];
    /** What their tasks may do with them. */
    statements: { actions: string[]; resources: string[] }[];
  };
}

/** One part of a built foundation: where its resource is. */
interface Part {
  id: string;
}

const name = "moorage";

/**
 * The site's built-in foundation, made on demand by the same operations as any other; a part that is gone is made again.
 * Its listener's port is the load balancer's real one, so that programs can compute URLs.
 */
export async function ensureFoundation(
  provider: Provider,
  store: Store,
  balancerPort: number,
): Promise<Foundation> {
  const parts = store.table<Part>(`foundation/${siteKey(provider.site)}`);
  const ensure = async (
    part: string,
    type: string,
    inputs: Properties,
  ): Promise<Properties & { id: string }> => {
    const subject = { type, name: `${name}-${part}` };
    const known = parts[part];
    const found = known && (await provider.read(subject, known.id, {}, inputs));
    if (known && found) return { ...found.outputs, id: known.id };
    const { id, outputs } = await provider.create(subject, inputs);
    parts[part] = { id };
    store.changed();
    return { ...outputs, id };
  };
  const network = await ensureNetwork(ensure, provider.site.region);
  const cluster = await ensure("cluster", "aws:ecs/cluster:Cluster", { name });
  await ensure("capacity", "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", {
    clusterName: name,
    capacityProviders: fargateProviders,
  });
  const balancer = await ensure("balancer", "aws:lb/loadBalancer:LoadBalancer", {
    name,
    subnets: network.subnets,
    securityGroups: network.securityGroups,
  });
  const listener = await ensure("listener", "aws:lb/listener:Listener", {
    loadBalancerArn: balancer.id,
    port: balancerPort,
    protocol: "HTTP",
    defaultActions: [notFound],
  });
  if (listener["port"] !== balancerPort) await movePort(provider, listener.id, balancerPort);
  const passing = await ensure("network-balancer", "aws:lb/loadBalancer:LoadBalancer", {
    name: `${name}-network`,
    loadBalancerType: "network",
    subnets: network.subnets,
    securityGroups: network.securityGroups,
  });
  const previewRoles = await ensureRoles(ensure, provider.site);
  await store.flush();
  return {
    cluster: cluster.id,
    listener: listener.id,
    networkLoadBalancers: { network: passing.id },
    ...network,
    domain: "localhost",
    previewRoles,
  };
}

const notFound = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "No preview here." },
};

/**
 * Lets services, each for sources of this account only, take a role. Sources: ECS, "Task IAM role"; EventBridge Scheduler, "Confused
 * deputy prevention".
 */
function trustOf(account: string, sources: Readonly<Record<string, string>>): string {
  const Statement = Object.entries(sources).map(([Service, source]) => ({
    Effect: "Allow",
    Principal: { Service },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": source },
    },
  }));
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** Any app's: secrets and parameters below its preview prefix. */
async function ensureRoles(
  ensure: Ensure,
  { account, region }: Provider["site"],
): Promise<Foundation["previewRoles"]> {
  const tasks = trustOf(account, { "ecs-tasks.amazonaws.com": `arn:aws:ecs:${region}:${account}:*` });
  const starters = trustOf(account, {
    "scheduler.amazonaws.com": `arn:aws:scheduler:${region}:${account}:schedule-group/*-pr-*`,
    "events.amazonaws.com": `arn:aws:events:${region}:${account}:rule/*-pr-*`,
    "states.amazonaws.com": `arn:aws:states:${region}:${account}:stateMachine:*-pr-*`,
  });
  const role = async (kind: string, assumeRolePolicy: string) => {
    const inputs = { name: `${name}-preview-${kind}`, path: "/moorage/", assumeRolePolicy };
    return text((await ensure(`preview-${kind}`, "aws:iam/role:Role", inputs))["arn"]);
  };
  const secrets = [
    `arn:aws:secretsmanager:${region}:${account}:secret:*/preview/*`,
    `arn:aws:ssm:${region}:${account}:parameter/*/preview/*`,
  ];
  return {
    execution: await role("execution", tasks),
    task: await role("task", tasks),
    scheduler: await role("scheduler", starters),
    secrets,
    policies: [],
    // A foundation of one's own lists them: `infra up` rehearses it.
    types: ["aws:*"],
    statements: [{ actions: dataServices.map((service) => `${service}:*`), resources: ["*"] }],
  };
}

/** What a preview's code may use of resources of its own. */
const dataServices = ["dynamodb", "events", "kinesis", "kms", "s3", "ses", "sns", "sqs", "states"];

type Ensure = (part: string, type: string, inputs: Properties) => Promise<Properties & { id: string }>;

async function ensureNetwork(
  ensure: Ensure,
  region: string,
): Promise<Pick<Foundation, "vpc" | "subnets" | "securityGroups">> {
  const tags = { Name: name };
  const vpc = await ensure("vpc", "aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags });
  const subnet = (letter: string, cidrBlock: string) =>
    ensure(`subnet-${letter}`, "aws:ec2/subnet:Subnet", {
      vpcId: vpc.id,
      cidrBlock,
      availabilityZone: `${region}${letter}`,
      tags,
    });
  const subnets = [await subnet("a", "10.0.0.0/20"), await subnet("b", "10.0.16.0/20")];
  const group = await ensure("group", "aws:ec2/securityGroup:SecurityGroup", {
    name: `${name}-load-balancer`,
    description: "The load balancer of the local target",
    vpcId: vpc.id,
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
  });
  return { vpc: vpc.id, subnets: subnets.map(({ id }) => id), securityGroups: [group.id] };
}

/** The balancer had to take another port since the listener was made. */
async function movePort(provider: Provider, listenerArn: string, Port: number): Promise<void> {
  await provider.scope({}).call("elbv2", "ModifyListener", { ListenerArn: listenerArn, Port });
}
