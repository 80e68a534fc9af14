import { type Scope, namesOf, scopedArn, taskRolesOf } from "./scope.js";
import { namedBelow } from "./boundary.js";
import { starterServices } from "./scheduler.js";
import { statePlaces } from "./state-places.js";

/** A policy's `Condition`: operator, key, values. */
export type Condition = Record<string, Record<string, string | readonly string[]>>;

/** Where a call is allowed. None at all where `resources` is empty. */
export interface Place {
  resources: readonly string[];
  condition?: Condition;
}

const inCluster = (scope: Scope, kind: string, rest: string) =>
  scopedArn(scope, "ecs", `${kind}/${scope.cluster.split("/").at(-1) ?? ""}/${rest}`);

const role = ({ partition, account }: Scope, name: string) => `arn:${partition}:iam::${account}:role/${name}`;

/** What carries the stack's tags, or is given them by the call. */
const tagged = (of: "ResourceTag" | "RequestTag", { project, stack }: Scope): Condition => ({
  StringLike: { [`aws:${of}/moorage:project`]: project, [`aws:${of}/moorage:stack`]: stack },
});

const isPreview = ({ stack }: Scope) => stack === "pr-*";

const owned = (scope: Scope, ...resources: string[]): Place => ({
  resources,
  condition: tagged("ResourceTag", scope),
});
const made = (scope: Scope, ...resources: string[]): Place => ({
  resources,
  condition: tagged("RequestTag", scope),
});

/** What is its own stays its own: tags tell whose a thing is, so that nobody labels one as another stack's. */
const keptOwn = (scope: Scope, { resources, condition }: Place): Place => ({
  resources,
  condition: { ...condition, StringLikeIfExists: { ...tagged("RequestTag", scope)["StringLike"] } },
});

/**
 * Of the stack's own task definitions alone: their roles were passed when they were registered, so that a service of another's would
 * run with another's roles and secrets. Source: Service Authorization Reference, ECS, `ecs:task-definition`.
 */
const runningOwn = (scope: Scope, { resources, condition }: Place): Place => ({
  resources,
  condition: { ...condition, ArnLikeIfExists: { "ecs:task-definition": families(scope) } },
});

const balancing = (scope: Scope, resource: string) => scopedArn(scope, "elasticloadbalancing", resource);
const groups = (scope: Scope) => scopedArn(scope, "ec2", "security-group/*");
const services = (scope: Scope) => inCluster(scope, "service", namesOf(scope));
const families = (scope: Scope) => scopedArn(scope, "ecs", `task-definition/${namesOf(scope)}:*`);
const atBalancers = (scope: Scope, kind: "listener" | "listener-rule") =>
  [scope.balancers].flat().map((name) => balancing(scope, `${kind}/app/${name}/*`));
const listener = (scope: Scope) => atBalancers(scope, "listener");
/** Of network load balancers. */
const networkListeners = ({ networks = [] }: Scope) =>
  networks.map((arn) => `${arn.replace(":loadbalancer/", ":listener/")}/*`);
const rule = (scope: Scope) => atBalancers(scope, "listener-rule");
/** What an environment's secrets and parameters are below; all previews share one. */
const prefixOf = (scope: Scope) => (isPreview(scope) ? "preview" : scope.stack);
const versionsOf = (scope: Scope, environment: string) =>
  scopedArn(scope, "ssm", `parameter/moorage/${scope.app}/${environment}/*`);
const logs = (scope: Scope) => scopedArn(scope, "logs", `log-group:${scope.logs}/${scope.stack}/*`);

/** The places that the table of calls names. Names keep stacks apart where IAM knows no tags; tags do it elsewhere. */
export const places = {
  /** Calls for which IAM knows no resources. */
  anywhere: () => ({ resources: ["*"] }),
  cluster: ({ cluster }: Scope) => ({ resources: [cluster] }),
  clusterTasks: ({ cluster }: Scope) => ({
    resources: ["*"],
    condition: { ArnEquals: { "ecs:cluster": cluster } },
  }),
  task: (scope: Scope) => ({ resources: [inCluster(scope, "task", "*")] }),
  ownTask: (scope: Scope) => owned(scope, inCluster(scope, "task", "*")),
  newTask: (scope: Scope) => ({
    resources: [inCluster(scope, "task", "*")],
    condition: { ...tagged("RequestTag", scope), StringEquals: { "ecs:CreateAction": "RunTask" } },
  }),
  runTask: (scope: Scope) => ({
    resources: [families(scope)],
    condition: { ...tagged("RequestTag", scope), ArnEquals: { "ecs:cluster": scope.cluster } },
  }),
  /** By name: what is looked for may be gone, and its tags with it. */
  service: (scope: Scope) => ({ resources: [services(scope)] }),
  ownService: (scope: Scope) => runningOwn(scope, keptOwn(scope, owned(scope, services(scope)))),
  newService: (scope: Scope) => runningOwn(scope, made(scope, services(scope))),
  serviceDeployment: (scope: Scope) => ({
    resources: ["service-deployment", "service-revision"].map((kind) =>
      inCluster(scope, kind, `${namesOf(scope)}/*`),
    ),
  }),
  /** Of previews that are gone, which the base environment's role removes. */
  previewFamilies: (scope: Scope) => ({
    resources: scope.cleansPreviews ? [families({ ...scope, stack: "pr-*" })] : [],
  }),
  taskDefinition: (scope: Scope) => ({ resources: [families(scope)] }),
  ownTaskDefinition: (scope: Scope) => keptOwn(scope, owned(scope, families(scope))),
  newTaskDefinition: (scope: Scope) => made(scope, families(scope)),
  logGroup: (scope: Scope) => ({ resources: [logs(scope)] }),
  /** By name: a schedule has no tags, and what is looked for may be gone. */
  schedule: (scope: Scope) => ({
    resources: [scopedArn(scope, "scheduler", `schedule/${namesOf(scope)}/*`)],
  }),
  scheduleGroup: (scope: Scope) => ({
    resources: [scopedArn(scope, "scheduler", `schedule-group/${namesOf(scope)}`)],
  }),
  /** By name, for the same reason; a rule of a bus that is not the default one has its name before its own. */
  eventRule: (scope: Scope) => ({
    resources: ["rule/", "rule/*/"].map((path) => scopedArn(scope, "events", `${path}${namesOf(scope)}`)),
  }),
  stateMachine: (scope: Scope) => ({
    resources: [scopedArn(scope, "states", `stateMachine:${namesOf(scope)}`)],
  }),
  execution: (scope: Scope) => ({ resources: [scopedArn(scope, "states", `execution:${namesOf(scope)}:*`)] }),
  /** A pool of the account: the configuration names it, and the foundation does not know it. */
  userPool: (scope: Scope) => ({ resources: [scopedArn(scope, "cognito-idp", "userpool/*")] }),
  queue: (scope: Scope) => ({ resources: [scopedArn(scope, "sqs", "*")] }),
  role: (scope: Scope) => ({ resources: [role(scope, namesOf(scope))] }),
  /** A role with more than the boundary allows could do anything. */
  boundedRole: (scope: Scope) => ({
    resources: [role(scope, namesOf(scope))],
    condition: { StringEquals: { "iam:PermissionsBoundary": scope.boundary } },
  }),
  boundary: ({ boundary }: Scope) => ({ resources: boundary === "" ? [] : [boundary] }),
  passedRole: (scope: Scope) => ({
    resources: isPreview(scope)
      ? (scope.previewRoles ?? [])
      : taskRolesOf(scope).map((name) => role(scope, name)),
    // An environment's own role of schedules has one of these names too: whom it trusts tells what each is for.
    condition: {
      StringEquals: {
        "iam:PassedToService": isPreview(scope)
          ? "ecs-tasks.amazonaws.com"
          : ["ecs-tasks.amazonaws.com", ...starterServices],
      },
    },
  }),
  /** To whom jobs of previews leave it to start their tasks. */
  scheduledRole: (scope: Scope) => ({
    resources: isPreview(scope) && scope.previewScheduler !== undefined ? [scope.previewScheduler] : [],
    condition: { StringEquals: { "iam:PassedToService": starterServices } },
  }),
  scalingRole: (scope: Scope) => ({
    resources: [role(scope, "aws-service-role/ecs.application-autoscaling.amazonaws.com/*")],
    condition: { StringEquals: { "iam:AWSServiceName": "ecs.application-autoscaling.amazonaws.com" } },
  }),
  ownTargetGroup: (scope: Scope) => owned(scope, balancing(scope, "targetgroup/*/*")),
  newTargetGroup: (scope: Scope) => made(scope, balancing(scope, "targetgroup/*/*")),
  newRule: (scope: Scope) => made(scope, ...listener(scope)),
  ownRule: (scope: Scope) => owned(scope, ...rule(scope)),
  balancingTags: (scope: Scope) =>
    keptOwn(scope, owned(scope, balancing(scope, "targetgroup/*/*"), ...rule(scope))),
  newBalancingTags: (scope: Scope) => ({
    resources: [balancing(scope, "targetgroup/*/*"), ...rule(scope), ...networkListeners(scope)],
    condition: {
      ...tagged("RequestTag", scope),
      StringEquals: {
        "elasticloadbalancing:CreateAction": [
          "CreateRule",
          "CreateTargetGroup",
          ...(networkListeners(scope).length > 0 ? ["CreateListener"] : []),
        ],
      },
    },
  }),
  newNetworkListener: (scope: Scope) => made(scope, ...(scope.networks ?? [])),
  ownNetworkListener: (scope: Scope) => keptOwn(scope, owned(scope, ...networkListeners(scope))),
  ownSecurityGroup: (scope: Scope) => keptOwn(scope, owned(scope, groups(scope))),
  newSecurityGroup: (scope: Scope) => made(scope, groups(scope)),
  newSecurityGroupTags: (scope: Scope) => ({
    resources: [groups(scope)],
    condition: {
      ...tagged("RequestTag", scope),
      StringEquals: { "ec2:CreateAction": "CreateSecurityGroup" },
    },
  }),
  ownNamespace: (scope: Scope) => owned(scope, scopedArn(scope, "servicediscovery", "namespace/*")),
  /** IAM knows no resources of a new namespace, nor of whose tags are changed. */
  newNamespace: (scope: Scope) => made(scope, "*"),
  vpc: (scope: Scope) => ({ resources: [scopedArn(scope, "ec2", `vpc/${scope.vpc}`)] }),
  alarm: (scope: Scope) => ({ resources: [scopedArn(scope, "cloudwatch", `alarm:${namesOf(scope)}`)] }),
  /** What target tracking calls its alarms: `TargetTracking-service/<cluster>/<service>-AlarmHigh-<uuid>`. */
  scalingAlarm: (scope: Scope) => {
    const cluster = scope.cluster.split("/").at(-1) ?? "";
    return {
      resources: [
        scopedArn(scope, "cloudwatch", `alarm:TargetTracking-service/${cluster}/${namesOf(scope)}-Alarm*`),
      ],
    };
  },
  anyAlarm: (scope: Scope) => ({ resources: [scopedArn(scope, "cloudwatch", "alarm:*")] }),
  scaling: (scope: Scope) => ({
    resources: [scopedArn(scope, "application-autoscaling", "scalable-target/*")],
    condition: { StringEquals: { "application-autoscaling:service-namespace": "ecs" } },
  }),
  scalingTags: (scope: Scope) => ({
    resources: [scopedArn(scope, "application-autoscaling", "scalable-target/*")],
  }),
  repository: ({ repositories }: Scope) => ({ resources: repositories }),
  source: ({ sources }: Scope) => ({ resources: sources }),
  /** Exports are told of all together: previews read none that nobody has listed. */
  exports: (scope: Scope) => ({
    resources: isPreview(scope) && (scope.exports ?? []).length === 0 ? [] : ["*"],
  }),
  /** The environment's own, and what the foundation lists: whether what a service's `secrets` name is there. */
  secret: (scope: Scope) => ({
    resources: namedBelow(scope.app, prefixOf(scope), scope.tasks).secrets.map((name) =>
      scopedArn(scope, "secretsmanager", name),
    ),
  }),
  parameter: (scope: Scope) => ({
    resources:
      // Who builds images has no stack.
      scope.stack === ""
        ? []
        : namedBelow(scope.app, prefixOf(scope), scope.tasks).parameters.map((name) =>
            scopedArn(scope, "ssm", name),
          ),
  }),
  /** Which version another repository asked for. */
  version: (scope: Scope) => ({
    resources: scope.stack === "" ? [] : [versionsOf(scope, scope.stack)],
  }),
  /** The same, where it asks: the app's repository, which another one deploys. */
  requestedVersion: (scope: Scope) => ({
    resources: (scope.requests ?? []).map((environment) => versionsOf(scope, environment)),
  }),
  ...statePlaces,
} satisfies Record<string, (scope: Scope) => Place>;

export type PlaceName = keyof typeof places;
