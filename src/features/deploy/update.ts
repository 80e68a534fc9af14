import { endpointsIn } from "../../core/project/connect.js";
import { deployedConfig } from "../../core/project/deployed.js";
import type { Context } from "../../context/context.js";
import type { Engine, ResourceEvent, StackSpec, UpResult } from "../../adapters/engine/engine.js";
import type {
  Deployed,
  Deployment,
  RecordedService,
  ImageSet,
  Running,
} from "../../adapters/record/record.js";
import type { Attempt } from "./attempt.js";
import { readInPlace } from "./in-place.js";
import { leftLogGroups } from "./log-groups.js";
import { migrationGate } from "./migrate.js";
import { parseOutputs, type StackOutputs, urlsApart } from "./outputs.js";
import { choose, withFreePriorities } from "./priorities.js";
import type { ChosenRelease } from "./release.js";
import type { DeployRequest } from "./request.js";
import { resourceTeller } from "./resources.js";
import type { StartedRollout } from "./rollout/watch.js";
import { deploymentsBefore } from "./rollout/watch.js";
import { specOf } from "./spec.js";
import { footprintOf } from "./stack-footprint.js";

export interface UpdatedServices extends Omit<StartedRollout, "force"> {
  outputs: StackOutputs;
  changes: Record<string, number>;
}

const ecsService = "aws:ecs/service:Service";
const changes = new Set<ResourceEvent["operation"]>(["create", "update", "delete", "replace"]);

/** Runs the engine with what was chosen; the record says that it runs, so that a killed run is known. */
export async function update(
  context: Context,
  attempt: Attempt,
  request: DeployRequest,
  release: ChosenRelease,
): Promise<UpdatedServices> {
  const { held } = attempt;
  const { serviceNames } = footprintOf(context, request, held.record);
  const { services: deployedServices = [] } = held.record.deployed ?? {};
  const former = taskDefinitionArns(deployedServices);
  const formerGroups = Object.fromEntries(
    deployedServices.flatMap(({ name, targetGroup }) =>
      targetGroup === undefined ? [] : [[name, targetGroup]],
    ),
  );
  const exists = held.record.exists || attempt.planned === true;
  const asked = specOf(context, request.stack, request.raw, request.settings);
  const [engine, before, adopt, inPlace] = await Promise.all([
    context.engine(),
    deploymentsBefore(context, held.record.clusterArn, {
      serviceNames,
      deployed: deployedServices,
    }),
    leftLogGroups(context, request, held.record),
    readInPlace(context, asked, exists),
  ]);
  attempt.before ??= before;
  return withFreePriorities(async (taken) => {
    const priorities = await choose(context, request, held.record.priorities ?? {}, taken);
    const { imageTag } = release;
    await held.update({
      status: "deploying",
      exists: true,
      unclean: true,
      imageTag,
      // A rollback may bring back a service that goes away now: it keeps its own until the deployment has ended well.
      priorities: { ...held.record.priorities, ...priorities },
      ...jobsField(held.record.jobs, request.config.jobs),
      ...(endpointsIn(request.config.services).length > 0 && { names: true }),
      ...(request.pull && { pull: request.pull }),
      running: runningOf(attempt, release),
    });
    context.reporter.notify({
      kind: "step",
      text: `${attempt.isNew ? "Creating" : "Updating"} ${request.stack}`,
    });
    // What is rolled back to finds what it found then.
    const { references } = request.release ?? {};
    const chosen = { ...release, priorities, adopt, ...inPlace, references };
    const config = deployedConfig(request.raw, context.target.overlay, chosen);
    const spec = specOf(context, request.stack, config, request.settings);
    const { up, changed } = await runEngine(context, attempt, engine, spec, { ...request, exists });
    const outputs = parseOutputs(up.outputs);
    if (outputs.references !== undefined) release.references = outputs.references;
    await held.update({
      unclean: false,
      url: outputs.url ?? undefined,
      urls: urlsApart(outputs),
      clusterArn: outputs.clusterArn,
      deployed: deployedOf(release, outputs),
    });
    return { outputs, changes: up.changes, changed, before, former, formerGroups, images: release.images };
  });
}

/** The result of the automatic rollback is added to what failed. */
function runningOf(attempt: Attempt, release: ChosenRelease): Running {
  const { held, restoring, request } = attempt;
  const running = held.record.running ?? {
    ...bytesOf(release),
    ...startOf(attempt),
    ...reasonsOf(request),
  };
  return restoring === undefined ? running : { ...running, restoring };
}

async function runEngine(
  context: Context,
  attempt: Attempt,
  engine: Engine,
  spec: StackSpec,
  { config, purpose, exists }: Pick<DeployRequest, "config" | "purpose"> & { exists: boolean },
): Promise<{ up: UpResult; changed: ReadonlySet<string> }> {
  const { default: program } = await import("../../../stacks/index.js");
  const changed = new Set<string>();
  const tell = resourceTeller(context.reporter);
  attempt.engine = "unchanged";
  const onResource = (event: ResourceEvent) => {
    if (changes.has(event.operation)) attempt.engine = "partial";
    if (event.type === ecsService && event.operation !== "same") changed.add(event.name);
    tell(event);
  };
  const { signal } = context;
  const timeoutMs = config.deployment.timeout + (config.migrate?.timeout ?? 0);
  const gate = migrationGate(context, attempt, purpose);
  const options = {
    program: () => program({ gate: gate.open, folder: context.folder }),
    exists,
    signal,
    timeoutMs,
    onResource,
  };
  const up = await engine.up(spec, options).catch((error: unknown) => {
    // The services wait for the migration: when it fails, none has changed.
    if (gate.problem()) attempt.engine = "unchanged";
    throw gate.problem() ?? error;
  });
  attempt.engine = "done";
  return { up, changed };
}

/** What a release is in the record: without what it was resolved from. */
export function bytesOf({ imageTag, imageTags, digests, references }: ImageSet): ImageSet {
  return { imageTag, digests, ...(imageTags && { imageTags }), ...(references && { references }) };
}

/** What the history keeps of why it is made: a rollback that is repeated goes by it. */
export function reasonsOf({
  purpose = "deploy",
  rolledBackFrom,
  despite,
}: Pick<DeployRequest, "purpose" | "rolledBackFrom" | "despite">): Pick<
  Deployment,
  "purpose" | "rolledBackFrom" | "despite"
> {
  return {
    ...(purpose !== "deploy" && { purpose }),
    ...(rolledBackFrom && { rolledBackFrom }),
    ...(despite !== undefined && { despite }),
  };
}

/** Who began it, and when. */
export function startOf({ held, startedAt }: Attempt): { startedAt: string; by: string; run?: string } {
  const { user = "", run } = held.record.lock?.owner ?? {};
  return { startedAt: startedAt.toISOString(), by: user, ...(run && { run }) };
}

/** Those that went away too: their task definitions stay until the stack goes. */
function jobsField(known: readonly string[] = [], wanted: object): { jobs?: string[] } {
  const jobs = [...new Set([...known, ...Object.keys(wanted)])];
  return jobs.length === 0 ? {} : { jobs };
}

function deployedOf(release: ChosenRelease, { services, jobs = [] }: StackOutputs): Deployed {
  return {
    ...bytesOf(release),
    version: release.version,
    ...(jobs.length > 0 && { jobs }),
    services: services.map(
      ({ name, serviceName, taskDefinition, targetGroup, furtherGroups, network, logGroup }) => ({
        name,
        serviceName,
        taskDefinition,
        ...(targetGroup !== undefined && { targetGroup }),
        ...(furtherGroups !== undefined && { furtherGroups }),
        ...(network !== undefined && { network }),
        logGroup,
      }),
    ),
  };
}

export function taskDefinitionArns(
  services: readonly Pick<RecordedService, "name" | "taskDefinition">[],
): Record<string, string> {
  return Object.fromEntries(services.map(({ name, taskDefinition }) => [name, taskDefinition]));
}
