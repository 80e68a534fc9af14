import { badRequest, MoorageError } from "../../core/errors.js";
import { spanOf } from "../../core/durations.js";
import { stackTags } from "../../core/project/stack-tags.js";
import { type RevisionContainer, revisionContainer } from "../../adapters/aws/revision-container.js";
import { servicePlace } from "../../adapters/aws/service-place.js";
import type { OneOffNow } from "../../adapters/aws/tasks.js";
import type { Context } from "../../context/context.js";
import type { NamedStack } from "../../context/named-stack.js";
import { startedByOf, startWithin, stopWithin } from "../deploy/one-off.js";
import { chosenService } from "./chosen.js";
import { followTask } from "./follow.js";
import { beginRecord } from "./record.js";

export interface RunRequest {
  named: NamedStack;
  /** The stack's only one where nobody says. */
  service: string | undefined;
  words: readonly string[];
  /** How long ECS and the command have, in milliseconds; then the task is stopped. */
  timeoutMs: number;
  /** Whether nobody waits for its end. */
  detach: boolean;
}

/** The stable JSON of `run`. */
export interface RunResult {
  stack: string;
  service: string;
  /** ARN. */
  task: string;
  /** ARN with revision. */
  taskDefinition: string;
  imageTag: string | null;
  command: string[];
  result: "started" | "succeeded" | "failed";
  /** Null where the command never ran, was cut short, or nobody waited. */
  exitCode: number | null;
  /** What it wrote last; empty where nobody waited. */
  lines: string[];
}

const keptLines = 100;

/**
 * Runs a command in a task of its own, with what the service runs now: task definition, network and security groups. `tell` is
 * given each line that it writes. Takes no lock: it changes nothing of the stack. Raises `run-failed` (exit 1) for another exit code
 * than 0. Interrupted, and when the time is over, the task is stopped.
 */
export async function runInTask(
  context: Context,
  { named, service: wanted, words, timeoutMs, detach }: RunRequest,
  tell: (line: string) => void,
): Promise<RunResult> {
  const { stack } = named;
  const deadline = performance.now() + timeoutMs;
  const { service, cluster } = await chosenService(context, named, wanted);
  const place = await servicePlace(context.aws, cluster, service.serviceName);
  const own = await revisionContainer(context.aws, place.taskDefinition, service.name);
  refuseRestarts(service.name, own?.restarts);
  context.reporter.notify({ kind: "step", text: `Starting a task of ${service.name} in ${stack}` });
  const task = await startWithin(
    context,
    {
      ...place,
      cluster,
      container: service.name,
      command: [...words],
      tags: stackTags({ project: context.project, stack }),
      startedBy: startedByOf(context.project, stack, "run"),
    },
    deadline,
  );
  const begun = { kind: "run" as const, stack, service: service.name, task, words };
  const started: RunResult = {
    ...{ stack, service: service.name, task, taskDefinition: place.taskDefinition },
    imageTag: own?.imageTag ?? null,
    command: [...words],
    ...{ result: "started", exitCode: null, lines: [] },
  };
  context.reporter.notify({ kind: "detail", text: `Running ${started.imageTag ?? ""} as ${task}` });
  const followed = { cluster, task, container: service.name, logGroup: own?.logGroup, deadline };
  if (detach) {
    await beginRecord(context, begun);
    return started;
  }
  if (own?.logGroup === undefined) tellNoLog(context, service.name);
  const lines: string[] = [];
  const hear = (line: string) => {
    lines.push(line);
    lines.splice(0, lines.length - keptLines);
    tell(line);
  };
  const recorded = beginRecord(context, begun);
  const end = await followTask(context, followed, hear).catch(async (error: unknown) => {
    await (
      await recorded
    )(null);
    throw error;
  });
  const record = await recorded;
  if (end === undefined) await stopWithin(context, followed, "Its time is over.");
  await record(end?.exitCode ?? null);
  const result = { ...started, ...judged(end), lines };
  if (result.result === "succeeded") return result;
  throw failed(result, end, timeoutMs);
}

function judged(end: OneOffNow | undefined): Pick<RunResult, "result" | "exitCode"> {
  return { result: end?.exitCode === 0 ? "succeeded" : "failed", exitCode: end?.exitCode ?? null };
}

/** RunTask can put another command in a container's place, and no other restart policy. Source: ContainerOverride. */
function refuseRestarts(service: string, restarts: RevisionContainer["restarts"]): void {
  if (restarts === undefined || !restarts.onSuccess) return;
  throw badRequest(
    "run-restarts",
    `A command in a task of ${service} would run again and again: its restartPolicy starts what ends after ${restarts.afterSeconds} s or more anew.`,
    `Add 0 to moorage:services.${service}.restartPolicy.ignoredExitCodes and deploy, or make the command a job.`,
  );
}

function tellNoLog({ reporter }: Context, service: string): void {
  const text = `What it writes is not shown: the log of ${service} does not go to CloudWatch.`;
  reporter.notify({ kind: "warning", text });
}

function failed(result: RunResult, end: OneOffNow | undefined, timeoutMs: number): MoorageError {
  const { exitCode, service, stack, task } = result;
  const why =
    end === undefined
      ? `it did not end within ${spanOf(timeoutMs)}, and was stopped`
      : exitCode === null
        ? `it never ran: ${end.stoppedReason ?? "ECS gives no reason"}`
        : `exit code ${exitCode}`;
  return new MoorageError({
    code: "run-failed",
    message: `The command in a task of ${service} in ${stack} failed, ${why} (${task})`,
    hint:
      end === undefined
        ? "Give it more time with --timeout, or start it with --detach."
        : "What it wrote stands above; `moorage logs` shows it too.",
    result: { ...result },
  });
}
