import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";

export interface Foundation {
  cluster: string;
  listener: string;
  vpc: string;
  subnets: string[];
}

/** A service as it is asked for. */
export interface Asked {
  name: string;
  /** Digest reference, as `image` gives it. */
  image: string;
  desired?: number;
  /** Its rule; 1 to 50,000. */
  priority: number;
  host: string;
  path?: string;
  healthPath?: string;
  /** AWS's seconds. */
  healthInterval?: number;
}

/** A target group with a short deregistration delay, and the rule that forwards to it; the target group's ARN. */
export async function createForwarding(
  elb: ElasticLoadBalancingV2Client,
  { listener, vpc }: Foundation,
  asked: Asked,
): Promise<string> {
  const group = await createTargetGroup(elb, vpc, asked);
  const paths = asked.path === undefined ? [] : [{ Field: "path-pattern", Values: [asked.path] }];
  await elb.send(
    new CreateRuleCommand({
      ListenerArn: listener,
      Priority: asked.priority,
      Conditions: [{ Field: "host-header", Values: [asked.host] }, ...paths],
      Actions: [{ Type: "forward", TargetGroupArn: group }],
    }),
  );
  return group;
}

async function createTargetGroup(
  elb: ElasticLoadBalancingV2Client,
  vpc: string,
  { name, healthPath = "/health", healthInterval = 10 }: Asked,
): Promise<string> {
  const { TargetGroups = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: "HTTP",
      Port: 80,
      VpcId: vpc,
      TargetType: "ip",
      HealthCheckPath: healthPath,
      HealthCheckIntervalSeconds: healthInterval,
      HealthCheckTimeoutSeconds: 2,
    }),
  );
  const arn = TargetGroups[0]?.TargetGroupArn ?? "";
  const delay = { Key: "deregistration_delay.timeout_seconds", Value: "5" };
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: [delay] }));
  return arn;
}
