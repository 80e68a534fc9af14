import { systemErrorText } from "./system-error.js";

/** What is wrong, for a person: the driver shows it as an error of its own. */
export interface FailureDetails {
  /** Stable, machine-readable, kebab-case: `local-silent`. */
  code: string;
  message: string;
  /** The next thing to do. */
  hint: string;
  /** 2 for a request that is wrong, else 1. */
  exitCode: 1 | 2;
  /** Who has to act. */
  fault: "caller" | "platform" | "moorage";
  cause?: unknown;
}

/** Every failure of the local target that a person sees, in the shape of the driver's own errors. */
export class LocalFailure extends Error implements FailureDetails {
  readonly code: string;
  readonly hint: string;
  readonly exitCode: 1 | 2;
  readonly fault: FailureDetails["fault"];

  constructor({ message, cause, code, hint, exitCode, fault }: FailureDetails) {
    super(message, { cause });
    this.name = "LocalFailure";
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
    this.fault = fault;
  }
}

/** The request is wrong; nothing was changed (exit 2). */
export function invalidRequest(code: string, message: string, hint: string, cause?: unknown): LocalFailure {
  return new LocalFailure({ code, message, hint, cause, fault: "caller", exitCode: 2 });
}

/** The machine or the local target did not do its part (exit 1). */
export function platformError(code: string, message: string, hint: string, cause?: unknown): LocalFailure {
  return new LocalFailure({ code, message, hint, cause, fault: "platform", exitCode: 1 });
}

/** Any thrown value as a failure: what nobody classified is a defect of ours. */
export function asLocalFailure(error: unknown): LocalFailure {
  if (error instanceof LocalFailure) return error;
  const said = systemErrorText(error);
  if (said !== undefined) {
    const hint = "Make room, give the rights, or use another folder (MOORAGE_HOME, TMPDIR).";
    return platformError("machine", `${said}.`, hint, error);
  }
  return new LocalFailure({
    code: "unexpected",
    message: error instanceof Error ? error.message : String(error),
    hint: "This is a defect in Moorage: run the command again with MOORAGE_DEBUG=1 and report the stack trace.",
    fault: "moorage",
    exitCode: 1,
    cause: error,
  });
}
