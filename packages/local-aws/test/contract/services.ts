import { runningService } from "../../../../src/adapters/aws/running-service.js";
import {
  CreateServiceCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { forceDeployment, knownDeployments, rolloutFacts } from "../../../../src/adapters/aws/rollout.js";
import { eventually } from "../../../../test/harness/eventually.js";
import type { Question } from "./question.js";
import { account, fresh, refusal, region, type Stage, targetGroup } from "./stage.js";
import { Subject } from "./subject.js";

const nothing = { service: undefined, serviceDeployments: [], tasks: [] };
const running = {
  lastStatus: "RUNNING",
  desiredStatus: "RUNNING",
  stoppedReason: undefined,
  stopCode: undefined,
  exitCode: undefined,
  idFormed: true,
  digestIsOurs: true,
  taskDefinition: "revision 1",
};
const replaced = {
  ...running,
  lastStatus: "STOPPED",
  desiredStatus: "STOPPED",
  stoppedReason: "Scaling activity initiated by (deployment ID)",
  stopCode: "ServiceSchedulerInitiated",
  exitCode: 0,
};
const completed = {
  status: "PRIMARY",
  rolloutState: "COMPLETED",
  rolloutStateReason: "ECS deployment ID completed.",
  desiredCount: 1,
  runningCount: 1,
  pendingCount: 0,
  failedTasks: 0,
  idFormed: true,
  taskDefinition: "revision 1",
};
const steady = { status: "ACTIVE", desiredCount: 1, runningCount: 1, pendingCount: 0, events: true };

async function settledSubject(stage: Stage): Promise<Subject> {
  const subject = await new Subject(stage).create();
  await subject.settled();
  return subject;
}

async function deploymentId(subject: Subject): Promise<string | undefined> {
  return (await subject.facts()).service?.deployments[0]?.id;
}

export const services: Question[] = [
  {
    name: "rolloutFacts: a service that is not there",
    ask: ({ clients, foundation }) => rolloutFacts(clients, foundation.cluster, "absent"),
    answer: nothing,
  },
  {
    name: "rolloutFacts: a cluster that is not there",
    ask: ({ clients }) => rolloutFacts(clients, `arn:aws:ecs:${region}:${account}:cluster/absent`, "absent"),
    answer: nothing,
  },
  {
    name: "rolloutFacts: a new service whose rollout has ended",
    async ask(stage) {
      const subject = await new Subject(stage).create();
      return subject.named(await subject.settled());
    },
    answer: {
      service: { ...steady, deployments: [completed] },
      serviceDeployments: [{ status: "SUCCESSFUL", taskDefinition: "revision 1" }],
      tasks: [running],
    },
  },
  {
    name: "rolloutFacts: another revision has replaced the first",
    async ask(stage) {
      const subject = await settledSubject(stage);
      await subject.update({ taskDefinition: await subject.define() });
      return subject.named(await subject.settled());
    },
    answer: {
      service: { ...steady, deployments: [{ ...completed, taskDefinition: "revision 2" }] },
      serviceDeployments: [
        { status: "SUCCESSFUL", taskDefinition: "revision 2" },
        { status: "SUCCESSFUL", taskDefinition: "revision 1" },
      ],
      tasks: [{ ...running, taskDefinition: "revision 2" }, replaced],
    },
  },
  {
    name: "runningService: what it runs, and what its load balancer knows of it",
    async ask(stage) {
      const subject = await new Subject(stage).create();
      const { cluster } = stage.foundation;
      const found = await runningService(stage.clients, cluster, subject.name);
      const { group, attributes = {}, listeners = [] } = found?.balancing ?? {};
      return {
        status: found?.service.status,
        container: found?.taskDefinition.containerDefinitions?.[0]?.name,
        isItsGroup: group?.TargetGroupArn === subject.targetGroup,
        isStickinessKnown: "stickiness.enabled" in attributes,
        hosts: listeners.flatMap(({ rules }) =>
          rules.map(({ Conditions = [] }) => Conditions[0]?.Values?.[0] === `${subject.name}.localhost`),
        ),
        absent: await runningService(stage.clients, cluster, "absent"),
      };
    },
    answer: {
      status: "ACTIVE",
      container: "web",
      isItsGroup: true,
      isStickinessKnown: true,
      hosts: [true],
      absent: undefined,
    },
  },
  {
    name: "knownDeployments: the deployment's id and its service deployment's ARN",
    async ask(stage) {
      const subject = await settledSubject(stage);
      const known = await knownDeployments(stage.clients, stage.foundation.cluster, subject.name);
      return known.map((id) => (id.startsWith("ecs-svc/") ? "id" : /:(service-deployment)\//.exec(id)?.[1]));
    },
    answer: ["id", "service-deployment"],
  },
  {
    name: "forceDeployment: another deployment of the same task definition",
    async ask(stage) {
      const subject = await settledSubject(stage);
      const before = await deploymentId(subject);
      await forceDeployment(stage.clients, stage.foundation.cluster, subject.name);
      const { service } = subject.named(await subject.settled());
      return { isNew: (await deploymentId(subject)) !== before, deployments: service?.deployments };
    },
    answer: { isNew: true, deployments: [completed] },
  },
  {
    name: "F3: UpdateService: a change of the desired count starts no deployment",
    async ask(stage) {
      const subject = await settledSubject(stage);
      const before = await deploymentId(subject);
      await subject.update({ desiredCount: 0 });
      const { service } = subject.named(await subject.settled());
      return { isNew: (await deploymentId(subject)) !== before, running: service?.runningCount };
    },
    answer: { isNew: false, running: 0 },
  },
  {
    name: "DeleteService: what is gone is described as INACTIVE, and cannot be updated",
    async ask(stage) {
      const subject = await settledSubject(stage);
      await subject.delete();
      const { service, tasks } = await eventually("the service is gone", async () => {
        const facts = await subject.facts();
        const ended = facts.tasks.every(({ lastStatus }) => lastStatus === "STOPPED");
        return facts.service?.status !== "DRAINING" && ended && facts;
      });
      return {
        status: service?.status,
        counts: [service?.desiredCount, service?.runningCount, service?.pendingCount],
        tasks: tasks.map(({ lastStatus }) => lastStatus),
        update: await refusal(subject.update({ desiredCount: 1 })),
      };
    },
    answer: {
      status: "INACTIVE",
      counts: [0, 0, 0],
      tasks: ["STOPPED"],
      update: "ServiceNotActiveException",
    },
  },
  {
    name: "DescribeClusters: its state and capacity providers; one that never was is a failure, not an error",
    async ask({ clients, foundation }) {
      const asked = new DescribeClustersCommand({ clusters: [foundation.cluster, "absent"] });
      const { clusters, failures } = await (await clients.ecs()).send(asked);
      return {
        found: clusters?.map(({ status, capacityProviders }) => [status, capacityProviders?.sort()]),
        reasons: failures?.map(({ reason }) => reason),
      };
    },
    answer: { found: [["ACTIVE", ["FARGATE", "FARGATE_SPOT"]]], reasons: ["MISSING"] },
  },
  {
    name: "DescribeServices: one that never was is a failure, not an error",
    async ask({ clients, foundation }) {
      const { cluster } = foundation;
      const { services: found, failures } = await (
        await clients.ecs()
      ).send(new DescribeServicesCommand({ cluster, services: ["absent"] }));
      return { found, reasons: failures?.map(({ reason }) => reason) };
    },
    answer: { found: [], reasons: ["MISSING"] },
  },
  {
    name: "UpdateService: one that never was",
    ask: async ({ clients, foundation: { cluster } }) =>
      refusal((await clients.ecs()).send(new UpdateServiceCommand({ cluster, service: "absent" }))),
    answer: "ServiceNotFoundException",
  },
  {
    name: "CreateService: a namesake that runs",
    async ask(stage) {
      const subject = await settledSubject(stage);
      const input = { ...(await subject.input(subject.targetGroup)), desiredCount: 2 };
      return refusal((await stage.clients.ecs()).send(new CreateServiceCommand(input)));
    },
    answer: "InvalidParameterException",
  },
  {
    name: "CreateService: a target group that no listener uses",
    async ask(stage) {
      const subject = new Subject(stage);
      const input = await subject.input(await targetGroup(stage, fresh("unattached")));
      return refusal((await stage.clients.ecs()).send(new CreateServiceCommand(input)));
    },
    answer: "InvalidParameterException",
  },
  {
    name: "StopServiceDeployment: one that never was",
    async ask({ clients, foundation }) {
      const serviceDeploymentArn = `${foundation.cluster.replace(":cluster/", ":service-deployment/")}/absent/aaaaaaaaaaaaaaaaaaaaa`;
      return refusal((await clients.ecs()).send(new StopServiceDeploymentCommand({ serviceDeploymentArn })));
    },
    answer: "ServiceDeploymentNotFoundException",
  },
];
