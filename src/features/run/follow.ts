import { setTimeout as delay } from "node:timers/promises";
import { logLinesFrom } from "../../adapters/aws/task-logs.js";
import { type OneOffNow, oneOffNow } from "../../adapters/aws/tasks.js";
import type { Context } from "../../context/context.js";
import { nextDelay } from "../../context/wait-policy.js";
import { asMoorageError } from "../../core/errors.js";
import { stopWithin } from "../deploy/one-off.js";

/** A one-off task that somebody watches. */
export interface Followed {
  /** ARN. */
  cluster: string;
  /** ARN. */
  task: string;
  container: string;
  /** Undefined where CloudWatch has no lines of it. */
  logGroup: string | undefined;
  /** By `performance.now()`. */
  deadline: number;
}

/** CloudWatch may show lines so many looks after the task's end. */
const lateLooks = 5;

/**
 * Tells each line that the task writes as it comes, until the task has stopped; undefined when the time is over first, or ECS does not
 * know it any more. Interrupted, the task is stopped, and the interruption raised.
 */
export async function followTask(
  context: Context,
  followed: Followed,
  tell: (line: string) => void,
): Promise<OneOffNow | undefined> {
  const { aws, target, signal } = context;
  const log = new TaskLog(context, followed, tell);
  let known = false;
  try {
    for (let looks = 0, failures = 0; ;) {
      signal.throwIfAborted();
      try {
        const now = await oneOffNow(aws, followed.cluster, followed.task, followed.container);
        await log.read();
        if (now?.lastStatus === "STOPPED") {
          await log.finish();
          return now;
        }
        // ECS may not know a task yet that it has just started; one that it has forgotten does not come back.
        if (now === undefined && known) return undefined;
        known ||= now !== undefined;
        [looks, failures] = [looks + 1, 0];
      } catch (error) {
        failures += 1;
        if (!asMoorageError(error).retry) throw error;
      }
      const remaining = followed.deadline - performance.now();
      const pause = nextDelay(target.wait, { looks, failures, remaining }, Math.random());
      if (pause === undefined) return undefined;
      await delay(pause, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) {
      context.reporter.notify({ kind: "step", text: `Interrupted: stopping the task ${followed.task}` });
      await stopWithin(context, followed, "Whoever ran it was interrupted.");
    }
    throw error;
  }
}

class TaskLog {
  private from: string | undefined;
  private isRefused = false;

  constructor(
    private readonly context: Context,
    private readonly followed: Followed,
    private readonly tell: (line: string) => void,
  ) {}

  /** Whether there was anything new. A log that may not be read is told once, and stops nothing. */
  async read(): Promise<boolean> {
    const { container, task, logGroup } = this.followed;
    if (logGroup === undefined || this.isRefused) return false;
    let told = false;
    for (;;) {
      const page = await this.page({ logGroup, container, task, from: this.from });
      if (page === undefined) return told;
      page.lines.forEach((line) => this.tell(line));
      told ||= page.lines.length > 0;
      // The end of a stream gives the same place again. Source: GetLogEvents, nextForwardToken.
      if (page.next === this.from) return told;
      this.from = page.next;
    }
  }

  /** The last lines come later than the task's end. */
  async finish(): Promise<void> {
    const { target, signal } = this.context;
    for (let looks = 0; looks < lateLooks; looks += 1) {
      await delay(target.wait.first, undefined, { signal });
      if (!(await this.read())) return;
    }
  }

  private async page(asked: Parameters<typeof logLinesFrom>[1]) {
    try {
      return await logLinesFrom(this.context.aws, asked);
    } catch (error) {
      const problem = asMoorageError(error);
      if (problem.retry) throw error;
      this.context.signal.throwIfAborted();
      this.isRefused = true;
      this.context.reporter.notify({ kind: "warning", text: problem.message });
      return undefined;
    }
  }
}
