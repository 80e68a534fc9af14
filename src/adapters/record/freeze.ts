import { MoorageError } from "../../core/errors.js";
import type { Freeze, StackRecord } from "./record.js";

/** The freeze that is in force at `now`, if there is one. */
export function freezeOf({ freeze }: StackRecord, now: Date): Freeze | undefined {
  const over = freeze?.until !== undefined && Date.parse(freeze.until) <= now.getTime();
  return over ? undefined : freeze;
}

/** Whether two looks saw one and the same freeze. */
export function isSameFreeze(one: Freeze | undefined, other: Freeze): boolean {
  return one?.by === other.by && one.since === other.since && one.reason === other.reason;
}

/** A freeze is a person's: nothing breaks it, and no waiting ends it (exit 5). */
export function frozen(stack: string, { by, reason, since, until }: Freeze): MoorageError {
  const end = until === undefined ? "" : `, until ${until}`;
  return new MoorageError({
    code: "frozen",
    message: `${stack} is locked by ${by} since ${since}${end}: ${reason}`,
    hint: `Ask ${by}; \`moorage unlock ${stack}\` ends it.`,
  });
}
