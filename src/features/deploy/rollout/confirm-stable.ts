import { bounds } from "../../../core/bounds.js";
import { setTimeout as delay } from "node:timers/promises";
import { rolloutFacts } from "../../../adapters/aws/rollout.js";
import type { Context } from "../../../context/context.js";
import { judgeSince } from "./judge-stable.js";
import { whatIsWrong } from "../smoke/judge.js";
import { fetchAnswer } from "../smoke/probe.js";
import type { SmokeRequest, SmokeResult } from "../smoke/await-checks.js";
import type { StackOutputs } from "../outputs.js";
import type { JudgedUpdate } from "../strategy/strategy.js";
import type { ServiceRollout } from "./watch.js";

/** Also where one answer takes longer than the time that there is: one that is lost says nothing (F5). */
const leastLooks = 3;

/**
 * Looks once more at rollouts that have succeeded, a moment after the smoke test: ECS calls a deployment completed at its
 * first healthy moment, and an app that the first requests bring down is no success (F22). Rollouts that started nothing
 * cost nothing. ECS tells of a crash later than the load balancer: an app that has stopped to answer, and a task that is
 * gone without a word, are waited for within the policy's `settle`.
 */
export async function confirmStable(
  context: Context,
  request: SmokeRequest,
  outputs: StackOutputs,
  judged: JudgedUpdate,
): Promise<JudgedUpdate> {
  const { rollouts, smoke } = judged;
  if (rollouts.every(({ verdict }) => verdict.outcome !== "succeeded")) return judged;
  const { quiet, settle, first } = context.target.wait;
  const deadline = performance.now() + quiet + settle;
  for (let looked = 1; ; looked++) {
    await delay(looked === 1 ? quiet : first, undefined, { signal: context.signal });
    const answers = await answersNow(context, request, smoke);
    const looks = await Promise.all(rollouts.map((rollout) => look(context, outputs, rollout)));
    if (looks.some((seen) => typeof seen === "object")) {
      const changed = looks.map((seen, index) => (typeof seen === "object" ? seen : rollouts[index]));
      return { rollouts: changed.filter((rollout) => rollout !== undefined), smoke };
    }
    const isOver = looked >= leastLooks && performance.now() >= deadline;
    const isWell = answers === smoke;
    if (isOver || (isWell && !looks.includes("missing"))) return { rollouts, smoke: answers };
  }
}

/**
 * The first check asked once more; the same results where it is answered as before. What a task has asked is not asked again:
 * ECS alone tells what became of it.
 */
async function answersNow(
  { signal }: Context,
  { config, imageTag }: SmokeRequest,
  smoke: SmokeResult[],
): Promise<SmokeResult[]> {
  const [first, ...rest] = smoke;
  const [check] = config.smoke;
  if (first === undefined || first.url === null || check === undefined) return smoke;
  if (check.from === "task") return smoke;
  if (smoke.some(({ passed }) => !passed)) return smoke;
  const answer = await fetchAnswer(first.url, bounds.lastLookAnswer, signal);
  const problem = whatIsWrong(answer, check, imageTag);
  if (problem === undefined) return smoke;
  const status = answer.status ?? null;
  return [{ ...first, status, passed: false, problem: `${problem}, once it had passed` }, ...rest];
}

/** Changed where there is another verdict. A lost look says nothing about the app (F5). */
async function look(
  { aws }: Context,
  { clusterArn, services }: StackOutputs,
  rollout: ServiceRollout,
): Promise<ServiceRollout | "quiet" | "missing"> {
  const { name, verdict, facts: then } = rollout;
  const service = services.find((output) => output.name === name);
  if (verdict.outcome !== "succeeded" || service === undefined) return "quiet";
  const { serviceName, taskDefinition } = service;
  const facts = await rolloutFacts(aws, clusterArn, serviceName).catch(() => undefined);
  if (facts === undefined) return "missing";
  const since = judgeSince({ taskDefinition, deploymentId: verdict.deploymentId, then }, facts);
  return typeof since === "object" ? { ...rollout, verdict: since, facts } : since;
}
