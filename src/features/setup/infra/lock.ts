import type { Context } from "../../../context/context.js";
import { lockStack, unlockStack } from "../../deploy/lock-stack.js";
import { asMoorageError, hasCode } from "../../../core/errors.js";
import type { HeldStack } from "../../../adapters/record/lock.js";
import type { Lock } from "../../../adapters/record/record.js";

/** What is to be done to a stack, and how long its lock is waited for. */
interface Operation {
  stack: string;
  operation: Lock["operation"];
  lockTimeoutMs: number;
}

/** Does the work while the stack is held. The work releases the lock after a success; after a failure it is released here. */
export async function withInfraLock<Done>(
  context: Context,
  { stack, operation, lockTimeoutMs }: Operation,
  work: (held: HeldStack) => Promise<Done>,
): Promise<Done & { stack: string; durationMs: number }> {
  const startedAt = Date.now();
  const held = await lockInfra(context, { stack, lockTimeoutMs }, operation);
  try {
    const done = await work(held);
    return { stack, ...done, durationMs: Date.now() - startedAt };
  } catch (error) {
    const { status, exists } = held.record;
    // A foundation that was destroyed in part says so until it is whole again, or gone: nothing is deployed onto it.
    const stays = status === "ready" || status === "destroying";
    await unlockStack(context, held, exists ? (stays ? {} : { status: "failed" }) : "remove");
    throw asMoorageError(error);
  }
}

/** As of any stack; only that no `moorage cancel` stops a run of this kind. */
async function lockInfra(
  context: Context,
  request: { stack: string; lockTimeoutMs: number },
  operation: Lock["operation"],
): Promise<HeldStack> {
  try {
    return await lockStack(context, request, operation);
  } catch (error) {
    if (!hasCode(error, "locked")) throw error;
    const hint = `Wait for that run to end, or raise --lock-timeout. If it is dead: \`moorage unlock ${request.stack} --run\`.`;
    throw error.with({ hint });
  }
}
