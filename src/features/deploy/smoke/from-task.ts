import { setTimeout as delay } from "node:timers/promises";
import { servicePlace } from "../../../adapters/aws/service-place.js";
import { lastLogLines, logLinesFrom } from "../../../adapters/aws/task-logs.js";
import { type OneOffNow, oneOffNow } from "../../../adapters/aws/tasks.js";
import type { Context } from "../../../context/context.js";
import { nextDelay } from "../../../context/wait-policy.js";
import { asMoorageError, hasCode } from "../../../core/errors.js";
import type { Auth } from "../../../core/project/auth-schema.js";
import { logGroupName } from "../../../core/project/aws-names.js";
import type { Config } from "../../../core/project/schema.js";
import { stackTags } from "../../../core/project/stack-tags.js";
import { shownLine } from "../../../core/shown.js";
import type { ProbedService } from "../kinds/observed.js";
import { startedByOf, startWithin, stopStartedBy, stopWithin } from "../one-off.js";
import { type SmokeAnswer, whatIsWrong } from "./judge.js";
import { whatIsWrongWithSignIn } from "./sign-in.js";
import { commandFor, TaskAnswers } from "./task-script.js";

type Check = Config["smoke"][number];

/** What a task is to ask, and whose image it has. */
export interface TaskCheck {
  url: string;
  check: Check;
  config: Pick<Config, "app" | "logGroupPrefix" | "services">;
  stack: string;
  imageTag: string;
  /** Who has to be signed in first: the app itself is not asked then. */
  auth?: Auth | undefined;
  unlocked?: boolean;
  cluster: string;
  services: readonly ProbedService[];
  /** What else is missing, a clause; undefined where nothing is. */
  carried: () => Promise<string | undefined>;
}

/** How it ended: the status of the last answer, and what was wrong with it. */
export interface TaskVerdict {
  status: number | null;
  problem: string | undefined;
}

/** What is wrong with an answer, a clause; undefined where nothing is. */
export function answerProblem(
  answer: SmokeAnswer,
  { check, imageTag, auth }: Pick<TaskCheck, "check" | "imageTag" | "auth">,
): string | undefined {
  if (auth === undefined) return whatIsWrong(answer, check, imageTag);
  return whatIsWrongWithSignIn(answer, check, auth, imageTag);
}

interface Asking extends TaskCheck {
  container: string;
  logGroup: string;
  startedBy: string;
  deadline: number;
}

interface Asked {
  task: string;
  answers: TaskAnswers;
  from: string | undefined;
}

const logLimit = 5;

/**
 * One check of the smoke test, asked by a one-off task of a service's own task definition, network and security group: it
 * reaches what only the VPC does, with no right that migrations do not need. The task asks until the check's time is over,
 * and its log tells what it was answered; it is stopped at the first good answer. A task that never ran is started again.
 */
export async function askFromTask(context: Context, wanted: TaskCheck): Promise<TaskVerdict> {
  const asking = askingOf(context, wanted);
  const { cluster, startedBy, container, deadline } = asking;
  for (;;) {
    if (wanted.unlocked !== true) await stopEarlier(context, cluster, startedBy);
    const task = await start(context, asking);
    if (typeof task !== "string") return task;
    context.reporter.notify({ kind: "detail", text: `Asking from a task of ${container}` });
    let end: OneOffNow | "stop" = "stop";
    let verdict: TaskVerdict;
    try {
      [verdict, end] = await watch(context, asking, { task, answers: new TaskAnswers(), from: undefined });
    } finally {
      if (end === "stop") await stopWithin(context, { cluster, task }, "The smoke test is over.");
    }
    if (end === "stop" || end.exitCode !== undefined || performance.now() >= deadline) return verdict;
  }
}

/** Whoever holds the stack's lock is alone: what asks for it still was left by a killed run. */
async function stopEarlier(context: Context, cluster: string, startedBy: string): Promise<void> {
  const left = await stopStartedBy(context, { cluster, startedBy, reason: "Another smoke test begins." });
  if (left > 0) context.reporter.notify({ kind: "detail", text: "Stopped the smoke test of an earlier run" });
}

function askingOf({ project }: Context, wanted: TaskCheck): Asking {
  const { check, config, stack } = wanted;
  const [first] = Object.entries(config.services).find(([, { kind }]) => kind === "web") ?? [];
  const container = check.service ?? first ?? "";
  return {
    ...wanted,
    container,
    logGroup: logGroupName({ app: config.app, service: container, stack }, config.logGroupPrefix),
    startedBy: startedByOf(project, stack, wanted.unlocked === true ? "look" : "smoke"),
    deadline: performance.now() + check.timeout,
  };
}

/** Its ARN, or the verdict where ECS has no place for it. */
async function start(context: Context, asking: Asking): Promise<string | TaskVerdict> {
  const { cluster, container, deadline, services, stack, startedBy, url } = asking;
  const serviceName = services.find(({ name }) => name === container)?.serviceName ?? container;
  const seconds = Math.max(1, Math.ceil((deadline - performance.now()) / 1_000));
  const task = {
    ...(await servicePlace(context.aws, cluster, serviceName)),
    cluster,
    container,
    command: commandFor(url, seconds),
    startedBy,
    tags: stackTags({ project: context.project, stack }),
  };
  try {
    return await startWithin(context, task, deadline);
  } catch (error) {
    if (!hasCode(error, "no-capacity")) throw error;
    return { status: null, problem: `was not asked: ${error.message}` };
  }
}

/** Until an answer is good, the time is over, or the task has ended by itself. A look that fails says nothing (F5). */
async function watch(
  context: Context,
  asking: Asking,
  asked: Asked,
): Promise<[TaskVerdict, OneOffNow | "stop"]> {
  const { target, signal, reporter } = context;
  let verdict: TaskVerdict = { status: null, problem: "was not asked: its task has not started" };
  for (let looks = 0, failures = 0; ;) {
    signal.throwIfAborted();
    try {
      const now = await oneOffNow(context.aws, asking.cluster, asked.task, asking.container);
      if (now?.lastStatus === "STOPPED") return [await ended(context, asking, asked, now), now];
      verdict = await judge(context, asking, asked, verdict);
      if (verdict.problem === undefined) return [verdict, "stop"];
      reporter.notify({ kind: "progress", text: `${asking.url} ${verdict.problem}` });
      [looks, failures] = [looks + 1, 0];
    } catch (error) {
      failures += 1;
      if (!asMoorageError(error).retry) throw error;
    }
    const remaining = asking.deadline - performance.now();
    const pause = nextDelay(target.wait, { looks, failures, remaining }, Math.random());
    if (pause === undefined) return [verdict, "stop"];
    await delay(pause, undefined, { signal });
  }
}

async function judge(
  { aws }: Context,
  asking: Asking,
  asked: Asked,
  before: TaskVerdict,
): Promise<TaskVerdict> {
  const { carried, container, logGroup } = asking;
  const { answers, from, task } = asked;
  const { lines, next } = await logLinesFrom(aws, { logGroup, container, task, from });
  asked.from = next;
  answers.take(lines);
  const { last } = answers;
  if (last === undefined) return before;
  const missing = () => carried().then((why) => (why === undefined ? why : `is answered while ${why}`));
  return { status: last.status ?? null, problem: answerProblem(last, asking) ?? (await missing()) };
}

/** Before its time or because of it: the log's last lines come later than the task's end. */
async function ended(
  context: Context,
  asking: Asking,
  asked: Asked,
  { exitCode, stoppedReason }: OneOffNow,
): Promise<TaskVerdict> {
  const { target, signal } = context;
  await delay(target.wait.first, undefined, { signal });
  const { container, logGroup } = asking;
  const unasked: TaskVerdict = { status: null, problem: undefined };
  const verdict = await judge(context, asking, asked, unasked);
  if (asked.answers.last !== undefined) return verdict;
  const lines = await lastLogLines(context.aws, { logGroup, container, task: asked.task, limit: logLimit });
  const said = asked.answers.unable ?? (lines.map((line) => shownLine(line)).join("; ") || stoppedReason);
  return {
    status: null,
    problem:
      exitCode === undefined
        ? `was not asked: its task did not run: ${stoppedReason ?? "ECS gives no reason"}`
        : `was not asked: its task ended with exit code ${exitCode}: ${said ?? "it wrote nothing"} (the image of ${container} needs sh, and curl, node or python3)`,
  };
}
