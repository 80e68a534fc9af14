import { executeCommand } from "../../adapters/aws/execute-command.js";
import { serviceTasks } from "../../adapters/aws/service-tasks.js";
import type { Context } from "../../context/context.js";
import type { NamedStack } from "../../context/named-stack.js";
import { chooseTask } from "./choose-task.js";
import { chosenService } from "./chosen.js";
import { beginRecord } from "./record.js";
import { shellLine } from "./shell-line.js";

export interface ExecWish {
  named: NamedStack;
  service: string | undefined;
  task: string | undefined;
  container: string | undefined;
  /** A shell where there are none. */
  words: readonly string[];
}

/** The stable JSON of `exec`. */
export interface ExecResult {
  stack: string;
  service: string;
  /** ARN. */
  task: string;
  container: string;
  command: string[];
}

/**
 * Runs a command, or a shell, in a running task of a service, at this process's own terminal. Nobody is told how it ended:
 * Session Manager does not say.
 */
export async function execInTask(context: Context, wish: ExecWish): Promise<ExecResult> {
  const { stack } = wish.named;
  const words = wish.words.length > 0 ? [...wish.words] : ["/bin/sh"];
  const { service, cluster } = await chosenService(context, wish.named, wish.service);
  const tasks = await serviceTasks(context.aws, cluster, service.serviceName);
  const { task, container } = chooseTask(tasks, { ...wish, stack, service: service.name });
  const open = await context.target.sessions();
  const ticket = await executeCommand(context.aws, {
    cluster,
    task: task.arn,
    container: container.name,
    command: shellLine(words),
  });
  const others = tasks.length > 1 ? `, one of ${tasks.length}` : "";
  context.reporter.notify({ kind: "step", text: `In ${container.name} of the task ${task.id}${others}` });
  const begun = { kind: "exec" as const, stack, service: service.name, task: task.arn, words };
  const ended = await beginRecord(context, begun);
  const target = `ecs:${cluster.split("/").at(-1) ?? ""}_${task.id}_${container.runtimeId}`;
  try {
    await open({ ticket, region: context.target.connection.region, target }, context.signal);
  } finally {
    await ended(null);
  }
  return { stack, service: service.name, task: task.arn, container: container.name, command: words };
}
