import type { ServiceTask } from "../../adapters/aws/service-tasks.js";
import { badRequest, MoorageError } from "../../core/errors.js";

/** Where a command is to run. */
export interface ChosenTask {
  task: ServiceTask;
  container: ServiceTask["containers"][number];
}

interface Wish {
  stack: string;
  service: string;
  /** An ARN, an id, or how an id begins. */
  task: string | undefined;
  /** The service's own where nobody says. */
  container: string | undefined;
}

/**
 * The task that is named, else the one that has started last, and the container in it. Raises `no-running-task`, `no-container` and
 * `exec-off` (exit 2), and `exec-not-ready` (exit 1).
 */
export function chooseTask(tasks: readonly ServiceTask[], wish: Wish): ChosenTask {
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  const task = chosenOf(running, wish);
  const name = wish.container ?? wish.service;
  const container = task.containers.find((one) => one.name === name);
  if (container === undefined)
    throw badRequest(
      "no-container",
      `The tasks of ${wish.service} in ${wish.stack} have no container ${JSON.stringify(name)}.`,
      `Name one of ${namesOf(task)} with --container.`,
    );
  if (!task.exec)
    throw badRequest(
      "exec-off",
      `ECS Exec is off in the tasks of ${wish.service} in ${wish.stack}: no command can be run in them.`,
      `Set moorage:services.${wish.service}.exec to true and deploy: it holds for tasks that start from then on. \`moorage run\` needs no such setting.`,
    );
  if (container.agent !== undefined && container.agent !== "RUNNING")
    throw notReady(task, name, container.agent);
  return { task, container };
}

function chosenOf(running: readonly ServiceTask[], { stack, service, task: wanted }: Wish): ServiceTask {
  const id = wanted?.split("/").at(-1);
  const fitting = id === undefined ? running : running.filter((one) => one.id.startsWith(id));
  if (id !== undefined && fitting.length > 1)
    throw badRequest(
      "no-running-task",
      `Several tasks of ${service} begin with ${id}.`,
      `Name one of ${idsOf(fitting)}.`,
    );
  const [newest] = [...fitting].sort((a, b) => b.startedAt - a.startedAt || (a.arn < b.arn ? -1 : 1));
  if (newest !== undefined) return newest;
  throw badRequest(
    "no-running-task",
    id === undefined
      ? `No task of ${service} in ${stack} is running.`
      : `No running task of ${service} in ${stack} begins with ${JSON.stringify(id)}.`,
    running.length > 0
      ? `Name one of ${idsOf(running)}.`
      : "`moorage status` shows why none runs; `moorage run` starts a task of its own.",
  );
}

function idsOf(tasks: readonly ServiceTask[]): string {
  return tasks
    .map(({ id }) => id)
    .sort()
    .join(", ");
}

function namesOf({ containers }: ServiceTask): string {
  return containers
    .map(({ name }) => name)
    .sort()
    .join(", ");
}

function notReady({ arn }: ServiceTask, container: string, status: string): MoorageError {
  return new MoorageError({
    code: "exec-not-ready",
    message: `ECS Exec's agent in ${container} is ${status} (${arn}).`,
    hint:
      status === "PENDING"
        ? "It starts some seconds after the task: run the command again."
        : "It needs a root file system that can be written (no readOnly: true); a task that is replaced gets a new agent.",
    retry: status === "PENDING",
  });
}
