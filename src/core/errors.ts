import type { LocalErrorCode, LocalFailure } from "@moorage/local-aws";
import { type CodeOfKind, type ErrorCode, errorCodes } from "./error-codes/index.js";
import type { ErrorKind, Fault } from "./error-codes/row.js";
import { machineLimit } from "./machine.js";

export type { ErrorCode, ErrorKind, Fault };

/** Exit codes that scripts rely on (docs/commands.md, "Exit codes"). */
export const exitCodes = {
  done: 0,
  failed: 1,
  badRequest: 2,
  changes: 3,
  refused: 4,
  locked: 5,
  rollbackFailed: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For the edge: nothing inside decides by an exit code. */
export const exitCodeOfKind: Readonly<Record<ErrorKind, ExitCode>> = {
  failed: exitCodes.failed,
  "bad-request": exitCodes.badRequest,
  refused: exitCodes.refused,
  locked: exitCodes.locked,
  "rollback-failed": exitCodes.rollbackFailed,
  interrupted: exitCodes.interrupted,
};

/** What an error is about. What it leaves out is as the code's row in `error-codes/` says. */
export interface Problem {
  code: ErrorCode | LocalErrorCode;
  /** What is wrong and where, for a person. */
  message: string;
  /** The next thing to do. */
  hint: string;
  kind?: ErrorKind;
  fault?: Fault;
  retry?: boolean;
  changedNothing?: boolean;
  cause?: unknown;
  /** Where in files the mistakes stand, for annotations. */
  places?: readonly FilePlace[];
  /** What a command wants printed with `--json` besides `error` (a deployment that ran and failed). */
  result?: Record<string, unknown> | undefined;
}

/** A mistake's place in a file. */
export interface FilePlace {
  /** Absolute. */
  file: string;
  /** 1-based. */
  line: number;
  column: number;
  /** What is wrong there. */
  text: string;
}

/** Every failure that a person sees. Classified once, at the edge where it enters. */
export class MoorageError extends Error {
  /** Stable, machine-readable, kebab-case; each has a row on docs/error-codes.md. */
  readonly code: ErrorCode | LocalErrorCode;
  readonly hint: string;
  readonly kind: ErrorKind;
  readonly fault: Fault;
  /** Whether the same call or command may succeed later, with nobody changing anything. */
  readonly retry: boolean;
  /** Whether it is known that nothing was changed. */
  readonly changedNothing: boolean;
  readonly places: readonly FilePlace[];
  readonly result: Record<string, unknown> | undefined;

  constructor(problem: Problem) {
    super(problem.message, { cause: problem.cause });
    const row = rowOf(problem.code);
    this.name = "MoorageError";
    this.code = problem.code;
    this.hint = problem.hint;
    this.kind = problem.kind ?? row.kind;
    this.fault = problem.fault ?? row.fault;
    this.retry = problem.retry ?? row.retry ?? false;
    this.changedNothing = problem.changedNothing ?? row.changedNothing ?? untouched.includes(this.kind);
    this.places = problem.places ?? [];
    this.result = problem.result;
  }

  /** For the edge. */
  get exitCode(): ExitCode {
    return exitCodeOfKind[this.kind];
  }

  /** The same error, but for what is given. The new one's cause is this one, unless another is given. */
  with(changes: Partial<Problem>): MoorageError {
    const { code, message, hint, kind, fault, retry, changedNothing, places, result } = this;
    const own = { code, message, hint, kind, fault, retry, changedNothing, places, result };
    return new MoorageError({ ...own, cause: this, ...changes });
  }
}

/** These are raised before anything is done. */
const untouched: readonly ErrorKind[] = ["bad-request", "refused", "locked"];

/** A code that only the local target knows has no row here; its errors say all of it themselves. */
function rowOf(code: ErrorCode | LocalErrorCode) {
  return errorCodes[code as ErrorCode] ?? errorCodes.unexpected;
}

/** The request or the configuration is wrong; nothing was changed. */
export function badRequest(
  code: CodeOfKind<"bad-request">,
  message: string,
  hint: string,
  cause?: unknown,
): MoorageError {
  return new MoorageError({ code, message, hint, cause });
}

/** The machine, the engine or the cloud did not do its part. */
export function platformFailure(
  code: CodeOfKind<"failed">,
  message: string,
  hint: string,
  cause?: unknown,
): MoorageError {
  return new MoorageError({ code, message, hint, cause });
}

/** Whether it is an error with one of these codes. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is MoorageError {
  return error instanceof MoorageError && codes.some((code) => code === error.code);
}

/** Any thrown value as a MoorageError: an unclassified error is a bug in Moorage. */
export function asMoorageError(error: unknown): MoorageError {
  if (error instanceof MoorageError) return error;
  if (isLocalFailure(error)) {
    const { code, message, hint, kind, fault, retry } = error;
    return new MoorageError({ code, message, hint, kind, fault, retry, cause: error });
  }
  const limit = machineLimit(error);
  if (limit !== undefined) return platformFailure("machine", `${limit.message}.`, limit.hint, error);
  const message = error instanceof Error ? error.message : String(error);
  return new MoorageError({
    code: "unexpected",
    message,
    hint: "This is a bug in Moorage: run the command again with MOORAGE_LOG=debug and report the stack trace.",
    cause: error,
  });
}

/** By its shape: the package is not loaded to ask. */
function isLocalFailure(error: unknown): error is LocalFailure {
  if (!(error instanceof Error)) return false;
  const { hint, fault, kind } = error as Partial<LocalFailure>;
  return typeof hint === "string" && typeof fault === "string" && typeof kind === "string";
}
