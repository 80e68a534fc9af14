import type { DescribeClustersCommandOutput } from "@aws-sdk/client-ecs";
import type { DescribeListenersCommandOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { DescribeLoadBalancersCommandOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { GetSecretValueCommandOutput } from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../cloud.js";
import { listener } from "../services/elbv2/types/listener.js";
import { loadBalancer } from "../services/elbv2/types/load-balancer.js";
import { targetGroup } from "../services/elbv2/types/target-group.js";
import type { Scope } from "../resources/resource.js";
import { valueInvokes } from "./value-invokes.js";
import { githubInvokes } from "../services/github/types/people.js";
import { list, object, tagMap, text } from "../resources/convert.js";
import { policyDocument } from "./policy-document.js";
import type { Properties } from "./values.js";

/** A data source: arguments in, result out, in Pulumi's names. */
export type Invoke = (args: Properties, scope: Scope) => Promise<Properties> | Properties;

const table: Record<string, Invoke> = {
  "aws:index/getCallerIdentity:getCallerIdentity": async (_args, scope) => {
    const identity = await scope.call<{ Account: string; Arn: string; UserId: string }>(
      "sts",
      "GetCallerIdentity",
      {},
    );
    return { id: identity.Account, accountId: identity.Account, arn: identity.Arn, userId: identity.UserId };
  },
  "aws:index/getRegion:getRegion": (_args, { site }) => ({
    id: site.region,
    region: site.region,
    name: site.region,
    description: site.region,
    endpoint: `ec2.${site.region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_args, { site }) => ({
    id: site.region,
    names: ["a", "b", "c"].map((letter) => `${site.region}${letter}`),
    zoneIds: ["1", "2", "3"].map((digit) => `${site.region}-az${digit}`),
  }),
  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
  "aws:iam/getPolicy:getPolicy": getPolicy,
  ...valueInvokes,
  "aws:lb/getListener:getListener": getListener,
  "aws:lb/getLoadBalancer:getLoadBalancer": getLoadBalancer,
  "aws:lb/getTargetGroup:getTargetGroup": async (args, scope) => ({
    id: args["arn"],
    ...found(await targetGroup.read(text(args["arn"]), scope, {}), "target group", args["arn"]),
  }),
  "aws:ecs/getCluster:getCluster": getCluster,
  "aws:secretsmanager/getSecretVersion:getSecretVersion": getSecretVersion,
  "aws:ec2/getVpc:getVpc": (args, scope) => {
    const row = scope.rows
      .list("ec2/vpc", scope.site)
      .find((vpc) => args["id"] === undefined || vpc.id === args["id"]);
    return { ...found(row?.properties, "VPC", args["id"]), id: row?.id };
  },
  "aws:ec2/getVpcEndpointService:getVpcEndpointService": (args, { site }) => ({
    id: text(args["service"]),
    ...args,
    serviceName: `com.amazonaws.${site.region}.${text(args["service"])}`,
  }),
  "aws:ec2/getSubnets:getSubnets": (args, scope) => ({
    id: scope.site.region,
    ids: scope.rows
      .list("ec2/subnet", scope.site)
      .filter((subnet) => matches(subnet.properties, args["filters"]))
      .map((subnet) => subnet.id),
  }),
  "aws:ec2/getSubnet:getSubnet": (args, scope) => ({
    ...found(scope.rows.get("ec2/subnet", scope.site, text(args["id"]))?.properties, "subnet", args["id"]),
    id: args["id"],
  }),
  ...githubInvokes,
};

/** Every data source of the local target, by token; the older names of the load balancer's module too. */
export const invokes: ReadonlyMap<string, Invoke> = new Map(
  Object.entries(table).flatMap(([token, run]) => [
    [token, run] as const,
    [token.replace("aws:lb/", "aws:alb/"), run],
  ]),
);

async function getListener(args: Properties, scope: Scope): Promise<Properties> {
  let arn = text(args["arn"]);
  if (arn === "") {
    const input = { LoadBalancerArn: args["loadBalancerArn"] };
    const answer = await scope.call<DescribeListenersCommandOutput>("elbv2", "DescribeListeners", input);
    arn = text(answer.Listeners?.find((one) => one.Port === args["port"])?.ListenerArn);
  }
  return { ...found(await listener.read(arn, scope, {}), "listener", arn), id: arn };
}

async function getLoadBalancer(args: Properties, scope: Scope): Promise<Properties> {
  let arn = text(args["arn"]);
  if (arn === "") {
    const answer = await scope.call<DescribeLoadBalancersCommandOutput>("elbv2", "DescribeLoadBalancers", {
      Names: [args["name"]],
    });
    arn = text(answer.LoadBalancers?.[0]?.LoadBalancerArn);
  }
  return { ...found(await loadBalancer.read(arn, scope, {}), "load balancer", arn), id: arn };
}

/** By ARN: the only way in which programs ask. Source: terraform-provider-aws, internal/service/iam/policy_data_source.go. */
function getPolicy({ arn }: Properties, { rows, site }: Scope): Properties {
  const row = rows.get("iam/policy", site, text(arn));
  const { name, path, policyId, description, policy, tags } = found(row?.properties, "IAM Policy", arn);
  return { id: arn, arn, name, path, policyId, description: description ?? "", policy, tags: tags ?? {} };
}

/** Source: terraform-provider-aws, internal/service/secretsmanager/secret_version_data_source.go. */
async function getSecretVersion(args: Properties, scope: Scope): Promise<Properties> {
  const { secretId, versionId, versionStage } = args;
  const live = await scope.call<GetSecretValueCommandOutput>("secretsmanager", "GetSecretValue", {
    SecretId: secretId,
    ...(versionId === undefined ? { VersionStage: versionStage ?? "AWSCURRENT" } : { VersionId: versionId }),
  });
  return {
    id: `${text(secretId)}|${live.VersionId ?? ""}`,
    arn: live.ARN,
    secretId,
    secretString: live.SecretString,
    secretBinary: "",
    versionId: live.VersionId,
    versionStage: versionStage ?? "AWSCURRENT",
    versionStages: live.VersionStages,
    createdDate: live.CreatedDate?.toISOString() ?? "",
  };
}

async function getCluster(args: Properties, scope: Scope): Promise<Properties> {
  const input = { clusters: [args["clusterName"]], include: ["TAGS"] };
  const { clusters } = await scope.call<DescribeClustersCommandOutput>("ecs", "DescribeClusters", input);
  const live = clusters?.[0];
  if (live === undefined)
    throw new AwsError("ClusterNotFoundException", `no ECS cluster ${text(args["clusterName"])}`);
  return {
    id: live.clusterArn,
    arn: live.clusterArn,
    clusterName: live.clusterName,
    status: live.status,
    runningTasksCount: live.runningTasksCount,
    pendingTasksCount: live.pendingTasksCount,
    tags: tagMap(live.tags) ?? {},
  };
}

function found(properties: Properties | undefined, what: string, asked: unknown): Properties {
  if (properties === undefined) throw new AwsError("NotFound", `no matching ${what} found: ${text(asked)}`);
  return properties;
}

/** EC2's filters: `vpc-id` is our `vpcId`. */
function matches(properties: Properties, filters: unknown): boolean {
  return list(filters).every((item) => {
    const { name, values } = object(item);
    const property = text(name).replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
    return list(values).includes(properties[property]);
  });
}
