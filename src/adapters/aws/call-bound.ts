import { bounds } from "../../core/bounds.js";
import { type EndingPart, withinBound } from "../../core/interruption.js";

/** What the SDK's HTTP handler takes: an attempt, a connection and a pause within an answer end when they take too long. */
export function attemptBounds(attemptMs: number, idleMs: number = bounds.awsIdle) {
  return {
    connectionTimeout: bounds.awsConnect,
    requestTimeout: attemptMs,
    // Without it the SDK only warns.
    throwOnRequestTimeout: true,
    socketTimeout: Math.max(idleMs, attemptMs),
  };
}

export interface CallBounds {
  /** All attempts of one call, with the pauses between them and the search for credentials, in milliseconds. */
  callMs: number;
  /** The run's: a read ends with it, what changes something has the ending's time for an answer. */
  signal?: AbortSignal | undefined;
}

/** Which part of an ending a service's calls belong to. */
const part: EndingPart = "rollout";

type Middleware = (
  next: (args: unknown) => Promise<unknown>,
  context: { commandName?: string },
) => (args: unknown) => Promise<unknown>;

/**
 * Bounds every call of a client as a whole: the SDK bounds single attempts only, not a source of credentials that hangs, nor
 * the pauses between attempts.
 */
export function boundCalls<C extends object>(client: C, service: string, { callMs, signal }: CallBounds): C {
  const middleware: Middleware = (next, context) => (args) =>
    withinBound(() => next(args), {
      boundMs: callMs,
      signal,
      interrupted: { now: reads.test(context.commandName ?? ""), part },
      late: (boundMs) => late(service, context.commandName, boundMs),
    });
  const { middlewareStack } = client as unknown as { middlewareStack: Stack };
  middlewareStack.add(middleware, { step: "initialize", name: "moorageCallBound", priority: "high" });
  return client;
}

interface Stack {
  add(middleware: Middleware, options: { step: "initialize"; name: string; priority: "high" }): void;
}

const reads = /^(BatchCheck|BatchGet|Describe|Filter|Get|Head|List|Lookup|Simulate)/;

function late(service: string, command = "", boundMs: number): Error {
  const call = `${service}:${command.replace(/Command$/, "")}`;
  return Object.assign(new Error(`${call} did not answer within ${boundMs / 1_000} s`), {
    name: "TimeoutError",
  });
}
