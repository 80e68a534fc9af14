import { deployedConfig } from "../config/deployed.js";
import type { Context } from "../context.js";
import type { UpResult } from "../engine/engine.js";
import { asMoorageError } from "../errors.js";
import type { Held } from "../record/lock.js";
import type { StackRecord } from "../record/record.js";
import { withDeployment } from "../record/record.js";
import { awaitAnswers } from "./answers.js";
import type { WantedImage } from "./images.js";
import { resolveImages } from "./images.js";
import type { StackOutputs } from "./outputs.js";
import { parseOutputs } from "./outputs.js";
import { lockStack } from "./lock-stack.js";
import { choose, withFreePriorities } from "./priorities.js";
import { resourceTeller } from "./resources.js";
import { recover } from "./recover.js";
import type { DeployedService, DeployRequest, DeployResult } from "./request.js";
import { deploymentsBefore, watchRollouts } from "./rollout.js";
import { specOf } from "./spec.js";
import { tracesOf } from "./traces.js";

/**
 * The core path for one stack: lock, recover, resolve, `up`, rollout, answer, record. Nothing is changed before the
 * images are resolved; whatever fails after that leaves the record saying so.
 */
export async function deploy(context: Context, request: DeployRequest): Promise<DeployResult> {
  const startedAt = new Date();
  const held = await lockStack(context, request, "up");
  const isNew = !held.record.exists;
  try {
    await recover(context, held, specOf(context, request.stack, request.raw, request.settings));
    context.host.notify({ kind: "step", text: `Resolving the images of ${request.imageTag}` });
    const images = await resolveImages(context.aws, request.config, request.imageTag);
    const { outputs, changes, ...started } = await update(context, request, held, images);
    const services = await watchRollouts(context, request, outputs, { images, ...started });
    await awaitAnswers(context, request, outputs);
    const result = resultOf(request, outputs, changes, services, { isNew, startedAt });
    await held.release(ended(held.record, request, { good: true, startedAt, ...result }));
    return result;
  } catch (error) {
    await letGo(context, held, request, startedAt);
    throw asMoorageError(error);
  }
}

interface Updated {
  outputs: StackOutputs;
  changes: UpResult["changes"];
  /** Names of the services whose ECS service was created or changed. */
  changed: ReadonlySet<string>;
  /** Deployments that were there before. */
  before: readonly string[];
}

const ecsService = "aws:ecs/service:Service";

/** Runs the engine with what was chosen; the record says that it runs, so that a killed run is known. */
async function update(
  context: Context,
  request: DeployRequest,
  held: Held,
  images: WantedImage[],
): Promise<Updated> {
  const { serviceNames } = tracesOf(context, request, held.record);
  const [engine, { default: program }, before] = await Promise.all([
    context.engine(),
    import("../../stacks/index.js"),
    deploymentsBefore(context, held.record.clusterArn, serviceNames),
  ]);
  const digests = Object.fromEntries(
    images.flatMap(({ service, digest }) => (digest ? [[service, digest]] : [])),
  );
  return withFreePriorities(async (taken) => {
    const priorities = await choose(context, request, held.record.priorities ?? {}, taken);
    const changed = new Set<string>();
    const tell = resourceTeller(context.host);
    const { exists } = held.record;
    const { imageTag, stack } = request;
    await held.update({ status: "deploying", exists: true, unclean: true, imageTag, priorities });
    context.host.notify({ kind: "step", text: `${exists ? "Updating" : "Creating"} ${stack}` });
    const config = deployedConfig(request.raw, context.target.overlay, { imageTag, digests, priorities });
    const up = await engine.up(specOf(context, stack, config, request.settings), {
      program,
      exists,
      signal: context.signal,
      timeoutMs: request.config.deployment.timeout,
      onResource: (event) => {
        if (event.type === ecsService && event.operation !== "same") changed.add(event.name);
        tell(event);
      },
    });
    const outputs = parseOutputs(up.outputs);
    await held.update({ unclean: false, url: outputs.url, clusterArn: outputs.clusterArn });
    return { outputs, changes: up.changes, changed, before };
  });
}

function resultOf(
  { stack, imageTag, ttlMs }: DeployRequest,
  { url, urls }: StackOutputs,
  changes: UpResult["changes"],
  services: DeployedService[],
  { isNew, startedAt }: { isNew: boolean; startedAt: Date },
): DeployResult {
  const changed = Object.entries(changes).some(([operation, count]) => operation !== "same" && count > 0);
  const now = Date.now();
  return {
    stack,
    url,
    urls,
    imageTag,
    services,
    result: isNew ? "created" : changed ? "updated" : "unchanged",
    changes,
    expiresAt: ttlMs === undefined ? null : new Date(now + ttlMs).toISOString(),
    durationMs: now - startedAt.getTime(),
  };
}

interface Ending {
  good: boolean;
  startedAt: Date;
  expiresAt?: string | null;
  services?: DeployedService[];
}

/** What the record says after a deployment. */
function ended(record: StackRecord, { imageTag }: DeployRequest, ending: Ending): Partial<StackRecord> {
  const digests = (ending.services ?? []).flatMap(({ name, digest }) =>
    digest ? [[name, digest] as const] : [],
  );
  const { history } = withDeployment(record, {
    imageTag,
    digests: Object.fromEntries(digests),
    result: ending.good ? "succeeded" : "failed",
    good: ending.good,
    startedAt: ending.startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    by: record.lock?.owner.user ?? "",
  });
  return {
    history,
    status: ending.good ? "ready" : "failed",
    ...(ending.expiresAt && { expiresAt: ending.expiresAt }),
  };
}

/** After a failure: a stack that was never begun leaves no record; any other is marked failed and unlocked. */
async function letGo(context: Context, held: Held, request: DeployRequest, startedAt: Date): Promise<void> {
  try {
    if (!held.record.exists) return await held.remove();
    if (held.record.status !== "deploying") return await held.release();
    const expiresAt = request.ttlMs === undefined ? null : new Date(Date.now() + request.ttlMs).toISOString();
    await held.release(ended(held.record, request, { good: false, startedAt, expiresAt }));
  } catch (error) {
    const text = `The lock of ${request.stack} was not released: ${asMoorageError(error).message}`;
    context.host.notify({ kind: "warning", text });
  }
}
