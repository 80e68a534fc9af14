import { amend } from "./amend.js";
import { cutText } from "./history.js";
import type { RanCommand, RecordStore } from "./record.js";

const limit = 20;
/** UTF-8 bytes of a command. */
const textLimit = 200;

/** Writes to the record that a command was started, or how one ended that is there already: told by its task and its start. */
export async function recordCommand(
  records: RecordStore,
  place: { project: string; stack: string },
  ran: RanCommand,
): Promise<void> {
  const short = { ...ran, command: cutText(ran.command, textLimit) };
  await amend(records, place, ({ commands = [] }) => {
    const others = commands.filter(({ task, startedAt }) => task !== ran.task || startedAt !== ran.startedAt);
    return { commands: [...others, short].slice(-limit) };
  });
}
