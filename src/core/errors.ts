import { machineLimit } from "./machine.js";

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

/** Who has to act: the person who called, the app's own code, the platform (AWS, engine, machine), or Moorage. */
export type Fault = "caller" | "app" | "platform" | "moorage";

export interface Problem {
  /** Stable, machine-readable, kebab-case: `tag-not-found`. */
  code: string;
  /** What is wrong and where, for a person. */
  message: string;
  /** The next thing to do. */
  hint: string;
  exitCode: ExitCode;
  fault: Fault;
  cause?: unknown;
  /** Where in files the mistakes stand, for annotations. */
  places?: readonly FilePlace[];
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
  readonly code: string;
  readonly hint: string;
  readonly exitCode: ExitCode;
  readonly fault: Fault;
  readonly places: readonly FilePlace[];
  /** What a command wants printed with `--json` besides `error` (a deployment that ran and failed). */
  readonly result: Record<string, unknown> | undefined;

  constructor(problem: Problem & { result?: Record<string, unknown> }) {
    super(problem.message, { cause: problem.cause });
    this.name = "MoorageError";
    this.code = problem.code;
    this.hint = problem.hint;
    this.exitCode = problem.exitCode;
    this.fault = problem.fault;
    this.places = problem.places ?? [];
    this.result = problem.result;
  }
}

/** The request or the configuration is wrong; nothing was changed (exit 2). */
export function badRequest(code: string, message: string, hint: string, cause?: unknown): MoorageError {
  return new MoorageError({ code, message, hint, cause, fault: "caller", exitCode: exitCodes.badRequest });
}

/** The machine, the engine or the cloud did not do its part (exit 1). */
export function platformFailure(code: string, message: string, hint: string, cause?: unknown): MoorageError {
  return new MoorageError({ code, message, hint, cause, fault: "platform", exitCode: exitCodes.failed });
}

/** Any thrown value as a MoorageError: what nobody classified is a defect of ours. */
export function asMoorageError(error: unknown): MoorageError {
  if (error instanceof MoorageError) return error;
  if (isProblem(error)) return new MoorageError({ ...ownDetails(error), cause: error });
  const limit = machineLimit(error);
  if (limit !== undefined) return platformFailure("machine", `${limit.message}.`, limit.hint, error);
  const message = error instanceof Error ? error.message : String(error);
  return new MoorageError({
    code: "unexpected",
    message,
    hint: "This is a defect in Moorage: run the command again with MOORAGE_DEBUG=1 and report the stack trace.",
    exitCode: exitCodes.failed,
    fault: "moorage",
    cause: error,
  });
}

/** Whether a package of ours classified it: such an error has what a MoorageError has, and is no MoorageError. */
function isProblem(error: unknown): error is Error & Problem {
  if (!(error instanceof Error)) return false;
  const { hint, fault, exitCode } = error as Partial<Problem>;
  return typeof hint === "string" && typeof fault === "string" && typeof exitCode === "number";
}

function ownDetails({ code, message, hint, exitCode, fault }: Error & Problem): Problem {
  return { code, message, hint, exitCode, fault };
}
