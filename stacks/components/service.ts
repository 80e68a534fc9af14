import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Service as EcsService, type ServiceArgs as EcsServiceArgs } from "@pulumi/aws/ecs/service.js";
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition.js";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../src/core/project/schema.js";
import type { ServiceConfig } from "../../src/core/project/service-schema.js";
import { type Share, capacityOf, needsForce } from "../../src/core/project/capacity.js";
import { containerDefinitions } from "./container.js";
import { discoveryRegistry } from "./discovery.js";
import { serviceName } from "../../src/core/project/aws-names.js";
import { type DeclaredKind, declareKind } from "./kinds/declared.js";
import type { NetworkArgs } from "./network.js";
import { Roles } from "./roles.js";
import type { OwnParts } from "../own/own.js";
import { withOwnValues } from "../own/values.js";
import { taskVolumes } from "./volumes.js";
import { declareStrategy } from "./strategies/declared.js";

/** ARNs of the two roles of a service's tasks. */
export interface TaskRoles {
  execution: pulumi.Input<string>;
  task: pulumi.Input<string>;
}

export interface ServiceArgs extends NetworkArgs {
  deployment: Config["deployment"];
  imageTag: string;
  /** `registry/repository@sha256:...`, or the service's own fixed image. */
  image: string;
  /** Of sidecars that have one of their own. */
  sidecarImages?: Record<string, { image: string; imageTag: string }>;
  /** Its name. */
  logGroup: string;
  /** Whether the log group is there already, left by a crashed run of this stack. */
  adoptLogGroup: boolean;
  /** The capacity provider strategy that is in place; undefined for a new service. */
  capacity: readonly Share[] | undefined;
  /** Whether the service may be deleted while tasks run: previews only. */
  forceDelete: boolean;
  /** Roles that exist: previews have the foundation's. */
  taskRoles: TaskRoles | undefined;
  /** Variables: where it reaches the services that it may call. */
  urls?: Record<string, string>;
  /** Variables: what the target tells every container. */
  taskEnv?: Readonly<Record<string, string>>;
  /** What it gets of the team's own resources. */
  own?: OwnParts | undefined;
  /** What it tells ECS of the names that it has and uses. */
  names?: Pick<EcsServiceArgs, "serviceConnectConfiguration">;
}

/**
 * One service of an app, with all that is its own. The ECS service itself comes last, by
 * `start`: what is to be done with the new task definition before is done in between.
 */
export class Service extends pulumi.ComponentResource {
  readonly taskDefinition: TaskDefinition;
  readonly kind: DeclaredKind;
  readonly logGroup: LogGroup;
  /** What must be in force before a task starts. */
  private readonly grants: pulumi.Resource[];

  constructor(
    name: string,
    private readonly args: ServiceArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("moorage:index:Service", name, {}, { ...options, aliases: [{ type: "moorage:index:Job" }] });
    this.logGroup = declareLogGroup(args, this);
    const roles: TaskRoles & { grants?: pulumi.Resource[] } = args.taskRoles ?? new Roles(args, this).made();
    this.grants = roles.grants ?? [];
    this.kind = declareKind(args, this);
    this.taskDefinition = declareTaskDefinition(args, roles, this.logGroup, this);
  }

  /** Declares the ECS service, which runs the task definition. `called`: those whose names its tasks are to be told. */
  start(called: readonly EcsService[] = []): EcsService {
    const ecsService = this.declareEcsService(called);
    this.registerOutputs({});
    return ecsService;
  }

  private declareEcsService(called: readonly EcsService[]): EcsService {
    const { owner, config, deployment, surroundings, forceDelete, tags } = this.args;
    const { strategy } = capacityOf(config);
    return new EcsService(
      owner.service,
      {
        name: serviceName(owner),
        cluster: surroundings.cluster,
        taskDefinition: this.taskDefinition.arn,
        desiredCount: config.desiredCount,
        capacityProviderStrategies: strategy,
        ...(needsForce(strategy, this.args.capacity) && { forceNewDeployment: true }),
        ...declareStrategy(deployment),
        availabilityZoneRebalancing: config.availabilityZoneRebalancing ? "ENABLED" : "DISABLED",
        ...this.kind.ecs,
        ...this.args.names,
        ...discoveryRegistry(config),
        networkConfiguration: {
          subnets: surroundings.subnets,
          securityGroups: [this.kind.securityGroup.id, ...(config.securityGroups ?? [])],
          assignPublicIp: surroundings.assignPublicIp,
        },
        propagateTags: "SERVICE",
        enableEcsManagedTags: true,
        enableExecuteCommand: config.exec,
        // The driver waits: it knows its own deployment from one that ECS rolled back to (F1).
        waitForSteadyState: false,
        forceDelete,
        tags,
      },
      {
        parent: this,
        dependsOn: [...this.kind.rules, ...this.grants, ...called],
        ignoreChanges: config.autoscaling ? ["desiredCount"] : [],
        customTimeouts: { delete: deleteTimeout(config) },
      },
    );
  }
}

/** What a task's log group and its definition are made from. */
export type TaskArgs = Pick<
  ServiceArgs,
  | "owner"
  | "config"
  | "surroundings"
  | "tags"
  | "image"
  | "imageTag"
  | "sidecarImages"
  | "logGroup"
  | "adoptLogGroup"
  | "urls"
  | "taskEnv"
  | "own"
>;

export function declareLogGroup(args: TaskArgs, parent: pulumi.Resource): LogGroup {
  const { owner, config, tags, logGroup: name, adoptLogGroup } = args;
  // An import has to fit what is there; the update after it brings retention and tags back.
  const adoption = { import: name, ignoreChanges: ["logGroupClass", "retentionInDays", "tags"] };
  return new LogGroup(
    `${owner.service}-logs`,
    { name, retentionInDays: config.logRetention, tags },
    { parent, ...(adoptLogGroup && adoption) },
  );
}

export function declareTaskDefinition(
  args: TaskArgs,
  roles: TaskRoles,
  logGroup: LogGroup,
  parent: pulumi.Resource,
): TaskDefinition {
  const { owner, config, tags } = args;
  const { kind } = capacityOf(config);
  const volumes = taskVolumes(config.volumes);
  return new TaskDefinition(
    `${owner.service}-task`,
    {
      family: serviceName(owner),
      containerDefinitions: withOwnValues(args.own, (own) => containerDefinitions({ ...args, own })),
      cpu: String(config.cpu),
      memory: String(config.memory),
      ...(config.ephemeralStorage && { ephemeralStorage: { sizeInGib: config.ephemeralStorage } }),
      ...(volumes && { volumes }),
      networkMode: kind.networkMode,
      requiresCompatibilities: [kind.launchType],
      executionRoleArn: roles.execution,
      taskRoleArn: roles.task,
      runtimePlatform: { cpuArchitecture: config.architecture, operatingSystemFamily: "LINUX" },
      // A rollback needs the revision that this one replaces; the driver prunes.
      skipDestroy: true,
      tags,
    },
    { parent, dependsOn: [logGroup] },
  );
}

/** A deleted service is gone when its last task has drained and stopped. */
function deleteTimeout({ deregistrationDelay, stopTimeout }: ServiceConfig): string {
  return `${20 + Math.ceil(((deregistrationDelay ?? 0) + stopTimeout) / 60)}m`;
}
