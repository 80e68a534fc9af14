import { setTimeout as delay } from "node:timers/promises";
import { targetHealth } from "../aws/balancer.js";
import type { Context } from "../context.js";
import { exitCodes, MoorageError } from "../errors.js";
import type { Answer } from "./answer.js";
import { fetchAnswer } from "./answer.js";
import type { StackOutputs } from "./outputs.js";
import type { DeployRequest } from "./request.js";

type Check = DeployRequest["config"]["smoke"][number];

const attemptTimeoutMs = 5_000;
const pauseMs = 100;

/**
 * The smoke test: polls each check until it is answered as expected, within its own bound, while every service has a
 * healthy target (a load balancer that fails open answers too, F33). Raises `smoke-test` (exit 1) with the last answer.
 */
export async function awaitAnswers(
  context: Context,
  request: DeployRequest,
  outputs: StackOutputs,
): Promise<void> {
  context.host.notify({ kind: "step", text: `Checking that ${outputs.url} answers` });
  for (const check of request.config.smoke) {
    const url = new URL(check.path, outputs.url).href;
    const answer = await awaitAnswer(context, url, check, request.imageTag);
    context.host.notify({ kind: "detail", text: `${url} answered ${String(answer.status)}` });
  }
  await Promise.all(outputs.services.map((service) => requireHealthyTarget(context, service)));
}

async function awaitAnswer(context: Context, url: string, check: Check, imageTag: string): Promise<Answer> {
  const deadline = Date.now() + check.timeout;
  for (;;) {
    const timeoutMs = Math.max(1, Math.min(attemptTimeoutMs, deadline - Date.now()));
    const answer = await fetchAnswer(url, timeoutMs, context.signal);
    context.signal.throwIfAborted();
    const wrong = whatIsWrong(answer, check, imageTag);
    if (wrong === undefined) return answer;
    context.host.notify({ kind: "progress", text: `${url} ${wrong}` });
    if (Date.now() >= deadline) throw smokeFailed(url, wrong, check.timeout);
    await delay(pauseMs, undefined, { signal: context.signal });
  }
}

function whatIsWrong(
  { status, body, error }: Answer,
  { contains }: Check,
  imageTag: string,
): string | undefined {
  if (status === undefined) return `does not answer: ${error ?? "no reason given"}`;
  if (status < 200 || status > 299) return `answers ${status}`;
  const expected = contains?.replaceAll("{tag}", imageTag);
  if (expected !== undefined && !body.includes(expected))
    return `answers without ${JSON.stringify(expected)}`;
  return undefined;
}

async function requireHealthyTarget(
  { aws }: Context,
  { name, targetGroup }: StackOutputs["services"][number],
): Promise<void> {
  const targets = await targetHealth(aws, targetGroup);
  if (targets.some(({ state }) => state === "healthy")) return;
  const states = targets.map(({ state, reason }) => (reason ? `${state}: ${reason}` : state)).join("; ");
  throw smokeFailed(`Service ${name}`, `has no healthy target (${states || "none is registered"})`, 0);
}

function smokeFailed(what: string, wrong: string, timeoutMs: number): MoorageError {
  const bound = timeoutMs > 0 ? ` after ${Math.round(timeoutMs / 1000)} s` : "";
  return new MoorageError({
    code: "smoke-test",
    message: `${what} ${wrong}${bound}.`,
    hint: "Read the app's log; the deployment is marked failed and can be repeated or destroyed.",
    exitCode: exitCodes.failed,
    fault: "app",
  });
}
