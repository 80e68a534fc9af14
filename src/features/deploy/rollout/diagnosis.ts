import { lastLogLines } from "../../../adapters/aws/task-logs.js";
import type { Context } from "../../../context/context.js";
import type { Config } from "../../../core/project/schema.js";
import { asMoorageError } from "../../../core/errors.js";
import type { RolloutFacts, TaskFact } from "../../../adapters/aws/rollout-facts.js";
import { failedContainer, stopReason } from "./reasons.js";
import { shownLine } from "../../../core/shown.js";
import { type ObservedKind, observedKind } from "../kinds/observed.js";
import { failedRollouts, type Outcome } from "./outcome.js";
import type { ServiceOutput } from "../outputs.js";

/** What a person needs to know of a deployment that ran and failed; part of the stable JSON. */
export interface Diagnosis {
  /** The failure's code, `rollout-failed`, or its kind: `timeout`, `rolled-back`, ... */
  cause: string;
  /** Services that failed; all of them after a failed smoke test. */
  services: ServiceDiagnosis[];
  /** What was done about it, in a sentence. */
  action: string;
}

export interface ServiceDiagnosis {
  name: string;
  stoppedTasks: { task: string; reason: string; exitCode: number | null }[];
  /** The last lines of the task that failed last, or of one that runs. */
  log: string[];
  /** What the load balancer's checks were answered, in its words. */
  healthChecks: string[];
  /** The service's last events, newest first. */
  events: string[];
}

const logLimit = 20;
const taskLimit = 10;
const eventLimit = 5;

/**
 * Collects what tells why a deployment failed. At once: ECS keeps stopped tasks for about an hour, and a rollback takes
 * targets away. What cannot be read is left out with a warning.
 */
export async function diagnose(
  context: Context,
  config: Config,
  outcome: Outcome,
  cause: string,
): Promise<Diagnosis> {
  const failed = failedRollouts(outcome);
  const names = new Set((failed.length > 0 ? failed : outcome.rollouts).map(({ name }) => name));
  const first = failed[0]?.verdict;
  const services = outcome.outputs.services
    .filter(({ name }) => names.has(name))
    .map((service) => {
      const rollout = outcome.rollouts.find(({ name }) => name === service.name);
      return diagnoseService(context, observedKind(config, service), service, rollout?.facts);
    });
  return {
    cause: first === undefined ? cause : first.outcome === "failed" ? first.kind : "superseded",
    services: await Promise.all(services),
    action: "",
  };
}

async function diagnoseService(
  context: Context,
  kind: ObservedKind,
  service: ServiceOutput,
  facts: RolloutFacts | undefined,
): Promise<ServiceDiagnosis> {
  const { name, taskDefinition, logGroup } = service;
  const ours = (facts?.tasks ?? []).filter((task) => task.taskDefinition === taskDefinition);
  const stopped = ours.filter((task) => stopReason(task) !== undefined);
  const speaker = stopped.at(-1) ?? ours[0];
  const events = facts?.service?.events ?? [];
  const [log, targets] = await Promise.all([
    speaker
      ? read(context, "its log", () => logOf(context, logGroup, failedContainer(speaker) ?? name, speaker))
      : [],
    read(context, "its targets", () => kind.failingChecks(context.aws, service)),
  ]);
  return {
    name,
    stoppedTasks: stopped.slice(-taskLimit).map((task) => ({
      task: task.id,
      reason: stopReason(task) ?? "",
      exitCode: task.exitCode ?? null,
    })),
    log,
    healthChecks: [...new Set([...targets, ...failedChecks(events, ours)])],
    events: events.slice(0, eventLimit),
  };
}

function logOf({ aws }: Context, logGroup: string, container: string, { id }: TaskFact): Promise<string[]> {
  return lastLogLines(aws, { logGroup, container, task: id, limit: logLimit });
}

/** ECS tells that a container's own check failed, and what a target that is gone by now had answered: "... is unhealthy in ... due to (reason ...)". */
function failedChecks(events: readonly string[], tasks: readonly TaskFact[]): string[] {
  const ofTasks = events.filter((event) => tasks.some(({ id }) => event.includes(`(task ${id})`)));
  return ofTasks
    .flatMap(
      (event) =>
        /(?:is unhealthy in .*due to \(reason (.+)\)|(failed container health checks))/
          .exec(event)
          ?.slice(1) ?? [],
    )
    .filter((said) => said !== undefined);
}

async function read(context: Context, what: string, look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (error) {
    const text = `The diagnosis has no ${what}: ${asMoorageError(error).message}`;
    context.reporter.notify({ kind: "warning", text });
    return [];
  }
}

/** The parts of a diagnosis that the error's own message does not have, for people. */
export function tellDiagnosis({ reporter }: Context, { services }: Diagnosis): void {
  for (const { name, log, healthChecks } of services) {
    for (const check of healthChecks)
      reporter.notify({ kind: "detail", text: `${name}: health check: ${check}` });
    for (const line of log) reporter.notify({ kind: "detail", text: `${name}: log: ${shownLine(line)}` });
  }
}
