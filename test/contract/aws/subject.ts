import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { rolloutFacts } from "../../../src/aws/rollout.js";
import type { RolloutFacts } from "../../../src/release/rollout-facts.js";
import { eventually } from "../../support/eventually.js";
import { define, fresh, rule, type Stage, targetGroup } from "./stage.js";

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
    return eventually(`${this.name} is settled`, async () => {
      const facts = await this.facts();
      const { deployments = [], runningCount, desiredCount } = facts.service ?? {};
      const done = deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
      const still = facts.tasks.every(({ lastStatus }) => ["RUNNING", "STOPPED"].includes(lastStatus));
      return done && still && runningCount === desiredCount && facts;
    });
  }

  /** The facts with ARNs and ids named by what they are. */
  named(facts: RolloutFacts) {
    const revision = (arn: string | undefined) => `revision ${this.revisions.indexOf(arn ?? "") + 1}`;
    const { service, serviceDeployments, tasks } = facts;
    return {
      service: service && {
        ...service,
        deployments: service.deployments.map(({ id, taskDefinition, rolloutStateReason, ...rest }) => ({
          ...rest,
          rolloutStateReason: rolloutStateReason?.replace(id, "ID"),
          idFormed: /^ecs-svc\/\d{19}$/.test(id),
          taskDefinition: revision(taskDefinition),
        })),
        events: service.events.some((text) => text === `(service ${this.name}) has reached a steady state.`),
      },
      serviceDeployments: serviceDeployments.map(({ status, taskDefinition }) => ({
        status,
        taskDefinition: revision(taskDefinition),
      })),
      tasks: tasks
        .map(({ id, taskDefinition, digest, stoppedReason, ...rest }) => ({
          ...rest,
          stoppedReason: stoppedReason?.replace(/ecs-svc\/\d+/, "ID"),
          idFormed: /^[0-9a-f]{32}$/.test(id),
          taskDefinition: revision(taskDefinition),
          digestIsOurs: digest !== undefined && this.stage.image.endsWith(digest),
        }))
        .sort((a, b) => a.lastStatus.localeCompare(b.lastStatus)),
    };
  }
}
