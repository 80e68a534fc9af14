/** Who has to act: the person who called, the app's own code, the platform (AWS, engine, machine), or Moorage. */
export type Fault = "caller" | "app" | "platform" | "moorage";

/** What kind of end an error is. `src/core/errors.ts` maps each to the exit code that scripts rely on. */
export type ErrorKind = "failed" | "bad-request" | "refused" | "locked" | "rollback-failed" | "interrupted";

/** What there is to know about an error code. `docs/error-codes.md` is generated from these rows. */
export interface ErrorRow {
  kind: ErrorKind;
  fault: Fault;
  /** What the message looks like: `<...>` stands for what differs. A code with several messages has its most frequent one. */
  message: string;
  /** Why it happens. */
  cause: string;
  /** What to do. */
  fix: string;
  /** Whether the same command may succeed later, with nobody changing anything. Without it: no. */
  retry?: true;
  /** Whether nothing was changed when it is raised. Without it: yes for a bad request, a refusal and a lock, else no. */
  changedNothing?: boolean;
}
