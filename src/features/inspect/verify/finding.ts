import { hasCode, MoorageError } from "../../../core/errors.js";

/** One line of `verify`; its JSON form is stable. */
export interface Finding {
  /** What was looked at, as a path: `cluster`, `web/image`. */
  check: string;
  result: "OK" | "SKIP" | "NG";
  message: string;
}

/** What a check finds. What cannot be judged is skipped, with the reason, and never OK. */
export type Judgement = Omit<Finding, "check">;

export const pass = (message: string): Judgement => ({ result: "OK", message });
export const skip = (message: string): Judgement => ({ result: "SKIP", message });
export const fail = (message: string): Judgement => ({ result: "NG", message });

/** Runs a check. One that fails has not judged: it is skipped, with what stood in its way. */
export async function find(check: string, judge: () => Promise<Judgement>): Promise<Finding> {
  try {
    return { check, ...(await judge()) };
  } catch (error) {
    return { check, ...judgementOf(error) };
  }
}

/** Missing credentials are a finding; a permission that only this look needs is none. */
function judgementOf(error: unknown): Judgement {
  const message = error instanceof Error ? error.message : String(error);
  return hasCode(error, "credentials") ? fail(message) : skip(message);
}

/** A bad request about an image or a stack is a finding, anything else was not judged. */
export function judgeRefusal(error: unknown): Judgement {
  const isRefusal =
    error instanceof MoorageError &&
    error.code !== "permission" &&
    (error.kind === "bad-request" || error.kind === "refused");
  if (isRefusal) return fail(error.message);
  throw error;
}
