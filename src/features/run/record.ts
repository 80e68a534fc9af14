import type { Context } from "../../context/context.js";
import { recordCommand } from "../../adapters/record/ran-command.js";
import type { RanCommand } from "../../adapters/record/record.js";
import { asMoorageError } from "../../core/errors.js";
import { safeText } from "../../core/redaction.js";
import { shellLine } from "./shell-line.js";

/** What somebody runs, before it is known how it ends. */
export interface Begun extends Pick<RanCommand, "kind" | "service" | "task"> {
  stack: string;
  words: readonly string[];
}

/** Writes down who runs it; what is given back writes down how it ended. A record that cannot be written stops nothing. */
export async function beginRecord(
  context: Context,
  { stack, words, ...begun }: Begun,
): Promise<(exitCode: number | null) => Promise<void>> {
  const { owner, project, records, reporter } = context;
  const ran: RanCommand = {
    ...begun,
    command: safeText(reporter, shellLine(words)),
    by: owner.user,
    ...(owner.run && { run: owner.run }),
    startedAt: new Date().toISOString(),
  };
  const write = async (change: Partial<RanCommand>) => {
    try {
      await recordCommand(records, { project, stack }, { ...ran, ...change });
    } catch (error) {
      const text = `The record of ${stack} does not say who ran this: ${asMoorageError(error).message}`;
      reporter.notify({ kind: "warning", text });
    }
  };
  await write({});
  return (exitCode) => write({ endedAt: new Date().toISOString(), exitCode });
}
