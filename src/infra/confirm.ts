import type { Invocation } from "../command.js";
import { badRequest } from "../errors.js";
import { openTerminal } from "../terminal.js";

/** Whoever destroys a stack names it once more: `--yes=<name>`, or typed. Raises `not-confirmed` (exit 2). */
export async function confirmDestroy(
  stack: string,
  given: string | undefined,
  invocation: Pick<Invocation, "json" | "signal">,
): Promise<void> {
  if (given === stack) return;
  if (given !== undefined) {
    throw notConfirmed(`--yes names ${JSON.stringify(given)}, but ${stack} would be destroyed.`, stack);
  }
  const terminal = await openTerminal(invocation);
  if (terminal === undefined) throw notConfirmed(`This would destroy all of ${stack}.`, stack);
  try {
    const typed = await terminal.ask(`This destroys all of ${stack}. Type its name to go on: `);
    if (typed !== stack) throw notConfirmed("Nothing was destroyed.", stack);
  } finally {
    terminal.close();
  }
}

function notConfirmed(message: string, stack: string): Error {
  return badRequest("not-confirmed", message, `Type the stack's name, or add --yes=${stack}.`);
}
