import { executeCommand } from "../../../../src/adapters/aws/execute-command.js";
import { asMoorageError } from "../../../../src/core/errors.js";
import { oneOffNow, oneOffsStartedBy, startOneOff, stopTask } from "../../../../src/adapters/aws/tasks.js";
import { eventually } from "../../../../test/harness/eventually.js";
import type { Question } from "./question.js";
import { define, fresh, type Stage, tags } from "./stage.js";

async function begin(stage: Stage, startedBy: string): Promise<string> {
  const { cluster, subnets, securityGroups } = stage.foundation;
  return startOneOff(stage.clients, {
    cluster,
    taskDefinition: await define(stage, fresh("once")),
    container: "web",
    command: ["node", "-e", "setInterval(() => {}, 1000)"],
    subnets,
    securityGroups: securityGroups ?? [],
    assignPublicIp: false,
    tags,
    startedBy,
  });
}

/** One-off tasks, as migrations are. */
export const tasks: Question[] = [
  {
    name: "startOneOff: found again by whoever started it, stopped, and described with its reason",
    async ask(stage) {
      const { clients, foundation } = stage;
      const startedBy = fresh("moorage/app/dev/migrate");
      const arn = await begin(stage, startedBy);
      const found = await oneOffsStartedBy(clients, foundation.cluster, startedBy);
      await stopTask(clients, { cluster: foundation.cluster, task: arn, reason: "It is enough." });
      const stopped = await eventually("it has stopped", async () => {
        const now = await oneOffNow(clients, foundation.cluster, arn, "web");
        return now?.lastStatus === "STOPPED" && now;
      });
      return {
        isFound: found.map((task) => task.arn === arn),
        reason: stopped.stoppedReason,
        left: await oneOffsStartedBy(clients, foundation.cluster, startedBy),
      };
    },
    answer: { isFound: [true], reason: "It is enough.", left: [] },
  },
  {
    name: "executeCommand: a task that was started without ECS Exec",
    async ask(stage) {
      const { clients, foundation } = stage;
      const task = await begin(stage, fresh("moorage/app/dev/run"));
      const asked = { cluster: foundation.cluster, task, container: "web", command: "/bin/sh" };
      return executeCommand(clients, asked).then(
        () => "a session",
        (error: unknown) => asMoorageError(error).code,
      );
    },
    answer: "exec-not-ready",
  },
  {
    name: "oneOffNow: a task that is not there",
    ask: ({ clients, foundation }) => oneOffNow(clients, foundation.cluster, "0".repeat(32), "web"),
    answer: undefined,
  },
];
