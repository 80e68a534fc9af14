import { bounds } from "../../../core/bounds.js";
import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../../../core/project/schema.js";
import type { Context } from "../../../context/context.js";
import { asMoorageError } from "../../../core/errors.js";
import { isBehindInternal } from "../../../adapters/aws/balancer-scheme.js";
import { awaitConnections } from "./connect.js";
import { askFromTask, answerProblem, type TaskCheck } from "./from-task.js";
import { fetchByHttp2 } from "./http2-probe.js";
import { fetchAnswer } from "./probe.js";
import { scaledToZero, serviceOfPath } from "./scaled-to-zero.js";
import { signInBefore } from "./sign-in.js";
import { whyNotServing } from "./healthy-targets.js";
import type { ProbedService } from "../kinds/observed.js";
import type { WantedImage } from "../images.js";
import type { StackOutputs } from "../outputs.js";

/** How one check of the smoke test ended. */
export interface SmokeResult {
  /** Null where no service takes requests, and their tasks alone are looked at. */
  url: string | null;
  passed: boolean;
  /** HTTP status of the last answer; null where none came. */
  status: number | null;
  /** What was wrong with the last answer: `answers 500`. */
  problem: string | null;
  durationMs: number;
}

/** What is tested, and what it should be. */
export interface SmokeRequest {
  config: Config;
  imageTag: string;
  images: readonly WantedImage[];
  stack: string;
  /** Whether a deployment may be under way: without the stack's lock, tasks that ask for others are left alone. */
  unlocked?: boolean;
}

/** Also just before the bound: a shorter one would say more about the bound than about the app. */
const shortestAttemptMs = 1_000;
const pauseMs = 100;

/**
 * The smoke test: polls each check until it is answered as expected, within its own bound, while every service has a
 * healthy target that carries the wanted digest (a load balancer that fails open answers too, F33). Later checks are left
 * out when one fails, and those of a service that is scaled to 0: a failed check is a result, not an error. Where no service takes requests, only tasks are looked at.
 */
export async function awaitAnswers(
  context: Context,
  request: SmokeRequest,
  outputs: Pick<StackOutputs, "url" | "clusterArn"> & {
    urls?: StackOutputs["urls"];
    services: ProbedService[];
  },
): Promise<SmokeResult[]> {
  const { url: root } = outputs;
  const carried = once(() => whyNotServing(context.aws, outputs, request));
  const timeoutMs = request.config.smoke[0]?.timeout ?? 0;
  const connections = () => awaitConnections(context, outputs.services, timeoutMs, carried);
  if (root === null) {
    const tasks = await awaitTasks(context, request, carried);
    return tasks.passed ? [tasks, ...(await connections())] : [tasks];
  }
  context.reporter.notify({ kind: "step", text: `Checking that ${root} answers` });
  const results: SmokeResult[] = [];
  const resting = await scaledToZero(context.aws, outputs.clusterArn, outputs.services, request.config);
  const isAtRoot = (service: string) => isAtHost(outputs.urls?.[service] ?? root, root);
  for (const check of request.config.smoke) {
    const asleep = check.service ?? serviceOfPath(check.path, request.config, isAtRoot);
    if (asleep !== undefined && resting.has(asleep)) {
      const text = `${check.path} is not asked: ${asleep} is scaled to 0 tasks`;
      context.reporter.notify({ kind: "detail", text });
      continue;
    }
    const url = new URL(check.path, outputs.urls?.[check.service ?? ""] ?? root).href;
    const asked = {
      ...request,
      url,
      check,
      carried,
      cluster: outputs.clusterArn,
      services: outputs.services,
      auth: signInBefore(request.config, asleep, check.path),
    };
    const version = versionOf(request.config, asleep);
    // gRPC has no path to ask, and a task's tools speak HTTP/1.1: the load balancer's health checks tell.
    const isAsked = version !== "GRPC" && (version !== "HTTP2" || check.from !== "task");
    const ask = check.from === "task" ? awaitTask : awaitAnswer;
    const result = isAsked
      ? await ask(context, { ...asked, ...(version === "HTTP2" && { isHttp2: true }) })
      : { ...(await awaitTasks(context, request, carried)), url };
    results.push(result);
    context.reporter.notify({
      kind: "detail",
      text: `${url} ${result.problem ?? `answered ${result.status}${asked.auth ? ": people sign in before the app is asked" : ""}`}`,
    });
    if (!result.passed) return results;
  }
  return [...results, ...(await connections())];
}

/** Services of other hosts may have the same paths. */
function isAtHost(url: string, root: string): boolean {
  return new URL(url).host === new URL(root).host;
}

/** What is left of the smoke test where there is no URL: within the bound of its first check. */
async function awaitTasks(
  { reporter, signal, target }: Context,
  { config }: SmokeRequest,
  carried: () => Promise<string | undefined>,
): Promise<SmokeResult> {
  if (!Object.values(config.services).some(({ kind }) => kind === "web"))
    reporter.notify({ kind: "step", text: "No service takes requests: checking that their tasks run" });
  const startedAt = performance.now();
  const deadline = startedAt + (config.smoke[0]?.timeout ?? 0);
  for (;;) {
    const problem = await carried();
    signal.throwIfAborted();
    if (problem === undefined || performance.now() >= deadline) {
      const durationMs = Math.round(performance.now() - startedAt);
      return { url: null, passed: problem === undefined, status: null, problem: problem ?? null, durationMs };
    }
    reporter.notify({ kind: "progress", text: problem });
    await delay(target.wait.first, undefined, { signal });
  }
}

function versionOf({ services }: Config, name: string | undefined): string | undefined {
  const service = name === undefined ? undefined : services[name];
  return service?.kind === "web" ? service.protocolVersion : undefined;
}

/** Says what is missing until nothing is; then it is not asked again. A lost look says nothing about the app (F5). */
function once(look: () => Promise<string | undefined>): () => Promise<string | undefined> {
  let done = false;
  return async () => {
    const missing = done ? undefined : await look().catch(unlessRefused);
    done = missing === undefined;
    return missing;
  };
}

function unlessRefused(error: unknown): string {
  const problem = asMoorageError(error);
  if (!problem.retry) throw problem;
  return `cannot be judged: ${problem.message}`;
}

async function awaitTask(context: Context, asked: TaskCheck): Promise<SmokeResult> {
  const startedAt = performance.now();
  const { status, problem } = await askFromTask(context, asked);
  const durationMs = Math.round(performance.now() - startedAt);
  return { url: asked.url, passed: problem === undefined, status, problem: problem ?? null, durationMs };
}

async function awaitAnswer(context: Context, asked: TaskCheck & { isHttp2?: boolean }): Promise<SmokeResult> {
  const { reporter, signal } = context;
  const { url, check, carried } = asked;
  const startedAt = performance.now();
  const deadline = startedAt + check.timeout;
  for (;;) {
    const remaining = Math.ceil(deadline - performance.now());
    const timeoutMs = Math.min(bounds.smokeAttempt, Math.max(shortestAttemptMs, remaining));
    const answer = await (asked.isHttp2 ? fetchByHttp2 : fetchAnswer)(url, timeoutMs, signal);
    signal.throwIfAborted();
    const missing = () => carried().then((why) => (why === undefined ? why : `is answered while ${why}`));
    const problem = answerProblem(answer, asked) ?? (await missing());
    const over = performance.now() + pauseMs >= deadline;
    if (problem === undefined || over) {
      const durationMs = Math.round(performance.now() - startedAt);
      const status = answer.status ?? null;
      const why = status === null ? await whyUnreachable(context, asked) : "";
      const told = problem === undefined ? null : `${problem}${why}`;
      return { url, passed: problem === undefined, status, problem: told, durationMs };
    }
    reporter.notify({ kind: "progress", text: `${url} ${problem}` });
    await delay(pauseMs, undefined, { signal });
  }
}

/** What does not answer may not be reachable from here: said where it is known. */
async function whyUnreachable({ aws }: Context, { services }: TaskCheck): Promise<string> {
  const { targetGroup } = services.find((service) => service.targetGroup !== undefined) ?? {};
  if (targetGroup === undefined) return "";
  const internal = await isBehindInternal(aws, targetGroup).catch(() => false);
  if (!internal) return "";
  return "; its load balancer is internal, and answers in its VPC alone: set `from: task` in moorage:smoke, or run Moorage in the VPC";
}
