import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { rolloutFacts } from "../../../../src/adapters/aws/rollout.js";
import type {
  DeploymentFact,
  RolloutFacts,
  ServiceFact,
  TaskFact,
} from "../../../../src/adapters/aws/rollout-facts.js";
import { eventually } from "../../../../test/harness/eventually.js";
import { define, fresh, rule, type Stage, targetGroup, tags } from "./stage.js";

let priorities = 1000;

/** An ECS service of its own, behind the load balancer, with one task. */
export class Subject {
  readonly name = fresh("service");
  private revisions: string[] = [];

  constructor(private readonly stage: Stage) {}

  /** ARN. */
  targetGroup = "";

  async create(): Promise<this> {
    this.targetGroup = await targetGroup(this.stage, this.name);
    await rule(this.stage, `${this.name}.localhost`, this.targetGroup, ++priorities);
    const input = await this.input(this.targetGroup);
    await (await this.stage.clients.ecs()).send(new CreateServiceCommand(input));
    return this;
  }

  async input(targetGroupArn: string): Promise<CreateServiceCommandInput> {
    const { cluster, subnets } = this.stage.foundation;
    return {
      cluster,
      serviceName: this.name,
      taskDefinition: await this.define(),
      desiredCount: 1,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
      loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 8080 }],
      networkConfiguration: { awsvpcConfiguration: { subnets } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    };
  }

  /** Another revision. Returns its ARN. */
  async define(version = String(this.revisions.length + 1)): Promise<string> {
    const arn = await define(this.stage, this.name, version);
    this.revisions.push(arn);
    return arn;
  }

  async update(changes: Partial<UpdateServiceCommandInput>): Promise<void> {
    const { clients, foundation } = this.stage;
    const input = { cluster: foundation.cluster, service: this.name, ...changes };
    await (await clients.ecs()).send(new UpdateServiceCommand(input));
  }

  async delete(): Promise<void> {
    const { clients, foundation } = this.stage;
    const input = { cluster: foundation.cluster, service: this.name, force: true };
    await (await clients.ecs()).send(new DeleteServiceCommand(input));
  }

  facts(): Promise<RolloutFacts> {
    return rolloutFacts(this.stage.clients, this.stage.foundation.cluster, this.name);
  }

  /** When the rollout has ended and the tasks that were replaced have stopped. */
  async settled(): Promise<RolloutFacts> {
    return eventually(
      `${this.name} is settled`,
      async () => {
        const facts = await this.facts();
        const { deployments = [], runningCount, desiredCount } = facts.service ?? {};
        const done = deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
        const still = facts.tasks.every(({ lastStatus }) => ["RUNNING", "STOPPED"].includes(lastStatus));
        return done && still && runningCount === desiredCount && facts;
      },
      25_000,
    );
  }

  /** The facts with ARNs and ids named by what they are. */
  named({ service, serviceDeployments, tasks }: RolloutFacts) {
    return {
      service: service && this.namedService(service),
      serviceDeployments: serviceDeployments.map(({ status, taskDefinition }) => ({
        status,
        taskDefinition: this.revision(taskDefinition),
      })),
      tasks: tasks
        .map((task) => this.namedTask(task))
        .sort((a, b) => a.lastStatus.localeCompare(b.lastStatus)),
    };
  }

  private namedService({ status, desiredCount, runningCount, pendingCount, ...rest }: ServiceFact) {
    const steady = `(service ${this.name}) has reached a steady state.`;
    return {
      ...{ status, desiredCount, runningCount, pendingCount },
      deployments: rest.deployments.map((deployment) => this.namedDeployment(deployment)),
      events: rest.events.includes(steady),
    };
  }

  private namedDeployment({ id, status, rolloutState, rolloutStateReason, ...rest }: DeploymentFact) {
    const { desiredCount, runningCount, pendingCount, failedTasks } = rest;
    return {
      ...{ status, rolloutState, desiredCount, runningCount, pendingCount, failedTasks },
      rolloutStateReason: rolloutStateReason?.replace(id, "ID"),
      idFormed: /^ecs-svc\/\d{19}$/.test(id),
      taskDefinition: this.revision(rest.taskDefinition),
    };
  }

  private namedTask({ id, lastStatus, desiredStatus, stopCode, exitCode, ...rest }: TaskFact) {
    return {
      ...{ lastStatus, desiredStatus, stopCode, exitCode },
      stoppedReason: rest.stoppedReason?.replace(/ecs-svc\/\d+/, "ID"),
      idFormed: /^[0-9a-f]{32}$/.test(id),
      taskDefinition: this.revision(rest.taskDefinition),
      digestIsOurs: rest.digest !== undefined && this.stage.image.endsWith(rest.digest),
    };
  }

  private revision(arn: string | undefined): string {
    return `revision ${this.revisions.indexOf(arn ?? "") + 1}`;
  }
}
