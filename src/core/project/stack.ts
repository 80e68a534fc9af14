import { type MoorageError, badRequest } from "../errors.js";
import { isPullRequest } from "./preview-names.js";
import { jobEnvironments, stackKind } from "./stack-kind.js";

/**
 * A pull request's number as typed. Throws a bad request: `not-a-preview` where an environment or a foundation is named
 * (F36), `pr-invalid` for anything else.
 */
export function parsePr(text: string): number {
  if (isPullRequest(text)) return Number(text);
  const kind = stackKind(text);
  if (kind !== undefined && kind !== "preview") {
    throw badRequest(
      "not-a-preview",
      `${text} is not a pull request: previews are created and destroyed by number only.`,
      "Give the pull request's number, as in --pr 42; environments are deployed with `moorage deploy <env>`.",
    );
  }
  throw badRequest(
    "pr-invalid",
    `${shown(text)} is not a pull request's number.`,
    "Give 1 to 7 digits, the first not 0, as in --pr 42.",
  );
}

/** An environment's name as typed. Throws a bad request: `not-an-environment` or `environment-invalid`. */
export function parseEnvironment(text: string): string {
  const kind = stackKind(text);
  if (kind === "environment") return text;
  throw kind === undefined ? invalidName(text) : wrongKind(text, kind);
}

function wrongKind(name: string, kind: string): MoorageError {
  const instead = kind === "preview" ? "`moorage preview up --pr N`" : "`moorage infra up <stack>`";
  return badRequest(
    "not-an-environment",
    `${name} is a ${kind} stack, not an environment.`,
    `Use ${instead} for it.`,
  );
}

function invalidName(text: string): MoorageError {
  if (jobEnvironments.includes(text)) {
    return badRequest(
      "environment-invalid",
      `${text} is not allowed as an environment's name: GitHub's environment of that name is for jobs, including those of pull requests.`,
      "Rename the environment: whoever can run such a job could assume the role that deploys it.",
    );
  }
  return badRequest(
    "environment-invalid",
    `${shown(text)} is not an environment's name.`,
    "Give the <name> of a Pulumi.<name>.yaml: at most 20 lower-case letters, digits and hyphens.",
  );
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
