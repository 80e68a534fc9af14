import { bounds } from "../../../core/bounds.js";
import type { Context } from "../../../context/context.js";
import { lockStack } from "../../deploy/lock-stack.js";
import type { Plan, StackSpec } from "../../../adapters/engine/engine.js";

/** The engine plans on a stack that exists: one is made for the time of the plan, while nobody else can deploy it. */
export async function onEmptyStack(
  context: Context,
  request: { stack: string; lockTimeoutMs: number },
  spec: StackSpec,
  /** `exists`: whether the stack is there after all, whatever the record says. */
  ask: (exists: boolean) => Promise<Plan>,
): Promise<Plan> {
  const held = await lockStack(context, request, "up");
  try {
    const engine = await context.engine();
    const isThere = (await engine.state(spec)) !== undefined;
    try {
      return await ask(isThere);
    } finally {
      if (!isThere) await engine.destroy(spec, { timeoutMs: bounds.engineRemoval });
    }
  } finally {
    await (held.record.history.length > 0 || held.record.exists ? held.unlock() : held.remove());
  }
}
