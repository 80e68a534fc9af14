import { setTimeout as delay } from "node:timers/promises";
import { classify } from "../aws/errors.js";
import { forceDeployment, knownDeployments, rolloutFacts } from "../aws/rollout.js";
import type { Context } from "../context.js";
import { exitCodes, MoorageError } from "../errors.js";
import type { RolloutFacts, Wanted } from "../release/rollout-facts.js";
import { describeProgress } from "../release/rollout-reasons.js";
import type { Verdict } from "../release/rollout.js";
import { judgeRollout } from "../release/rollout.js";
import { nextDelay } from "../release/wait.js";
import type { WantedImage } from "./images.js";
import type { StackOutputs } from "./outputs.js";
import type { DeployedService, DeployRequest } from "./request.js";

type ServiceOutput = StackOutputs["services"][number];
type Ended = Exclude<Verdict, { outcome: "in-progress" }>;

/** What the watch knows besides what the stack's outputs say. */
export interface Started {
  images: WantedImage[];
  /** Services whose ECS service the engine created or changed in this run. */
  changed: ReadonlySet<string>;
  /** Deployments that were there before, of all services. */
  before: readonly string[];
}

/** What is deployed before an update, of every service that ECS knows: a later look tells ours by it. */
export async function deploymentsBefore(
  { aws }: Context,
  cluster: string | undefined,
  serviceNames: readonly string[],
): Promise<string[]> {
  if (cluster === undefined) return [];
  const known = serviceNames.map((name) => knownDeployments(aws, cluster, name));
  return (
    await Promise.all(known).catch((error: unknown) => {
      throw classify(error, "read the services' deployments");
    })
  ).flat();
}

/**
 * Waits until every service's rollout has ended, looking at ECS itself (F1): the deployment that this run started is
 * completed and its tasks carry the wanted digest. Raises `rollout-failed` or `superseded` (exit 1) with ECS's reasons.
 */
export async function watchRollouts(
  context: Context,
  request: DeployRequest,
  outputs: StackOutputs,
  started: Started,
): Promise<DeployedService[]> {
  context.host.notify({
    kind: "step",
    text: `Rolling out ${outputs.services.map(({ name }) => name).join(", ")}`,
  });
  const deadline = Date.now() + request.config.deployment.timeout;
  const watched = outputs.services.map(async (service) => {
    const verdict = await watch(context, request, outputs, service, started, deadline);
    return deployed(service, verdict, started.images);
  });
  const ended = await Promise.allSettled(watched);
  const failure = ended.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
  return Promise.all(watched);
}

async function watch(
  context: Context,
  { config }: DeployRequest,
  { clusterArn }: StackOutputs,
  service: ServiceOutput,
  { images, changed, before }: Started,
  deadline: number,
): Promise<Ended> {
  const { host, aws } = context;
  const facts = () => rolloutFacts(aws, clusterArn, service.serviceName);
  const wanted: Wanted = {
    taskDefinition: service.taskDefinition,
    digests: images.find((image) => image.service === service.name)?.digests ?? [],
    desiredCount: config.services[service.name]?.desiredCount ?? 1,
    changed: changed.has(service.name),
    before,
  };
  if (!wanted.changed && hasFailed(await facts())) {
    host.notify({
      kind: "detail",
      text: `${service.name}: its last deployment failed; ECS is asked for new tasks`,
    });
    await forceDeployment(aws, clusterArn, service.serviceName);
    wanted.changed = true;
  }
  const events = eventTeller(context, service.name);
  return untilEnded(
    context,
    facts,
    (seen, now) => {
      events(seen);
      const verdict = judgeRollout(seen, wanted, now, deadline);
      wanted.deploymentId = verdict.deploymentId;
      if (verdict.outcome === "in-progress") {
        host.notify({ kind: "progress", text: `${service.name}: ${describeProgress(verdict.progress)}` });
      }
      return verdict;
    },
    deadline,
  );
}

/** A first deployment that failed is not tried again by ECS itself (F4). */
function hasFailed({ service }: RolloutFacts): boolean {
  return service?.deployments.find(({ status }) => status === "PRIMARY")?.rolloutState === "FAILED";
}

/** Looks until the verdict is final. A look that fails is repeated within the bound: it says nothing about the app (F5). */
async function untilEnded(
  { target, signal, host }: Context,
  look: () => Promise<RolloutFacts>,
  judge: (facts: RolloutFacts, now: number) => Verdict,
  deadline: number,
): Promise<Ended> {
  let looks = 0;
  for (let failures = 0; ;) {
    try {
      const verdict = judge(await look(), Date.now());
      if (verdict.outcome !== "in-progress") return verdict;
      looks += 1;
      failures = 0;
    } catch (error) {
      failures += 1;
      const problem = classify(error, "tell how the rollout goes");
      if (problem.exitCode === exitCodes.badRequest || Date.now() >= deadline) throw problem;
      host.notify({ kind: "warning", text: `${problem.message} Looking again.` });
    }
    const pause = nextDelay(
      target.wait,
      { looks, failures, remaining: deadline - Date.now() },
      Math.random(),
    );
    await delay(pause ?? 1, undefined, { signal });
  }
}

/** Tells each service event once, oldest first; those from before the watch are not told. */
function eventTeller({ host }: Context, name: string): (facts: RolloutFacts) => void {
  let newest: string | undefined;
  let first = true;
  return ({ service }) => {
    const events = service?.events ?? [];
    const end = newest === undefined ? events.length : events.indexOf(newest);
    const fresh = events.slice(0, end < 0 ? events.length : end);
    if (!first) for (const text of fresh.reverse()) host.notify({ kind: "detail", text: `${name}: ${text}` });
    newest = events[0] ?? newest;
    first = false;
  };
}

function deployed(service: ServiceOutput, verdict: Ended, images: WantedImage[]): DeployedService {
  if (verdict.outcome === "failed") throw rolloutFailed(service.name, verdict.kind, verdict.reasons);
  if (verdict.outcome === "superseded") throw superseded(service.name, verdict.by);
  return {
    name: service.name,
    image: service.image,
    digest: images.find((image) => image.service === service.name)?.digest,
    taskDefinition: service.taskDefinition,
    deploymentId: verdict.deploymentId,
  };
}

function rolloutFailed(name: string, kind: string, reasons: string[]): MoorageError {
  return new MoorageError({
    code: "rollout-failed",
    message: `The rollout of service ${name} ${kind === "failed" ? "failed" : `failed (${kind})`}:\n${reasons
      .map((reason) => `  - ${reason}`)
      .join("\n")}`,
    hint: "Mend what the reasons name and deploy again; a preview can also be destroyed.",
    exitCode: exitCodes.failed,
    fault: "app",
  });
}

function superseded(name: string, by: string): MoorageError {
  return new MoorageError({
    code: "superseded",
    message: `The deployment of service ${name} was superseded by ${by} while this run watched it.`,
    hint: "Whoever started that one decides: see `moorage preview list`.",
    exitCode: exitCodes.failed,
    fault: "caller",
  });
}
