import type { Invocation } from "./command.js";
import { MoorageError } from "./errors.js";

/** Somebody who can be asked. */
export interface Terminal {
  /** The answer without its surrounding blanks. Raises `interrupted` (exit 130) on Ctrl-C and Ctrl-D. */
  ask(question: string): Promise<string>;
  close(): void;
}

/** The person at the terminal; undefined without a terminal, or with `--json`. Questions go to stderr. */
export async function openTerminal({
  json,
  signal,
}: Pick<Invocation, "json" | "signal">): Promise<Terminal | undefined> {
  if (json || !process.stdin.isTTY) return undefined;
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ask = async (question: string) => {
    try {
      return (await lines.question(question, { signal })).trim();
    } catch (error) {
      // While it asks, the terminal hands these keys to readline and sends no signal.
      if (error instanceof Error && error.name === "AbortError") throw interrupted(error);
      throw error;
    }
  };
  return { ask, close: () => lines.close() };
}

function interrupted(cause: Error): MoorageError {
  return new MoorageError({
    code: "interrupted",
    message: "Interrupted at a question.",
    hint: "Run the same command again.",
    cause,
  });
}
