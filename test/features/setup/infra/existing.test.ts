import { expect, it } from "vitest";
import { checkExisting } from "../../../../src/features/setup/infra/existing.js";
import { AwsError } from "../../../../packages/local-aws/src/cloud.js";
import { played } from "../../../adapters/aws/played.js";

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:111111111111:${resource}`;
const cluster = arn("ecs", "cluster/theirs");
const listener = arn("elasticloadbalancing", "listener/app/theirs/1/2");

interface Scene {
  status?: string;
  providers?: string[];
  vpc?: string;
  zones?: Record<string, string>;
  rules?: number;
}

async function check(scene: Scene, existing: object = {}) {
  const { status = "ACTIVE", providers = ["FARGATE", "FARGATE_SPOT"], vpc = "vpc-1", rules = 3 } = scene;
  const zones: Record<string, string> = scene.zones ?? { "subnet-a": "a", "subnet-b": "b" };
  const aws = await played({
    ecs: { DescribeClusters: () => ({ clusters: [{ status, capacityProviders: providers }] }) },
    elbv2: {
      DescribeListeners: () => ({ Listeners: [{ ListenerArn: listener, Protocol: "HTTPS" }] }),
      DescribeLoadBalancers: () => ({ LoadBalancers: [{ VpcId: vpc, Type: "application" }] }),
      DescribeRules: () => ({
        Rules: Array.from({ length: rules }, (_, index) => ({
          Priority: String(index + 1),
          IsDefault: false,
        })),
      }),
      DescribeTargetGroups: () => ({ TargetGroups: [] }),
      DescribeAccountLimits: () => ({
        Limits: [{ Name: "rules-per-application-load-balancer", Max: "100" }],
      }),
    },
    ec2: {
      DescribeSubnets({ SubnetIds: [id = ""] = [] }: { SubnetIds?: string[] }) {
        const zone = zones[id];
        if (zone === undefined) throw new AwsError("InvalidSubnetID.NotFound", `${id} does not exist`);
        return {
          Subnets: [{ SubnetId: id, VpcId: zone === "other" ? "vpc-2" : "vpc-1", AvailabilityZone: zone }],
        };
      },
    },
  });
  const wanted = {
    cluster,
    listener,
    vpc: "vpc-1",
    subnets: ["subnet-a"],
    assignPublicIp: false,
    ...existing,
  };
  return checkExisting(aws, { stack: "foundation-dev", existing: wanted });
}

it("adoption A6: what exists as it is said passes", async () => {
  await expect(check({})).resolves.toBeUndefined();
  await expect(check({}, { balancerSubnets: ["subnet-a", "subnet-b"] })).resolves.toBeUndefined();
});

it.each<[string, Scene, object, RegExp]>([
  ["a cluster that is gone", { status: "INACTIVE" }, {}, /cluster: .* is INACTIVE/],
  ["a cluster without Spot", { providers: ["FARGATE"] }, {}, /FARGATE_SPOT is not associated/],
  [
    "a listener in another VPC",
    { vpc: "vpc-9" },
    {},
    /listener: its load balancer is in vpc-9, not in vpc-1/,
  ],
  ["a subnet in another VPC", { zones: { "subnet-a": "other" } }, {}, /subnets: subnet-a is in vpc-2/],
  ["a subnet that is not there", { zones: {} }, {}, /subnets: subnet-a is not there/],
  ["a listener without room", { rules: 100 }, {}, /has 100 rules of 100: none is free/],
  [
    "load balancer's subnets in one zone",
    { zones: { "subnet-a": "a", "subnet-b": "a" } },
    { balancerSubnets: ["subnet-a", "subnet-b"] },
    /needs two zones/,
  ],
])("adoption A6: %s is named before anything is made", async (_what, scene, existing, message) => {
  await expect(check(scene, existing)).rejects.toMatchObject({
    code: "existing-invalid",
    exitCode: 2,
    message: expect.stringMatching(message) as string,
  });
});
