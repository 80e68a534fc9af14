import { setTimeout as delay } from "node:timers/promises";
import {
  type OneOff,
  type OneOffNow,
  oneOffNow,
  oneOffsStartedBy,
  startOneOff,
  stopTask,
} from "../../adapters/aws/tasks.js";
import type { Context } from "../../context/context.js";
import { asMoorageError, hasCode } from "../../core/errors.js";
import { atMost } from "../../core/interruption.js";
import { nextDelay } from "../../context/wait-policy.js";

interface Awaited {
  /** ARN. */
  cluster: string;
  /** ARN. */
  task: string;
  container: string;
  /** Milliseconds since the epoch. */
  deadline: number;
}

/** A runner kills 10 s after its first signal, of which the engine may have taken 5 (F6). */
const stopBoundMs = 1_500;

/**
 * Starts a task, again while ECS has no place for it: RunTask then answers with failures and starts nothing. The last
 * refusal is raised when the time is over. Returns its ARN.
 */
export async function startWithin(
  { aws, reporter, signal, target }: Pick<Context, "aws" | "reporter" | "signal" | "target">,
  task: OneOff,
  deadline: number,
): Promise<string> {
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await startOneOff(aws, task);
    } catch (error) {
      const state = { looks: 0, failures, remaining: deadline - performance.now() };
      const pause = hasCode(error, "no-capacity") ? nextDelay(target.wait, state, Math.random()) : undefined;
      if (pause === undefined) throw error;
      reporter.notify({ kind: "progress", text: asMoorageError(error).message });
      await delay(pause, undefined, { signal });
    }
  }
}

/**
 * Waits until a task has stopped; undefined when the time is over first. A look that fails says nothing about the task
 * (F5). Interrupted, the task is stopped, and the interruption raised.
 */
export async function awaitEnd(
  context: Context,
  awaited: Awaited,
  whyStopped = "The deployment was interrupted.",
): Promise<OneOffNow | undefined> {
  const { cluster, task, container, deadline } = awaited;
  const { target, signal } = context;
  let looks = 0;
  try {
    for (let failures = 0; ;) {
      signal.throwIfAborted();
      try {
        const now = await oneOffNow(context.aws, cluster, task, container);
        if (now?.lastStatus === "STOPPED") return now;
        looks += 1;
        failures = 0;
      } catch (error) {
        failures += 1;
        if (!asMoorageError(error).retry) throw error;
      }
      const pause = nextDelay(
        target.wait,
        { looks, failures, remaining: deadline - performance.now() },
        Math.random(),
      );
      if (pause === undefined) return undefined;
      await delay(pause, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) await stopWithin(context, awaited, whyStopped);
    throw error;
  }
}

/** Asks for a task's stop, and waits no longer than a runner allows; what cannot be asked is told. */
export async function stopWithin(
  { aws, reporter, signal }: Context,
  { cluster, task }: Pick<Awaited, "cluster" | "task">,
  reason: string,
): Promise<void> {
  try {
    const over = delay(atMost(stopBoundMs, signal, "engine"), undefined, { ref: false }).then(() =>
      Promise.reject(new Error("no answer in time")),
    );
    await Promise.race([stopTask(aws, { cluster, task, reason }), over]);
    reporter.notify({ kind: "detail", text: "The one-off task was stopped" });
  } catch (error) {
    const text = `The task ${task} was not stopped: ${error instanceof Error ? error.message : String(error)}`;
    reporter.notify({ kind: "warning", text });
  }
}

/** What one-off tasks are for that a later run finds by the name that started them; those of jobs are found by their families. */
const purposes = ["migrate", "smoke", "look", "run"] as const;

/** RunTask takes letters, digits, hyphens, underscores and slashes here, and no dot. */
export function startedByOf(
  project: string,
  stack: string,
  purpose: (typeof purposes)[number] | "job",
): string {
  return `moorage/${project.replaceAll(".", "_")}/${stack}/${purpose}`;
}

/** Stops the one-off tasks that a killed run has left of a stack: their network interfaces would hold up the stack's end. */
export async function stopOneOffs(
  context: Pick<Context, "aws" | "project">,
  stack: string,
  cluster: string | undefined,
): Promise<void> {
  if (cluster === undefined) return;
  for (const purpose of purposes) {
    const startedBy = startedByOf(context.project, stack, purpose);
    await stopStartedBy(context, { cluster, startedBy, reason: `${stack} is destroyed.` });
  }
}

/** Returns how many there were. */
export async function stopStartedBy(
  { aws }: Pick<Context, "aws">,
  { cluster, startedBy, reason }: { cluster: string; startedBy: string; reason: string },
): Promise<number> {
  const left = await oneOffsStartedBy(aws, cluster, startedBy);
  for (const { arn: task } of left) await stopTask(aws, { cluster, task, reason });
  return left.length;
}
