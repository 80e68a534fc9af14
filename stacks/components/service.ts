import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Service as EcsService } from "@pulumi/aws/ecs/service.js";
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { expandPaths } from "../../src/config/paths.js";
import type { Config } from "../../src/config/schema.js";
import type { ServiceConfig } from "../../src/config/service-schema.js";
import { containerDefinitions } from "./container.js";
import type { Identity } from "./identity.js";
import { type Owner, logGroupName, securityGroupName, serviceName, targetGroupName } from "./names.js";
import { Roles } from "./roles.js";
import type { Surroundings } from "./surroundings.js";

export interface ServiceArgs {
  config: ServiceConfig;
  deployment: Config["deployment"];
  surroundings: Surroundings;
  identity: Identity;
  host: string;
  imageTag: string;
  /** `registry/repository@sha256:...`, or the service's own fixed image. */
  image: string;
  /** The listener rule's; without one the provider takes the next after the highest. */
  priority: number | undefined;
  /** Whether the service may be deleted while tasks run: previews only. */
  forceDelete: boolean;
  /** Rules that must be there first, because their paths are more specific. */
  after: pulumi.Resource[];
}

/** An explicit name makes the provider delete first when it replaces; names change with what forces a replacement. */
const replacing = { deleteBeforeReplace: false };

/** One service of an app behind the shared load balancer, with all that is its own. */
export class Service extends pulumi.ComponentResource {
  readonly rule: ListenerRule;
  readonly targetGroup: TargetGroup;
  readonly taskDefinition: TaskDefinition;
  readonly ecsService: EcsService;
  readonly logGroup: LogGroup;
  private readonly owner: Owner;

  constructor(
    private readonly name: string,
    private readonly args: ServiceArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("moorage:index:Service", name, {}, options);
    const { identity, surroundings } = args;
    this.owner = { app: identity.app, service: name, stack: identity.stack };
    this.logGroup = this.makeLogGroup();
    const roles = new Roles(
      name,
      { owner: this.owner, tags: identity.tags, service: args.config, surroundings },
      this,
    );
    const securityGroup = this.makeSecurityGroup();
    this.targetGroup = this.makeTargetGroup();
    this.rule = this.makeRule();
    this.taskDefinition = this.makeTaskDefinition(roles);
    this.ecsService = this.makeEcsService(securityGroup, roles.grants);
    this.registerOutputs({});
  }

  private makeLogGroup(): LogGroup {
    const { config, identity } = this.args;
    return new LogGroup(
      `${this.name}-logs`,
      { name: logGroupName(this.owner), retentionInDays: config.logRetention, tags: identity.tags },
      { parent: this },
    );
  }

  /** The load balancer reaches the port, and nobody else does. Health checks use the traffic port. */
  private makeSecurityGroup(): SecurityGroup {
    const { config, identity, surroundings } = this.args;
    const description = `Tasks of ${identity.app}/${this.name} in ${identity.stack}`;
    return new SecurityGroup(
      `${this.name}-tasks`,
      {
        name: securityGroupName(this.owner, [surroundings.vpc, description]),
        description,
        vpcId: surroundings.vpc,
        ingress: [
          {
            description: "From the load balancer",
            protocol: "tcp",
            fromPort: config.port,
            toPort: config.port,
            securityGroups: surroundings.loadBalancerGroups,
          },
        ],
        egress: [
          {
            description: "To anywhere",
            protocol: "-1",
            fromPort: 0,
            toPort: 0,
            cidrBlocks: ["0.0.0.0/0"],
            ipv6CidrBlocks: ["::/0"],
          },
        ],
        tags: identity.tags,
      },
      // Fargate's network interfaces are released minutes after the last task.
      { parent: this, ...replacing, customTimeouts: { delete: "30m" } },
    );
  }

  private makeTargetGroup(): TargetGroup {
    const { config, identity, surroundings } = this.args;
    const { port, protocol, health } = config;
    return new TargetGroup(
      `${this.name}-targets`,
      {
        name: targetGroupName(this.owner, [surroundings.vpc, port, protocol]),
        port,
        protocol,
        targetType: "ip",
        vpcId: surroundings.vpc,
        deregistrationDelay: config.deregistrationDelay,
        healthCheck: {
          enabled: true,
          path: health.path,
          port: "traffic-port",
          protocol: health.protocol ?? protocol,
          interval: health.interval,
          timeout: health.timeout,
          healthyThreshold: health.healthy,
          unhealthyThreshold: health.unhealthy,
          matcher: health.codes,
        },
        tags: identity.tags,
      },
      { parent: this, ...replacing },
    );
  }

  private makeRule(): ListenerRule {
    const { config, host, identity, priority, surroundings, after } = this.args;
    const paths = expandPaths(config.path);
    return new ListenerRule(
      `${this.name}-rule`,
      {
        listenerArn: surroundings.listener,
        priority,
        actions: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
        conditions: [{ hostHeader: { values: [host] } }, { pathPattern: { values: paths } }],
        tags: identity.tags,
      },
      { parent: this, dependsOn: after },
    );
  }

  private makeTaskDefinition(roles: Roles): TaskDefinition {
    const { config, identity, image, imageTag, surroundings } = this.args;
    const definitions = containerDefinitions(config, {
      name: this.name,
      image,
      imageTag,
      stack: identity.stack,
      region: surroundings.region,
      logGroup: logGroupName(this.owner),
    });
    return new TaskDefinition(
      `${this.name}-task`,
      {
        family: serviceName(this.owner),
        containerDefinitions: definitions,
        cpu: String(config.cpu),
        memory: String(config.memory),
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        executionRoleArn: roles.execution.arn,
        taskRoleArn: roles.task.arn,
        runtimePlatform: { cpuArchitecture: config.architecture, operatingSystemFamily: "LINUX" },
        // A rollback needs the revision that this one replaces; the driver prunes.
        skipDestroy: true,
        tags: identity.tags,
      },
      { parent: this, dependsOn: [this.logGroup] },
    );
  }

  private makeEcsService(securityGroup: SecurityGroup, grants: pulumi.Resource[]): EcsService {
    const { config, deployment, identity, surroundings, forceDelete } = this.args;
    return new EcsService(
      this.name,
      {
        name: serviceName(this.owner),
        cluster: surroundings.cluster,
        taskDefinition: this.taskDefinition.arn,
        desiredCount: config.desiredCount,
        capacityProviderStrategies: [{ capacityProvider: config.capacityProvider, weight: 1 }],
        deploymentMinimumHealthyPercent: deployment.minimumHealthyPercent,
        deploymentMaximumPercent: deployment.maximumPercent,
        deploymentCircuitBreaker: { enable: true, rollback: deployment.rollbackOnFailure },
        availabilityZoneRebalancing: config.availabilityZoneRebalancing ? "ENABLED" : "DISABLED",
        healthCheckGracePeriodSeconds: config.health.gracePeriod,
        loadBalancers: [
          { targetGroupArn: this.targetGroup.arn, containerName: this.name, containerPort: config.port },
        ],
        networkConfiguration: {
          subnets: surroundings.subnets,
          securityGroups: [securityGroup.id],
          assignPublicIp: surroundings.assignPublicIp,
        },
        propagateTags: "SERVICE",
        enableEcsManagedTags: true,
        // The driver waits: it knows its own deployment from one that ECS rolled back to (F1).
        waitForSteadyState: false,
        forceDelete,
        tags: identity.tags,
      },
      {
        parent: this,
        // ECS refuses a target group that no listener uses.
        dependsOn: [this.rule, ...grants],
        ignoreChanges: config.autoscaling ? ["desiredCount"] : [],
        customTimeouts: { delete: deleteTimeout(config) },
        ...replacing,
      },
    );
  }
}

/** A deleted service is gone when its last task has drained and stopped. */
function deleteTimeout({ deregistrationDelay, stopTimeout }: ServiceConfig): string {
  return `${20 + Math.ceil((deregistrationDelay + stopTimeout) / 60)}m`;
}
