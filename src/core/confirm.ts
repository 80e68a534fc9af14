import type { Invocation } from "./command.js";
import { badRequest } from "./errors.js";
import { openTerminal } from "./prompt.js";

/** What is about to be done to a stack, in sentences. */
export interface Deed {
  stack: string;
  /** "This would destroy all of dev." */
  would: string;
  /** "This destroys all of dev." */
  does: string;
  /** "Nothing was destroyed." */
  undone: string;
}

/** Whoever does what cannot be taken back names the stack once more: `--yes=<name>`, or typed. Raises `not-confirmed` (exit 2). */
export async function confirmName(
  { stack, would, does, undone }: Deed,
  given: string | undefined,
  invocation: Pick<Invocation, "json" | "signal">,
): Promise<void> {
  if (given === stack) return;
  if (given !== undefined) {
    throw notConfirmed(`--yes names ${JSON.stringify(given)}, not ${stack}. ${would}`, stack);
  }
  const terminal = await openTerminal(invocation);
  if (terminal === undefined) throw notConfirmed(would, stack);
  try {
    const typed = await terminal.ask(`${does} Type its name to continue: `);
    if (typed !== stack) throw notConfirmed(undone, stack);
  } finally {
    terminal.close();
  }
}

function notConfirmed(message: string, stack: string): Error {
  return badRequest("not-confirmed", message, `Type the stack's name, or add --yes=${stack}.`);
}
