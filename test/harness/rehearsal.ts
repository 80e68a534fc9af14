import type { Service, ServiceDeployment, Task } from "@aws-sdk/client-ecs";
import {
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { eventually } from "./eventually.js";
import type { Asked, Foundation } from "./forwarding.js";
import { connectionOf } from "./local-connection.js";
import { createForwarding } from "./forwarding.js";
import type { ImageJson, StatusJson } from "./preview.js";
import { Sandbox } from "./sandbox.js";

/**
 * The whole local target with a home of its own, started by the compiled command and reached by the AWS SDK over HTTP.
 * No engine takes part: ECS services come from CreateService.
 */
export class Rehearsal {
  private constructor(
    readonly sandbox: Sandbox,
    readonly foundation: Foundation,
    readonly ecs: ECSClient,
    readonly elb: ElasticLoadBalancingV2Client,
  ) {}

  static async open(): Promise<Rehearsal> {
    const sandbox = new Sandbox();
    const exports = await sandbox.json<Record<string, string>>("local", "env");
    const connection = { ...connectionOf(exports), maxAttempts: 1 };
    return new Rehearsal(
      sandbox,
      JSON.parse(exports["MOORAGE_FOUNDATION"] ?? "") as Foundation,
      new ECSClient(connection),
      new ElasticLoadBalancingV2Client(connection),
    );
  }

  /** `moorage local status`; starts nothing. */
  status(): Promise<StatusJson> {
    return this.sandbox.json<StatusJson>("local", "status");
  }

  /** The load balancer's port. */
  async port(): Promise<number> {
    return Number(new URL((await this.status()).url).port);
  }

  /** Builds an app's folder and pushes it; a reference by digest. */
  async image(folder: string, repository: string, tag: string): Promise<string> {
    const args = ["local", "image", folder, "--repository", repository, "--tag", tag];
    const { image, digest } = await this.sandbox.json<ImageJson>(...args);
    return `${image.slice(0, image.lastIndexOf(":"))}@${digest}`;
  }

  /** The ARN of a new revision of the family. */
  async define(family: string, image: string, version = ""): Promise<string> {
    const { taskDefinition } = await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: "256",
        memory: "512",
        containerDefinitions: [
          {
            name: "web",
            image,
            portMappings: [{ containerPort: 8080 }],
            stopTimeout: 5,
            environment: [{ name: "MOORAGE_IMAGE_TAG", value: version }],
          },
        ],
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  /** A target group, its rule and a service with the circuit breaker on; the target group's ARN. */
  async create(asked: Asked): Promise<string> {
    const group = await createForwarding(this.elb, this.foundation, asked);
    await this.ecs.send(
      new CreateServiceCommand({
        cluster: this.foundation.cluster,
        serviceName: asked.name,
        taskDefinition: await this.define(asked.name, asked.image, "0"),
        desiredCount: asked.desired ?? 1,
        launchType: "FARGATE",
        loadBalancers: [{ targetGroupArn: group, containerName: "web", containerPort: 8080 }],
        networkConfiguration: { awsvpcConfiguration: { subnets: this.foundation.subnets } },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    );
    return group;
  }

  /** Starts a rollout of the image (and, where given, changes the desired count); the new task definition. */
  async roll(name: string, image: string, version: string, desiredCount?: number): Promise<string> {
    const taskDefinition = await this.define(name, image, version);
    await this.update(name, { taskDefinition, desiredCount });
    return taskDefinition;
  }

  async update(
    service: string,
    change: { taskDefinition?: string; desiredCount?: number },
  ): Promise<Service | undefined> {
    const { cluster } = this.foundation;
    return (await this.ecs.send(new UpdateServiceCommand({ cluster, service, ...change }))).service;
  }

  async service(name: string): Promise<Service> {
    return (await this.services([name]))[0] ?? {};
  }

  /** Any number of them: DescribeServices takes ten at a time. */
  async services(names: string[]): Promise<Service[]> {
    const { cluster } = this.foundation;
    const found: Service[] = [];
    for (let at = 0; at < names.length; at += 10) {
      const command = new DescribeServicesCommand({ cluster, services: names.slice(at, at + 10) });
      found.push(...((await this.ecs.send(command)).services ?? []));
    }
    return found;
  }

  /** Waits until the service's latest service deployment has ended. */
  async ended(service: string, timeoutMs = 60_000): Promise<ServiceDeployment> {
    return eventually(
      `the rollout of ${service} ends`,
      async () => {
        const deployment = await this.deployment(service);
        return deployment?.finishedAt && deployment;
      },
      timeoutMs,
    );
  }

  /** The latest service deployment. */
  async deployment(service: string): Promise<ServiceDeployment | undefined> {
    const { cluster } = this.foundation;
    const { serviceDeployments = [] } = await this.ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service }),
    );
    const arn = serviceDeployments[0]?.serviceDeploymentArn;
    if (arn === undefined) return undefined;
    const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
    return (await this.ecs.send(command)).serviceDeployments?.[0];
  }

  async tasks(serviceName: string, desiredStatus: "RUNNING" | "STOPPED"): Promise<Task[]> {
    const { cluster } = this.foundation;
    const { taskArns = [] } = await this.ecs.send(
      new ListTasksCommand({ cluster, serviceName, desiredStatus }),
    );
    if (taskArns.length === 0) return [];
    return (await this.ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
  }

  /** The states of a target group's targets. */
  async health(group: string): Promise<string[]> {
    const { TargetHealthDescriptions = [] } = await this.elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: group }),
    );
    return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State ?? "");
  }

  /** Ends the local target and removes everything. */
  async close(): Promise<void> {
    this.ecs.destroy();
    this.elb.destroy();
    await this.sandbox.close();
  }
}
