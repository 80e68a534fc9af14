import { platformFailure, type MoorageError } from "../../../core/errors.js";
import type { StackSpec } from "../engine.js";

/** The backend was away, and has all of the state again. */
export function stateLate({ stack, backendUrl }: StackSpec, reason: string, cause: unknown): MoorageError {
  return platformFailure(
    "state-late",
    `The update of ${stack} was stopped early: ${shown(backendUrl)} did not accept the state for a while (${reason}). It has it now; nothing is lost.`,
    "Run the command again: it resumes where this run stopped.",
    cause,
  );
}

/** The backend stays away: the state is in a file here. */
export function stateKept(spec: StackSpec, file: string, reason: string): MoorageError {
  const { stack, backendUrl } = spec;
  return platformFailure(
    "state-kept",
    `The update of ${stack} was stopped early: ${shown(backendUrl)} does not accept the state (${reason}). The complete state is kept in ${file}.`,
    `When the backend responds again, run the command again on this machine: it picks the file up. From elsewhere: ${bringBack(spec, file)}`,
  );
}

/** The lock of the engine that could not remove it goes first. */
function bringBack({ backendUrl, project, stack }: StackSpec, file: string): string {
  const name = stack.includes("/") ? stack : `organization/${project}/${stack}`;
  const login = `export PULUMI_BACKEND_URL='${backendUrl}'`;
  return `\`${login}; pulumi cancel --yes --stack ${name}; pulumi stack import --stack ${name} --file ${file}\``;
}

function shown(backendUrl: string): string {
  return backendUrl.split("?")[0] ?? "";
}
