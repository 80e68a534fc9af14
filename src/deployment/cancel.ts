import { setTimeout as delay } from "node:timers/promises";
import { stopDeployments } from "../aws/stop-deployment.js";
import { classify } from "../aws/errors.js";
import type { Context } from "../context.js";
import { exitCodes, MoorageError } from "../errors.js";
import { amend } from "../record/amend.js";
import { acquire, describeLock } from "../record/lock.js";
import { isGone } from "../record/owner.js";
import type { Lock, StackRecord } from "../record/record.js";
import type { DeployRequest } from "./request.js";
import { tracesOf } from "./traces.js";

export type CancelRequest = Pick<DeployRequest, "stack" | "config"> & {
  /** How long to wait for the run that is stopped, in milliseconds. */
  timeoutMs: number;
};

/** The stable JSON of `cancel`. */
export interface CancelResult {
  environment: string;
  /** `nothing`: no deployment was under way. */
  result: "cancelled" | "nothing";
  /** Who was deploying; null where no run of Moorage was. */
  owner: string | null;
  /** ARNs of the service deployments that this command itself asked ECS to stop. */
  stopped: string[];
}

const pollMs = 250;
/** A living run stops its own deployments and puts the last good release back; one that does not is helped. */
const patienceMs = 15_000;
const askMs = 30_000;

/**
 * Ends the deployment of a stack that is under way: asks the run that holds it to stop, and ECS to stop with a rollback
 * where that run is dead, silent or was never one of Moorage's. Raises `not-cancelled` (exit 5) when the run holds on.
 */
export async function cancel(context: Context, request: CancelRequest): Promise<CancelResult> {
  const { records, project } = context;
  const { stack } = request;
  const record = (await records.read(stack))?.record;
  const head = { environment: stack };
  if (record?.lock === undefined || (await isGone(record.lock.owner))) {
    const stopped = record ? await stopAll(context, request, record) : [];
    const owner = record?.lock ? describeLock(record.lock) : null;
    if (record?.lock) await settle(context, stack);
    return { ...head, result: stopped.length > 0 || owner ? "cancelled" : "nothing", owner, stopped };
  }
  const by = context.owner.user;
  await amend(records, { project, stack }, () => ({ cancel: { by, at: new Date().toISOString() } }));
  const stopped = await awaitEnd(context, request, record, record.lock);
  return { ...head, result: "cancelled", owner: describeLock(record.lock), stopped };
}

/** Takes the stack from a dead run and lets go of it: its deployment is then known to have failed. */
async function settle({ records, project, owner, signal }: Context, stack: string): Promise<void> {
  const held = await acquire(records, { project, stack, operation: "up", owner, timeoutMs: 0, signal });
  await held.release();
}

async function awaitEnd(
  context: Context,
  request: CancelRequest,
  record: StackRecord,
  lock: Lock,
): Promise<string[]> {
  const startedAt = Date.now();
  let stopped: string[] | undefined;
  context.host.notify({ kind: "step", text: `Asking ${describeLock(lock)} to stop` });
  for (;;) {
    const { lock: current, running } = (await context.records.read(request.stack))?.record ?? {};
    if (current?.since !== lock.since) return stopped ?? [];
    const waited = Date.now() - startedAt;
    const restoring = running?.restoring;
    if (waited >= request.timeoutMs) throw notCancelled(request.stack, current, restoring);
    // What brings the good release back is not to be stopped.
    if (waited >= patienceMs && restoring === undefined) stopped ??= await stopAll(context, request, record);
    await delay(pollMs, undefined, { signal: context.signal });
  }
}

async function stopAll(
  context: Context,
  { stack, config }: CancelRequest,
  record: StackRecord,
): Promise<string[]> {
  const { cluster, serviceNames } = tracesOf(context, { stack, config }, record);
  if (cluster === undefined) return [];
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(askMs)]);
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
    hint: "Look at that run; the wish to stop stands until it ends.",
    exitCode: exitCodes.locked,
    fault: "caller",
  });
}
