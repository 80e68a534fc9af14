import {
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { families, removeFamily } from "../../../../src/adapters/aws/task-definitions.js";
import type { Question } from "./question.js";
import { define, fresh, refusal, type Stage, tags } from "./stage.js";

async function listed({ clients }: Stage, familyPrefix: string): Promise<number[]> {
  const ecs = await clients.ecs();
  const answers = await Promise.all(
    (["ACTIVE", "INACTIVE"] as const).map((status) =>
      ecs.send(new ListTaskDefinitionsCommand({ familyPrefix, status })),
    ),
  );
  return answers.map(({ taskDefinitionArns }) => taskDefinitionArns?.length ?? 0);
}

const revisionOf = (arn: string) => Number(arn.split(":").at(-1));

const owner = { project: tags["moorage:project"], stack: tags["moorage:stack"] };

export const taskDefinitions: Question[] = [
  {
    name: "RegisterTaskDefinition: revisions count up",
    async ask(stage) {
      const family = fresh("family");
      return [revisionOf(await define(stage, family)), revisionOf(await define(stage, family))];
    },
    answer: [1, 2],
  },
  {
    name: "removeFamily: no revision is listed any more, and the next number is not used again",
    async ask(stage) {
      const family = fresh("family");
      await define(stage, family);
      await define(stage, family);
      await removeFamily(stage.clients, family, owner);
      return { left: await listed(stage, family), next: revisionOf(await define(stage, family)) };
    },
    answer: { left: [0, 0], next: 3 },
  },
  {
    name: "families: those that begin like this, once each, whatever their revisions",
    async ask(stage) {
      const family = fresh("family");
      await define(stage, family);
      await define(stage, family);
      return (await families(stage.clients, family)).map((name) => name === family);
    },
    answer: [true],
  },
  {
    name: "removeFamily: one that never was",
    ask: (stage) => refusal(removeFamily(stage.clients, "absent", owner)),
    answer: "no error",
  },
  {
    name: "DescribeTaskDefinition: one that never was",
    ask: async ({ clients }) =>
      refusal((await clients.ecs()).send(new DescribeTaskDefinitionCommand({ taskDefinition: "absent:1" }))),
    answer: "ClientException",
  },
  {
    name: "RegisterTaskDefinition: CPU and memory that Fargate does not pair",
    ask: async ({ clients, image }) =>
      refusal(
        (await clients.ecs()).send(
          new RegisterTaskDefinitionCommand({
            family: fresh("family"),
            requiresCompatibilities: ["FARGATE"],
            networkMode: "awsvpc",
            cpu: "256",
            memory: "8192",
            containerDefinitions: [{ name: "web", image }],
          }),
        ),
      ),
    answer: "ClientException",
  },
];
