import { tenantsOf } from "../../../adapters/aws/tenants.js";
import type { Context } from "../../../context/context.js";
import type { StateResource } from "../../../adapters/engine/engine.js";
import { MoorageError } from "../../../core/errors.js";
import { isOver, type HeldStack } from "../../../adapters/record/lock.js";
import type { StackRecord } from "../../../adapters/record/record.js";
import { dependentStacks } from "./dependents.js";
import type { InfraStack } from "./stack.js";

type Standing = Pick<InfraStack, "stack" | "environments" | "previewBase">;

/** Refuses (`in-use`, exit 4) a foundation that stacks of this project stand on, as their records tell. */
export async function refuseTenants(
  context: Pick<Context, "records" | "owner" | "isOver">,
  infra: Standing,
  held: HeldStack,
): Promise<void> {
  const records: Pick<StackRecord, "stack" | "exists">[] = [];
  for (const record of await context.records.list()) {
    records.push({ ...record, exists: record.exists || (await isBeingMade(context, record, held)) });
  }
  const onIt = dependentStacks(infra, records);
  if (onIt.length > 0) throw inUse(infra.stack, onIt);
}

/** A first deployment has a lock before it has anything else. */
async function isBeingMade(
  { owner, isOver: ask }: Pick<Context, "owner" | "isOver">,
  { stack, lock }: StackRecord,
  held: HeldStack,
): Promise<boolean> {
  if (lock?.operation !== "up" || stack === held.record.stack) return false;
  return !(await isOver(lock.owner, { owner, isOver: ask }));
}

/**
 * Says in the foundation's record that it is going, then looks who is on it: a deployment takes its own lock first and reads this
 * record then, so that one of the two sees the other. Other projects' stacks are seen on the target.
 */
export async function claimAlone(
  context: Pick<Context, "records" | "owner" | "isOver" | "aws">,
  infra: Standing,
  held: HeldStack,
  resources: readonly StateResource[],
): Promise<void> {
  const { status, unclean, exists } = held.record;
  if (exists) await held.update({ status: "destroying", unclean: true });
  try {
    await refuseTenants(context, infra, held);
    const ids = (type: string) => resources.flatMap((one) => (one.type === type && one.id ? [one.id] : []));
    const ground = {
      clusters: ids("aws:ecs/cluster:Cluster"),
      listeners: ids("aws:lb/listener:Listener"),
    };
    const onIt = await tenantsOf(context.aws, ground);
    if (onIt.length > 0) throw inUse(infra.stack, onIt);
  } catch (error) {
    if (exists) await held.update({ status, unclean });
    throw error;
  }
}

function inUse(stack: string, onIt: readonly string[]): MoorageError {
  return new MoorageError({
    code: "in-use",
    message: `${stack} is used by ${onIt.join(", ")}.`,
    hint: "Destroy those first: previews with `moorage preview destroy`, environments with `moorage infra destroy`, each in its own project.",
    kind: "refused",
    fault: "caller",
  });
}
