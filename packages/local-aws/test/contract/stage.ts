import { RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsClients } from "../../../../src/adapters/aws/clients.js";
import type { Foundation } from "../../src/foundation.js";

export const account = "111111111111";
export const region = "us-east-1";
export const tags = { "moorage:project": "hello", "moorage:stack": "pr-42" };
export const tagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** One implementation of AWS, with what an environment stands on. */
export interface Stage {
  endpoint: string;
  clients: AwsClients;
  /** Names of the commands that `clients` have sent so far. */
  sent: ReadonlySet<string>;
  foundation: Foundation;
  /** Of an image that serves HTTP on PORT: `<registry>/<repository>@sha256:...`. */
  image: string;
  /** The local target's EC2, IAM and CloudWatch only describe over the wire what the engine made by the provider. */
  createRole(name: string): Promise<() => Promise<void>>;
  createAlarm(name: string): Promise<() => Promise<void>>;
  createSecurityGroup(name: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** A name for what only one question looks at. */
let used = 0;
export function fresh(head: string): string {
  return `${head}${++used}`;
}

/** The error's name and words, `no error` for none. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "no error";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** As `refusal`, with the words. */
export async function refusalInFull(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
    return { code: "no error", message: "" };
  } catch (error) {
    const { name, message } = error as Error;
    return { code: name, message };
  }
}

/** Another revision of a family, that runs the stage's image. Returns its ARN. */
export async function define({ clients, image }: Stage, family: string, value = "1"): Promise<string> {
  const ecs = await clients.ecs();
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      containerDefinitions: [
        {
          name: "web",
          image,
          portMappings: [{ containerPort: 8080 }],
          environment: [{ name: "VERSION", value }],
        },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? "";
}

/** A target group with short waits. Returns its ARN. */
export async function targetGroup({ clients, foundation }: Stage, name: string): Promise<string> {
  const elbv2 = await clients.elbv2();
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: "HTTP",
      Port: 8080,
      VpcId: foundation.vpc,
      TargetType: "ip",
      HealthCheckPath: "/health",
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 4,
      HealthyThresholdCount: 2,
      Tags: tagList,
    }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? "";
  const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "5" }];
  await elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  return TargetGroupArn;
}

/** A rule that forwards a host to a target group. Returns its ARN. */
export async function rule(stage: Stage, host: string, group: string, priority: number): Promise<string> {
  const elbv2 = await stage.clients.elbv2();
  const { Rules } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: stage.foundation.listener,
      Priority: priority,
      Conditions: [
        { Field: "host-header", HostHeaderConfig: { Values: [host] } },
        { Field: "path-pattern", PathPatternConfig: { Values: ["/*"] } },
      ],
      Actions: [{ Type: "forward", TargetGroupArn: group }],
      Tags: tagList,
    }),
  );
  return Rules?.[0]?.RuleArn ?? "";
}
