import { bounds } from "../../core/bounds.js";
import { pullRequestOf } from "../../core/project/preview-names.js";
import { findLeftovers, type StackTraces } from "../../adapters/aws/leftovers.js";
import { removeFamily } from "../../adapters/aws/task-definitions.js";
import type { Context } from "../../context/context.js";
import { asMoorageError, hasCode } from "../../core/errors.js";
import { proveAbsence } from "./absence.js";
import type { HeldStack } from "../../adapters/record/lock.js";
import type { StackRecord } from "../../adapters/record/record.js";
import { onFormerFoundation } from "./foundation.js";
import { lockStack, unlockStack } from "./lock-stack.js";
import { stopOneOffs } from "./one-off.js";
import { stopJobs } from "./stop-jobs.js";
import { ownTraces, remainingOwn, tellUnproven } from "./own-absence.js";
import { resourceTeller } from "./resources.js";
import { recover } from "./recover.js";
import type { DeployRequest } from "./request.js";
import { specOf } from "./spec.js";
import { footprintOf } from "./stack-footprint.js";

/** What starts jobs. */
const starters = ["aws:scheduler/schedule:Schedule", "aws:cloudwatch/eventTarget:EventTarget"];

export interface DestroyRequest extends Pick<
  DeployRequest,
  "stack" | "config" | "raw" | "settings" | "lockTimeoutMs"
> {
  /** Asked once the stack is held, before anything changes: raises where it is not to go any more. */
  check?: (record: StackRecord) => void;
  /**
   * Deletes what no state names, where the engine knows no such stack: also of one that is recorded, whose destruction was
   * cut short. Gives the number of resources.
   */
  clear?: () => Promise<number>;
}

export interface DestroyResult {
  result: "destroyed" | "absent";
  /** Resources. */
  deleted: number;
  durationMs: number;
  /** Task definition families that the role may not remove: `moorage preview sweep --families` does. */
  left?: string[];
}

/**
 * Destroys a stack, removes it and proves on the target that nothing of it is left (F13). A stack that is not there is
 * `absent`, which is success. What a killed run left is looked at first (F7).
 */
export async function destroy(context: Context, request: DestroyRequest): Promise<DestroyResult> {
  const startedAt = Date.now();
  const held = await lockStack(context, request, "destroy");
  try {
    request.check?.(held.record);
    const removed = await removeStack(context, request, held);
    await held.remove();
    return { ...removed, durationMs: Date.now() - startedAt };
  } catch (error) {
    await unlockStack(context, held, afterFailure(held.record));
    throw asMoorageError(error);
  }
}

/** Of a stack that was not there, and of which nothing was touched, no record is left. */
function afterFailure({ status, exists, history }: StackRecord): Partial<StackRecord> | "remove" {
  if (status === "destroying") return { status: "failed" };
  return !exists && history.length === 0 && status === "deploying" ? "remove" : {};
}

async function removeStack(
  context: Context,
  request: DestroyRequest,
  held: HeldStack,
): Promise<Omit<DestroyResult, "durationMs">> {
  const { reporter, signal } = context;
  const spec = specOf(
    context,
    request.stack,
    { ...request.raw, ...context.target.overlay },
    request.settings,
  );
  await recover(context, held, spec, { leavesOthers: true });
  const standing = await onFormerFoundation(context, request, held.record);
  const traces = footprintOf(context, standing, held.record);
  const expected = held.record.exists;
  await held.update({ status: "destroying", unclean: true });
  reporter.notify({ kind: "step", text: `Destroying ${request.stack}` });
  const engine = await context.engine();
  const own = await ownTraces(spec);
  await stopOneOffs(context, request.stack, traces.cluster);
  const stop = () => stopJobs(context, traces);
  await stop();
  const tell = resourceTeller(reporter);
  let stopping = Promise.resolve();
  const { result, deleted } = await engine.destroy(spec, {
    signal,
    timeoutMs: bounds.engineDestroy,
    onResource: (event) => {
      tell(event);
      // What has been started since would hold up its security group until it ends.
      if (starters.includes(event.type) && event.status === "done")
        stopping = stopping.then(stop).catch(() => undefined);
    },
  });
  await stopping;
  await stop();
  if (expected && result === "absent") {
    reporter.notify({
      kind: "warning",
      text: `${request.stack} was recorded, but the engine knows no such stack`,
    });
  }
  const cleared = result === "absent" ? ((await request.clear?.()) ?? 0) : 0;
  const left = await removeFamilies(context, traces);
  await proveAbsence(context, traces.stack, async () => [
    ...(await findLeftovers(context.aws, traces)),
    ...(await remainingOwn(context, own)),
  ]);
  tellUnproven(context, own);
  return {
    result: cleared > 0 ? "destroyed" : result,
    deleted: deleted + cleared,
    ...(left.length > 0 && { left }),
  };
}

/**
 * The task definitions go last. IAM cannot say whose revisions a role may deregister, so the role of previews may deregister
 * none: a preview's stay, cost nothing, and are named.
 */
async function removeFamilies(
  { aws, reporter }: Pick<Context, "aws" | "reporter">,
  traces: StackTraces,
): Promise<string[]> {
  const { stack, serviceNames, jobFamilies = [] } = traces;
  const left: string[] = [];
  for (const family of [...serviceNames, ...jobFamilies]) {
    await removeFamily(aws, family, traces).catch((error: unknown) => {
      if (pullRequestOf(stack) === undefined || !hasCode(error, "permission")) throw error;
      left.push(family);
    });
  }
  if (left.length > 0) {
    const hint = "`moorage preview sweep --families` removes them, with the base environment's role.";
    reporter.notify({ kind: "warning", text: `Task definitions of ${stack} stay: ${left.join(", ")}`, hint });
  }
  return left;
}
