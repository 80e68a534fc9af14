import { badRequest, MoorageError } from "../../core/errors.js";
import { spanOf } from "../../core/durations.js";
import { foundationShape } from "../../core/project/schema.js";
import { stackTags } from "../../core/project/stack-tags.js";
import { shownLine } from "../../core/shown.js";
import { lastLinesOrReason } from "../../adapters/aws/task-logs.js";
import { stopTask } from "../../adapters/aws/tasks.js";
import type { StackRecord } from "../../adapters/record/record.js";
import type { Context } from "../../context/context.js";
import type { NamedStack } from "../../context/named-stack.js";
import { onFoundation } from "../deploy/foundation.js";
import { awaitEnd, startedByOf, startWithin } from "../deploy/one-off.js";
import { deployedJob, deployedRecord } from "./stack.js";

const logLimit = 20;
const hour = 3_600_000;

export interface JobRunRequest {
  named: NamedStack;
  job: string;
  /** Whether to wait for its end. */
  wait: boolean;
  /** How long, in milliseconds; without it as long as the job's own `timeout`, or an hour. */
  waitMs?: number | undefined;
}

/** The stable JSON of `job run`. */
export interface JobRunResult {
  stack: string;
  job: string;
  /** ARN. */
  task: string;
  /** ARN with revision. */
  taskDefinition: string;
  result: "started" | "succeeded" | "failed" | "running";
  /** Null where its container never ran, or nobody waited. */
  exitCode: number | null;
  /** What it wrote last; empty where nobody waited. */
  lines: string[];
}

/**
 * Starts a job's task as its schedule would, and waits for its end where that is asked. Raises `job-failed` (exit 1) for one that
 * ends with another exit code than 0, or not in time. Interrupted, it stops the task that it waits for.
 */
export async function runJob(
  context: Context,
  { named, job: name, wait, waitMs }: JobRunRequest,
): Promise<JobRunResult> {
  const record = await deployedRecord(context, named);
  const job = deployedJob(record, name);
  const settings = named.request.config.jobs[name];
  if (Object.keys(settings?.on?.input ?? {}).length > 0) throw needsEvent(named.stack, name);
  const cluster = record.clusterArn ?? "";
  const { subnets, assignPublicIp } = await networkOf(context, named, record);
  context.reporter.notify({ kind: "step", text: `Starting ${name} of ${named.stack}` });
  const patience = waitMs ?? settings?.timeout ?? hour;
  const askedAt = performance.now();
  const wanted = {
    cluster,
    taskDefinition: job.taskDefinition,
    container: name,
    subnets,
    assignPublicIp,
    securityGroups: [job.securityGroup, ...(job.securityGroups ?? [])],
    tags: stackTags({ project: context.project, stack: named.stack }),
    startedBy: startedByOf(context.project, named.stack, "job"),
  };
  // Nobody waits for one that is only started: without room now it is not.
  const task = await startWithin(context, wanted, wait ? askedAt + patience : 0);
  const started = { stack: named.stack, job: name, task, taskDefinition: job.taskDefinition };
  if (!wait) return { ...started, result: "started", exitCode: null, lines: [] };
  // The job's own time begins with its task; of whoever waits, with the question.
  const startedAt = performance.now();
  const deadline = (waitMs === undefined ? startedAt : askedAt) + patience;
  const end = await awaitEnd(
    context,
    { cluster, task, container: name, deadline },
    "Whoever waited for it was interrupted.",
  );
  const isLate =
    end === undefined && settings?.timeout !== undefined && deadline - startedAt >= settings.timeout;
  if (isLate) await stopTask(context.aws, { cluster, task, reason: `The timeout of ${name} is over.` });
  const { logGroup } = job;
  const lines = await lastLinesOrReason(context.aws, { logGroup, container: name, task, limit: logLimit });
  const isGood = end?.exitCode === 0;
  const result: JobRunResult = {
    ...started,
    result: isGood ? "succeeded" : end === undefined && !isLate ? "running" : "failed",
    exitCode: end?.exitCode ?? null,
    lines,
  };
  if (isGood) return result;
  throw failed(result, isLate ? lateReason(patience) : end?.stoppedReason, patience);
}

function lateReason(timeoutMs: number): string {
  return `it took longer than ${spanOf(timeoutMs)} and was stopped`;
}

function needsEvent(stack: string, name: string): MoorageError {
  return badRequest(
    "job-needs-event",
    `${name} of ${stack} is not started: its command or its variables are filled in from an event.`,
    "Put such an event on its bus: `aws events put-events`, or on the local target `moorage local event put`.",
  );
}

async function networkOf(
  context: Context,
  { stack, request }: NamedStack,
  record: StackRecord,
): Promise<{ subnets: string[]; assignPublicIp: boolean }> {
  const { config } = await onFoundation(context, { stack, config: request.config }, record);
  const found = foundationShape.safeParse(config.foundation);
  if (found.success) return found.data;
  throw badRequest(
    "foundation-unknown",
    `The subnets of ${stack} are not known: its foundation's outputs could not be read.`,
    "Run the command where the foundation's stack can be read, or name the foundation as an object in moorage:foundation.",
  );
}

function failed(result: JobRunResult, reason: string | undefined, waitMs: number): MoorageError {
  const { stack, job, exitCode, lines, task } = result;
  const why =
    result.result === "running"
      ? `it did not finish within ${Math.round(waitMs / 1_000)} s, and still runs`
      : `exit code ${exitCode ?? "unknown"}: ${reason ?? "ECS gives no reason"}`;
  return new MoorageError({
    code: "job-failed",
    message: [
      `The run of ${job} in ${stack} failed, ${why} (${task})`,
      ...lines.map((line) => `  ${shownLine(line)}`),
    ].join("\n"),
    hint: `\`moorage job logs ${stack} ${job}\` shows what it wrote.`,
    result: { ...result },
  });
}
