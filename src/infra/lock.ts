import type { Context } from "../context.js";
import { lockStack } from "../deployment/lock-stack.js";
import { asMoorageError, exitCodes, MoorageError } from "../errors.js";
import type { Held } from "../record/lock.js";
import type { Lock } from "../record/record.js";

/** As of any stack; only that no `moorage cancel` stops a run of this kind. */
export async function lockInfra(
  context: Context,
  request: { stack: string; lockTimeoutMs: number },
  operation: Lock["operation"],
): Promise<Held> {
  try {
    return await lockStack(context, request, operation);
  } catch (error) {
    const { code, message } = asMoorageError(error);
    if (code !== "locked") throw error;
    const hint = "Wait for that run to end, or give --lock-timeout more time.";
    throw new MoorageError({
      code,
      message,
      hint,
      exitCode: exitCodes.locked,
      fault: "caller",
      cause: error,
    });
  }
}

/** Lets go after a failure: what failed is told, not that the lock stayed. */
export async function letGo({ host }: Context, held: Held): Promise<void> {
  const { stack, status, exists } = held.record;
  try {
    if (!exists) await held.remove();
    else await held.release(status === "ready" ? {} : { status: "failed" });
  } catch (error) {
    const text = `The lock of ${stack} was not released: ${asMoorageError(error).message}`;
    host.notify({ kind: "warning", text });
  }
}
