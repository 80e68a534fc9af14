import { MoorageError } from "../../core/errors.js";
import type { AwsClients } from "./clients.js";
import { classify, codeOf } from "./errors.js";

/** A command that is to run in a container of a running task. */
export interface ExecRequest {
  /** ARN. */
  cluster: string;
  /** ARN. */
  task: string;
  container: string;
  /** One line: the agent in the container splits it as a shell does. */
  command: string;
}

/** What opens a session; whoever has it is in the container. */
export interface SessionTicket {
  sessionId: string;
  streamUrl: string;
  tokenValue: string;
}

/**
 * Asks ECS to run a command. Raises `exec-not-ready` (exit 1) where the container's agent does not answer. Source:
 * ExecuteCommand, errors.
 */
export async function executeCommand(clients: AwsClients, request: ExecRequest): Promise<SessionTicket> {
  const { ExecuteCommandCommand } = await import("@aws-sdk/client-ecs");
  try {
    const input = { ...request, interactive: true };
    const { session } = await (await clients.ecs()).send(new ExecuteCommandCommand(input));
    const { sessionId = "", streamUrl = "", tokenValue = "" } = session ?? {};
    return { sessionId, streamUrl, tokenValue };
  } catch (error) {
    if (isNotConnected(error)) throw notReady(request, error);
    throw classify(error, `run a command in the task ${request.task}`);
  }
}

function isNotConnected(error: unknown): error is Error {
  if (codeOf(error) === "TargetNotConnectedException") return true;
  return (
    codeOf(error) === "InvalidParameterException" && /agent isn.t running/.test((error as Error).message)
  );
}

function notReady({ task, container }: ExecRequest, cause: Error): MoorageError {
  return new MoorageError({
    code: "exec-not-ready",
    message: `ECS Exec's agent in ${container} does not answer (${task}): ${cause.message}`,
    hint: "It starts some seconds after the task: run the command again. If it never does, its task role needs the ssmmessages actions, and its subnets a way to ssmmessages.",
    cause,
  });
}
