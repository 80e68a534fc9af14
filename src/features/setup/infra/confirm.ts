import type { Invocation } from "../../../core/command.js";
import { confirmName } from "../../../core/confirm.js";

/** Whoever destroys a stack names it once more: `--yes=<name>`, or typed. Raises `not-confirmed` (exit 2). */
export async function confirmDestroy(
  stack: string,
  given: string | undefined,
  invocation: Pick<Invocation, "json" | "signal">,
): Promise<void> {
  const deed = {
    stack,
    would: `This would destroy all of ${stack}.`,
    does: `This destroys all of ${stack}.`,
    undone: "Nothing was destroyed.",
  };
  await confirmName(deed, given, invocation);
}
