import {
  type LocalCodeOfKind,
  type LocalErrorCode,
  localErrorCodes,
  type LocalErrorRow,
} from "./error-codes.js";
import { systemErrorText } from "./system-error.js";

/** What is wrong, for a person: the driver shows it as an error of its own. */
export interface FailureDetails {
  code: LocalErrorCode;
  message: string;
  /** The next thing to do. */
  hint: string;
  cause?: unknown;
}

/** Every failure of the local target that a person sees, in the shape of the driver's own errors. */
export class LocalFailure extends Error {
  readonly code: LocalErrorCode;
  readonly hint: string;
  readonly kind: LocalErrorRow["kind"];
  readonly fault: LocalErrorRow["fault"];
  /** Whether the same command may succeed later, with nobody changing anything. */
  readonly retry: boolean;

  constructor({ message, cause, code, hint }: FailureDetails) {
    super(message, { cause });
    const { kind, fault, retry = false } = localErrorCodes[code];
    this.name = "LocalFailure";
    this.code = code;
    this.hint = hint;
    this.kind = kind;
    this.fault = fault;
    this.retry = retry;
  }

  /** For the edge: 2 for a request that is wrong, else 1. */
  get exitCode(): 1 | 2 {
    return this.kind === "bad-request" ? 2 : 1;
  }
}

/** The request is wrong; nothing was changed. */
export function invalidRequest(
  code: LocalCodeOfKind<"bad-request">,
  message: string,
  hint: string,
  cause?: unknown,
): LocalFailure {
  return new LocalFailure({ code, message, hint, cause });
}

/** The machine or the local target did not do its part. */
export function platformError(
  code: LocalCodeOfKind<"failed">,
  message: string,
  hint: string,
  cause?: unknown,
): LocalFailure {
  return new LocalFailure({ code, message, hint, cause });
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
    hint: "This is a bug in Moorage: run the command again with MOORAGE_LOG=debug and report the stack trace.",
    cause: error,
  });
}
