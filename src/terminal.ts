import type { Invocation } from "./command.js";

/** Somebody who can be asked. */
export interface Terminal {
  /** The answer without its surrounding blanks. */
  ask(question: string): Promise<string>;
  close(): void;
}

/** The person at the terminal; undefined where nobody is, or where JSON is expected. Questions go to stderr. */
export async function openTerminal({
  json,
  signal,
}: Pick<Invocation, "json" | "signal">): Promise<Terminal | undefined> {
  if (json || !process.stdin.isTTY) return undefined;
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return {
    ask: async (question) => (await lines.question(question, { signal })).trim(),
    close: () => lines.close(),
  };
}
