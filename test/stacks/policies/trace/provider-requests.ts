import type { TracedCall } from "../../../../packages/local-aws/src/wire/trace.js";
import { ownTags, tagContext } from "./api-requests.js";
import { invokeCalls, providerCalls } from "./provider-calls.js";
import type { Needed, Place } from "./requests.js";

type Text = Record<string, string>;

/** A resource as the engine's request has it: its inputs, and what came of them. */
interface Subject {
  type: string;
  method: string;
  known: Record<string, unknown>;
  place: Place;
}

/** What the official provider would ask AWS where the engine asked the local target's. */
export function providerRequests({ call, input = {}, output = {} }: TracedCall, place: Place): Needed[] {
  const [method = "", type = ""] = call.split(" ");
  if (method === "invoke") {
    return (invokeCalls[type] ?? []).map((action) => ({ action, resource: "*", by: type }));
  }
  const subject = { type, method, known: { ...input, ...output }, place };
  return actionsOf(type, method).map((action) => ({
    action,
    by: `${method} ${type}`,
    ...about(action, subject),
  }));
}

function actionsOf(type: string, method: string): readonly string[] {
  const calls = providerCalls[type];
  if (calls === undefined) throw new Error(`${type} is not in the table of the provider's calls`);
  const own = method === "read" ? [] : (calls[method as "create" | "update" | "delete"] ?? []);
  // No rule of the journey signs people in: Cognito is asked about none.
  const asked = own.filter((action) => !action.startsWith("cognito-idp:"));
  return method === "delete" ? asked : [...asked, ...calls.read];
}

function about(action: string, subject: Subject): Omit<Needed, "action" | "by"> {
  const resource = resourceOf(action, subject);
  if (resource === "*") return { resource };
  const context = contextOf(action, resource, subject);
  return {
    resource: taggedAnywhere.test(action) ? "*" : resource,
    ...(Object.keys(context).length > 0 && { context }),
  };
}

/** Calls about nothing that IAM knows a resource of, or that ask about all of them. */
const anywhere =
  /^(ecs:(Describe|Deregister)TaskDefinition|elasticloadbalancing:Describe|ec2:Describe|logs:DescribeLogGroups|application-autoscaling:Describe|sts:|servicediscovery:(Get|List))/;

/** IAM knows no resource of these, and the tags that they bring. */
const taggedAnywhere = /^servicediscovery:(CreateHttpNamespace|TagResource)$/;

function resourceOf(action: string, { type, known, place }: Subject): string {
  if (anywhere.test(action)) return "*";
  const { account, region } = place;
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const text = (key: string) => String(known[key] ?? "");
  const role = (name: string) => `arn:aws:iam::${account}:role/${name.split("/").at(-1) ?? ""}`;
  if (action === "iam:PassRole")
    return role(text("executionRoleArn") || text("roleArn") || roleOfSchedule(known));
  if (action === "iam:CreateServiceLinkedRole") {
    return role("x").replace(
      "x",
      "aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
    );
  }
  if (action === "elasticloadbalancing:CreateRule") return text("listenerArn");
  if (action === "elasticloadbalancing:CreateListener") return text("loadBalancerArn");
  if (action === "cloudwatch:DescribeAlarms") return arn("cloudwatch", "alarm:any");
  if (type.includes("appautoscaling/")) return ofScaling(action, text("resourceId"), arn);
  const found: Text = {
    "aws:ecs/service:Service": arn(
      "ecs",
      `service/${text("cluster").split("/").at(-1) ?? ""}/${text("name")}`,
    ),
    "aws:ecs/taskDefinition:TaskDefinition": arn("ecs", `task-definition/${text("family")}:1`),
    "aws:ec2/securityGroup:SecurityGroup": arn("ec2", `security-group/${text("id")}`),
    "aws:servicediscovery/httpNamespace:HttpNamespace": arn("servicediscovery", `namespace/${text("id")}`),
    "aws:cloudwatch/logGroup:LogGroup": arn("logs", `log-group:${text("name")}`),
    "aws:cloudwatch/metricAlarm:MetricAlarm": arn("cloudwatch", `alarm:${text("name")}`),
    "aws:cloudwatch/eventRule:EventRule": arn("events", `rule/${text("name")}`),
    "aws:cloudwatch/eventTarget:EventTarget": arn("events", `rule/${text("rule")}`),
    "aws:sfn/stateMachine:StateMachine":
      action === "states:ValidateStateMachineDefinition"
        ? "*"
        : arn("states", `stateMachine:${text("name")}`),
    "aws:scheduler/schedule:Schedule": arn("scheduler", `schedule/${text("groupName")}/${text("name")}`),
    "aws:scheduler/scheduleGroup:ScheduleGroup":
      action === "scheduler:DeleteSchedule"
        ? arn("scheduler", `schedule/${text("name")}/gc`)
        : arn("scheduler", `schedule-group/${text("name")}`),
    "aws:iam/role:Role": role(text("name")),
    "aws:iam/rolePolicy:RolePolicy": role(text("role")),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": role(text("role")),
  };
  return found[type] ?? text("id");
}

/** The trace holds no nested inputs: the group tells whose schedule it is. */
function roleOfSchedule({ groupName }: Record<string, unknown>): string {
  const group = String(groupName);
  return group.includes("-pr-") ? "moorage-preview-scheduler" : group.replace("-jobs-", "-scheduler-");
}

/** `service/moorage/hello-web-prod`; AWS makes the alarms of target tracking with the caller's rights. */
function ofScaling(
  action: string,
  resourceId: string,
  arn: (service: string, rest: string) => string,
): string {
  return action.startsWith("cloudwatch:")
    ? arn("cloudwatch", `alarm:TargetTracking-${resourceId}-AlarmHigh-0f0e7b63-26a1-4b5d-8a53-8e8b2f5f3b1a`)
    : arn("application-autoscaling", "scalable-target/0ec5abc0ec5abc");
}

function passedTo(type: string): string {
  if (type.includes("scheduler/")) return "scheduler";
  if (type.includes("/eventTarget:")) return "events";
  return type.includes("sfn/") ? "states" : "ecs-tasks";
}

/** The call that makes what tags are added to. */
function makerOf(resource: string): string {
  if (resource.includes(":targetgroup/")) return "CreateTargetGroup";
  return resource.includes(":listener/") ? "CreateListener" : "CreateRule";
}

/** Which of AWS's keys the request brings: tags of what is made, or of what is there. */
function contextOf(action: string, resource: string, { type, method, known, place }: Subject): Text {
  const tags = (known["tags"] as Text | undefined) ?? ownTags(resource, place);
  const isMade = method === "create" && !/:(Get|List|Describe|Revoke|Authorize|Modify)/.test(action);
  const [service = "", name = ""] = action.split(":");
  const creates: Record<string, Text> = {
    "elasticloadbalancing:AddTags": {
      "elasticloadbalancing:CreateAction": makerOf(resource),
    },
    "ec2:CreateTags": { "ec2:CreateAction": "CreateSecurityGroup" },
    "iam:CreateServiceLinkedRole": { "iam:AWSServiceName": "ecs.application-autoscaling.amazonaws.com" },
  };
  return {
    ...(action === "iam:PassRole" ? { "iam:PassedToService": `${passedTo(type)}.amazonaws.com` } : {}),
    ...(service === "iam" && name !== "PassRole" ? { "iam:PermissionsBoundary": "{boundary}" } : {}),
    ...(service === "application-autoscaling" ? { "application-autoscaling:service-namespace": "ecs" } : {}),
    ...(isMade ? creates[action] : {}),
    ...(/^(ecs|elasticloadbalancing|ec2|servicediscovery)$/.test(service)
      ? tagContext(isMade ? "RequestTag" : "ResourceTag", tags)
      : {}),
  };
}
