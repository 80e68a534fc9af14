import { basename } from "node:path";
import { type ErrorCode, MoorageError, type Problem } from "../../core/errors.js";
import { CliFailure, cliExitCodes } from "./cli.js";
import type { StackSpec } from "./engine.js";
import { type ErrorDiagnostic, nameOf, typeOf } from "./events.js";

/** What is known about a run that failed. */
export interface RunFailure {
  spec: StackSpec;
  /** `up`, `destroy`, ... */
  verb: string;
  error: unknown;
  /** What ended the run from outside, if anything did. */
  ended: "interrupted" | "timeout" | undefined;
  timeoutMs: number;
  /** What the program threw, if it did. */
  programError: unknown;
  errors: readonly ErrorDiagnostic[];
  unfinished: ReadonlySet<string>;
}

/** True when the CLI says that there is no such stack: by its exit code, which an authorisation error does not share (F13). */
export function isStackNotFound(error: unknown): boolean {
  return error instanceof CliFailure && error.result.code === cliExitCodes.stackNotFound;
}

/** The failure of a run as what a person can act on. Decided by exit code where there is one, else by the event stream. */
export function explain(failure: RunFailure): Error {
  const { programError, error, ended } = failure;
  if (ended === "interrupted") return interrupted(failure);
  if (ended === "timeout") return timedOut(failure);
  if (programError instanceof MoorageError) return programError;
  // What a program tells of a person's mistake has the mistake as its cause.
  if (programError instanceof Error && programError.cause instanceof MoorageError) return programError.cause;
  if (programError !== undefined) return programFailed(failure);
  if (error instanceof CliFailure) return cliFailed(failure, error);
  return error instanceof Error ? error : new Error(String(error));
}

function cliFailed(failure: RunFailure, error: CliFailure): MoorageError {
  if (isLocked(error.message)) return locked(failure.spec.stack, error.message, error);
  const { stack } = failure.spec;
  if (error.result.code === cliExitCodes.unauthorised) {
    return problem(
      "engine-unauthorised",
      `Pulumi is not allowed to use the state of ${stack}: ${errorLines(error)}`,
      {
        hint: "Log in to the backend (`pulumi login`, or PULUMI_ACCESS_TOKEN), then run the command again.",
        cause: error,
      },
    );
  }
  if (error.result.code === cliExitCodes.stackNotFound) {
    return problem("no-such-stack", `There is no stack ${stack} in ${failure.spec.backendUrl}.`, {
      hint: "Check the stack's name and the backend.",
      cause: error,
    });
  }
  if (/incorrect passphrase|passphrase must be set/i.test(error.message)) {
    return problem("passphrase", `The secrets of ${stack} cannot be decrypted: ${errorLines(error)}`, {
      hint: "Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the passphrase that its Pulumi.<stack>.yaml was encrypted with.",
      cause: error,
    });
  }
  const messages = failure.errors.length > 0 ? failure.errors.map(describe).join("\n") : errorLines(error);
  if (/ExpiredToken|RequestExpired|security token[^.\n]* expired/i.test(messages)) {
    return problem(
      "credentials",
      `The AWS credentials expired during pulumi ${failure.verb} of ${stack}:\n${messages}`,
      {
        hint: "Log in to AWS again, or assume the role for longer (`role-duration-seconds`), then run the command again: it resumes where this run stopped.",
        cause: error,
      },
    );
  }
  return problem("engine-failed", `pulumi ${failure.verb} of ${stack} failed:\n${messages}`, {
    hint: "Fix what the message names and run the command again: it resumes where this run stopped.",
    cause: error,
  });
}

function describe({ urn, message }: ErrorDiagnostic): string {
  return urn ? `${typeOf(urn)} ${nameOf(urn)}: ${message}` : message;
}

function errorLines(error: CliFailure): string {
  const lines = error.message.split("\n").filter((line) => line.startsWith("error:"));
  return (lines.length > 0 ? lines.join("\n") : error.message).replace(/^error: /gm, "");
}

function isLocked(text: string): boolean {
  return (
    text.includes("the stack is currently locked by") ||
    text.includes("Another update is currently in progress")
  );
}

/** Someone else is at the stack's state (exit 5); `owners` is who, as far as the backend tells. */
export function locked(stack: string, owners: string, cause?: unknown): MoorageError {
  const owner = owners.split("\n").filter((line) => line.includes("created by"));
  return problem(
    "state-locked",
    [`The state of ${stack} is locked by another update.`, ...owner].join("\n"),
    {
      hint: `Wait until it has ended. If it is dead: \`moorage unlock ${basename(stack)} --run\` (in Pulumi Cloud: \`pulumi cancel\`).`,
      cause,
    },
  );
}

function programFailed({ spec, programError }: RunFailure): MoorageError {
  const trace =
    programError instanceof Error ? programError.stack || programError.message : String(programError);
  return problem("program-failed", `The program of ${spec.stack} failed:\n${trace}`, {
    hint: "The stack trace names the line; nothing that the program declares after it was touched.",
    cause: programError,
  });
}

function interrupted({ spec, verb, error }: RunFailure): MoorageError {
  return problem("interrupted", `pulumi ${verb} of ${spec.stack} was interrupted.`, {
    hint: "Run the command again: it resumes where this run stopped.",
    cause: error,
  });
}

function timedOut({ spec, verb, error, timeoutMs, unfinished }: RunFailure): MoorageError {
  const names = [...unfinished].map((urn) => `${typeOf(urn)} ${nameOf(urn)}`);
  const still = names.length > 0 ? ` Not finished: ${names.join(", ")}.` : "";
  const message = `pulumi ${verb} of ${spec.stack} did not finish within ${Math.round(timeoutMs / 1000)} s.${still}`;
  return problem("engine-timeout", message, {
    hint: "Run the command again: it resumes where this run stopped. If the program itself hangs, look at its awaits.",
    cause: error,
  });
}

function problem(code: ErrorCode, message: string, rest: Pick<Problem, "hint" | "cause">): MoorageError {
  return new MoorageError({ ...rest, code, message });
}
