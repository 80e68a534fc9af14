import { bounds } from "../../core/bounds.js";
import { setTimeout as delay } from "node:timers/promises";
import { stopDeployments } from "../../adapters/aws/stop-deployment.js";
import { classify } from "../../adapters/aws/errors.js";
import type { Context } from "../../context/context.js";
import { MoorageError } from "../../core/errors.js";
import { amend } from "../../adapters/record/amend.js";
import { freezeOf } from "../../adapters/record/freeze.js";
import { isSameLock } from "../../adapters/record/held.js";
import { describeLock, isOver } from "../../adapters/record/lock.js";
import type { Deployment, Lock, StackRecord } from "../../adapters/record/record.js";
import { lockStack } from "./lock-stack.js";
import type { DeployRequest } from "./request.js";
import { footprintOf } from "./stack-footprint.js";
import { boundedSignal } from "../../core/bounded-signal.js";

export type CancelRequest = Pick<DeployRequest, "stack" | "config"> & {
  /** How long to wait for the run to stop, in milliseconds. */
  timeoutMs: number;
};

/** The stable JSON of `cancel`. */
export interface CancelResult {
  environment: string;
  /** `nothing`: no deployment was under way, or it ended well before it could be stopped. */
  result: "cancelled" | "nothing";
  /** Who was deploying; null where no run of Moorage was. */
  owner: string | null;
  /** ARNs of the service deployments that this command itself asked ECS to stop. */
  stopped: string[];
}

const pollMs = 250;

/**
 * Ends the deployment of a stack that is under way: asks the run that holds it to stop, and ECS to stop with a rollback
 * where that run is dead, silent or was never one of Moorage's. Raises `not-cancelled` (exit 5) when the run holds on.
 */
export async function cancel(context: Context, request: CancelRequest): Promise<CancelResult> {
  const { records, project } = context;
  const { stack } = request;
  const record = (await records.read(stack))?.record;
  if (record === undefined) return { environment: stack, result: "nothing", owner: null, stopped: [] };
  if (record.lock === undefined || (await isOver(record.lock.owner, context))) {
    return endLost(context, request, record);
  }
  const by = context.owner.user;
  const { lock } = record;
  // Whoever holds the stack by now is another one, whom nobody has asked to stop.
  await amend(records, { project, stack }, (now) =>
    isSameLock(now.lock, lock) ? { cancel: { by, at: new Date().toISOString() } } : {},
  );
  return awaitEnd(context, request, record, lock);
}

/** What nobody watches any more: a dead run's deployment, or one that was never one of Moorage's. */
async function endLost(context: Context, request: CancelRequest, record: StackRecord): Promise<CancelResult> {
  const { stack } = request;
  const stopped = await stopAll(context, request, record);
  const owner = record.lock ? describeLock(record.lock) : null;
  if (record.lock) await settle(context, record);
  return {
    environment: stack,
    result: stopped.length > 0 || owner ? "cancelled" : "nothing",
    owner,
    stopped,
  };
}

/** Takes the stack from a dead run and lets go of it: its deployment is then known to have failed. */
async function settle(context: Context, record: StackRecord): Promise<void> {
  // Whoever deploys once it is unlocked takes it from the dead run.
  if (freezeOf(record, new Date())) return;
  const held = await lockStack(context, { stack: record.stack, lockTimeoutMs: 0 }, "up");
  await held.unlock();
}

async function awaitEnd(
  context: Context,
  request: CancelRequest,
  before: StackRecord,
  lock: Lock,
): Promise<CancelResult> {
  const { stack } = request;
  const startedAt = performance.now();
  let stopped: string[] | undefined;
  context.reporter.notify({ kind: "step", text: `Asking ${describeLock(lock)} to stop` });
  for (;;) {
    const record = (await context.records.read(stack))?.record;
    const current = record?.lock;
    if (record === undefined || current === undefined || !isSameLock(current, lock)) {
      const result = endedWell(before, record) ? "nothing" : "cancelled";
      return { environment: stack, result, owner: describeLock(lock), stopped: stopped ?? [] };
    }
    if (await isOver(current.owner, context)) return endLost(context, request, record);
    const waited = performance.now() - startedAt;
    const restoring = record.running?.restoring;
    if (waited >= request.timeoutMs) throw notCancelled(stack, current, restoring);
    // What brings the good release back is not to be stopped.
    if (waited >= bounds.cancelHelp && restoring === undefined)
      stopped ??= await stopAll(context, request, before);
    await delay(pollMs, undefined, { signal: context.signal });
  }
}

/** Whether the run that was asked to stop had come to a good end by then. */
function endedWell({ history: known }: StackRecord, now: StackRecord | undefined): boolean {
  const isNew = ({ startedAt }: Deployment) => known.every((past) => past.startedAt !== startedAt);
  return now?.history.find(isNew)?.good === true;
}

async function stopAll(
  context: Context,
  { stack, config }: CancelRequest,
  record: StackRecord,
): Promise<string[]> {
  const { cluster, serviceNames } = footprintOf(context, { stack, config }, record);
  if (cluster === undefined) return [];
  const signal = boundedSignal(bounds.cancelAsk, context.signal);
  const asked = serviceNames.map((service) => stopDeployments(context.aws, { cluster, service, signal }));
  const stopped = await Promise.all(asked).catch((error: unknown) => {
    throw classify(error, `stop the deployments of ${stack}`);
  });
  return stopped.flat();
}

function notCancelled(stack: string, lock: Lock, restoring: string | undefined): MoorageError {
  const does = restoring === undefined ? "was asked to stop" : `puts ${restoring} back`;
  return new MoorageError({
    code: "not-cancelled",
    message: `${stack} is still held by ${describeLock(lock)}, which ${does}.`,
    hint: `Check that run; the cancellation stays requested until it ends. If it is dead: \`moorage unlock ${stack} --run\`.`,
  });
}
