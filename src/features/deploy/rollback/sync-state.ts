import { bounds } from "../../../core/bounds.js";
import { servicesNow } from "../../../adapters/aws/service-state.js";
import { imagesOfRevision, type RevisionImage } from "../../../adapters/aws/task-definitions.js";
import { sidecarImage } from "../../../core/project/built-sidecars.js";
import type { Context } from "../../../context/context.js";
import { asMoorageError } from "../../../core/errors.js";
import type { Deployed, RecordedService } from "../../../adapters/record/record.js";
import { releaseThatRuns } from "./running-release.js";
import { isSameBytes } from "../../../adapters/record/choose-rollback.js";
import type { Attempt } from "../attempt.js";
import { specOf } from "../spec.js";

/**
 * After a failure that was not rolled back: where ECS runs another task definition than the engine put in place (its
 * circuit breaker went back, or somebody deployed), the state's ECS services are read anew and the record says what runs.
 * What cannot be told stays as it is, with a warning: `status` shows it as drift.
 */
export async function syncStateWithEcs(context: Context, attempt: Attempt): Promise<void> {
  try {
    const running = await servicesThatRun(context, attempt);
    const { deployed } = attempt.held.record;
    if (deployed === undefined || running.every(({ moved }) => !moved)) return;
    await refresh(context, attempt);
    await attempt.held.update({ deployed: await deployedNow(context, attempt, deployed, running) });
    const runs = running
      .filter(({ moved }) => moved)
      .map(({ name, taskDefinition }) => {
        return `${name} runs ${taskDefinition.split("/").at(-1) ?? taskDefinition}`;
      });
    context.reporter.notify({
      kind: "detail",
      text: `Pulumi's state now matches what ECS runs: ${runs.join(", ")}`,
    });
  } catch (error) {
    const text = `Pulumi's state may differ from what ECS runs: ${asMoorageError(error).message}`;
    context.reporter.notify({ kind: "warning", text, hint: "The next deployment synchronizes them." });
  }
}

type RunningService = RecordedService & { moved: boolean };

async function servicesThatRun({ aws }: Context, { held }: Attempt): Promise<RunningService[]> {
  const { deployed, clusterArn } = held.record;
  if (deployed === undefined || clusterArn === undefined) return [];
  const names = deployed.services.map(({ serviceName }) => serviceName);
  const now = await servicesNow(aws, clusterArn, names);
  return deployed.services.map((service) => {
    const taskDefinition = now.get(service.serviceName)?.taskDefinition ?? service.taskDefinition;
    return { ...service, taskDefinition, moved: taskDefinition !== service.taskDefinition };
  });
}

async function refresh(context: Context, { request }: Attempt): Promise<void> {
  const config = { ...request.raw, ...context.target.overlay };
  const engine = await context.engine();
  await engine.refresh(specOf(context, request.stack, config, request.settings), "aws:ecs/service:Service", {
    signal: context.signal,
    // Twice what the provider takes to see that a service is gone: `findServiceByTwoPartKeyWaitForActive`, 2 minutes.
    timeoutMs: bounds.engineRefresh,
  });
}

/** By what the record calls them: of sidecars those that have an image of their own. */
function imagesThatRun(
  service: string,
  containers: Record<string, RevisionImage>,
  { digests }: Pick<Deployed, "digests">,
): Record<string, RevisionImage> {
  const named = Object.entries(containers).map(([container, image]): [string, RevisionImage] => [
    container === service ? service : sidecarImage(service, container),
    image,
  ]);
  return Object.fromEntries(named.filter(([name]) => name === service || name in digests));
}

async function deployedNow(
  { aws }: Context,
  { former }: Attempt,
  deployed: Deployed,
  running: readonly RunningService[],
): Promise<Deployed> {
  const images: Record<string, RevisionImage> = {};
  for (const { name, taskDefinition, moved } of running) {
    if (moved)
      Object.assign(images, imagesThatRun(name, await imagesOfRevision(aws, taskDefinition, name), deployed));
  }
  const release = releaseThatRuns(deployed, images);
  const isFormer = isSameBytes(release.digests, former.deployed?.digests);
  return {
    ...release,
    version: (isFormer ? former.deployed?.version : undefined) ?? deployed.version,
    ...(deployed.jobs && { jobs: deployed.jobs }),
    services: running.map(({ moved: _moved, ...service }) => service),
  };
}
