import { setTimeout as delay } from "node:timers/promises";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { bounds } from "../../core/bounds.js";
import { MoorageError } from "../../core/errors.js";
import { atMost } from "../../core/interruption.js";
import type { Cli, CliContext } from "./cli.js";
import type { RunOptions, StackSpec } from "./engine.js";
import { EventLog } from "./events.js";
import { explain } from "./failure.js";
import { breakDeadLocks } from "./lock.js";
import { withLocks } from "./locks.js";
import { forgetEngine, noteEngine } from "./notes.js";
import { brokenState, isBrokenState } from "./state-relay/broken.js";
import { type RelayTimeouts, throughRelay } from "./state-relay/run.js";
import type { Trace } from "../../core/trace.js";
import { withWorkFolder } from "./work-folder.js";
import { boundedSignal } from "../../core/bounded-signal.js";

/** What an engine is made of. */
export interface Driver {
  cli: Cli;
  /** Where the work folders of runs are made. */
  workFolder: string | undefined;
  /** With a backend that fails. */
  patience: RelayTimeouts;
  /** Called with each request of the CLI to a bucket. */
  trace?: Trace | undefined;
}

/** One bounded use of one stack: a work folder, a signal that ends it, and the events of what runs in it. */
export interface Session extends CliContext {
  spec: StackSpec;
  events: EventLog;
  /** The Automation API's stack, whose operations cost one process each. */
  stack(options?: { program?: PulumiFn; extraArgs?: string[] }): Promise<Stack>;
  /** A plain CLI call for this stack. Returns stdout. */
  pulumi(...args: string[]): Promise<string>;
}

export interface SessionOptions extends Partial<RunOptions> {
  /** `up`, `destroy`, ...: what error messages call the run. */
  verb: string;
}

const ownLockMs = 1_500;

/** Runs `use` in a session. What goes wrong in it is raised as a MoorageError (see `explain`). */
export async function withSession<T>(
  driver: Driver,
  spec: StackSpec,
  { verb, timeoutMs = bounds.engineRead, signal, ...listeners }: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const timeout = boundedSignal(timeoutMs);
  const failing = new AbortController();
  const ending = AbortSignal.any([...(signal ? [signal] : []), timeout, failing.signal]);
  const events = new EventLog(listeners);
  const program: FailedProgram = { onFailure: () => endWhenIdle(events, failing) };
  const notes: (string | undefined)[] = [];
  const onStart = (pid: number) => void notes.push(noteEngine(spec, pid));
  try {
    const { patience, trace } = driver;
    const done = await throughRelay(spec, { patience, signal, trace }, ({ spec: seen, giveUp }) =>
      withWorkFolder(seen, driver.workFolder, ({ path, env }) => {
        const context = { cwd: path, env, signal: ending, giveUp, onStart };
        return use({ ...context, spec, events, ...operations(driver.cli, spec, context, program) });
      }),
    );
    notes.forEach(forgetEngine);
    return done;
  } catch (error) {
    const ended = signal?.aborted ? "interrupted" : timeout.aborted ? "timeout" : undefined;
    if (ended !== undefined || failing.signal.aborted) await removeOwnLock(spec, signal);
    if (error instanceof MoorageError) throw error;
    if (isBrokenState(error)) throw await brokenState(driver, spec, error);
    const { errors, unfinished } = events;
    throw explain({ spec, verb, error, ended, timeoutMs, programError: program.error, errors, unfinished });
  } finally {
    program.unwatch?.();
  }
}

/**
 * The lock of an engine that had to be killed: from another machine nobody could tell that it is gone. There is little time
 * for it (F6): a lock that cannot be removed is left to the next run.
 */
async function removeOwnLock(spec: StackSpec, signal: AbortSignal | undefined): Promise<void> {
  const removal = withLocks(spec, (locks) => breakDeadLocks(locks, { waitMs: 0 })).catch(() => undefined);
  await Promise.race([removal, delay(atMost(ownLockMs, signal, "state"), undefined, { ref: false })]);
}

/** Whoever declared something may wait for what the program that failed has not declared: the SDK would wait with it, and the CLI for it. */
function endWhenIdle(events: EventLog, failing: AbortController): void {
  const look = setInterval(() => {
    if (events.unfinished.size > 0) return;
    clearInterval(look);
    failing.abort();
  }, bounds.programEnding);
  look.unref();
}

interface FailedProgram {
  error?: unknown;
  onFailure: () => void;
  /** Ends the watch for errors that nobody in the program has caught. */
  unwatch?: () => void;
}

function operations(
  cli: Cli,
  spec: StackSpec,
  context: CliContext,
  failed: FailedProgram,
): Pick<Session, "stack" | "pulumi"> {
  return {
    async pulumi(...args) {
      return (await cli.run([...args, "--stack", spec.stack], context)).stdout;
    },
    async stack({ program = async () => undefined, extraArgs = [] } = {}) {
      const { LocalWorkspace, Stack } = await import("@pulumi/pulumi/automation/index.js");
      const workspace = await LocalWorkspace.create({
        workDir: context.cwd,
        envVars: context.env,
        program: watched(program, context.signal, failed),
        pulumiCommand: cli.asPulumiCommand(context),
      });
      // Each of these would be a process whose answer we have already: from the record and from the event stream.
      workspace.selectStack = async () => undefined;
      workspace.stackOutputs = async () => ({});
      workspace.serializeArgsForOp = async () => extraArgs;
      const stack = await Stack.select(spec.stack, workspace);
      stack.info = async () => undefined;
      return stack;
    },
  };
}

/** The program, ended when the run is: one that hangs would otherwise keep the SDK's handlers for uncaught errors in place. */
function watched(program: PulumiFn, signal: AbortSignal, failed: FailedProgram): PulumiFn {
  return async () => {
    failed.unwatch?.();
    failed.unwatch = watchUncaught(signal, failed);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    try {
      return await Promise.race([program(), aborted]);
    } catch (error) {
      failed.error ??= error;
      failed.onFailure();
      throw error;
    }
  };
}

/**
 * An output that fails within a resource's inputs fails neither the resource nor the program: whoever waits for the resource waits
 * without end, while Node alone is told of the error. What the engine itself refused is told by it.
 */
function watchUncaught(signal: AbortSignal, failed: FailedProgram): () => void {
  const onError = (error: unknown) => {
    if (signal.aborted || (error instanceof Error && isGrpcError(error))) return;
    failed.error ??= error;
    failed.onFailure();
  };
  process.on("unhandledRejection", onError);
  return () => void process.off("unhandledRejection", onError);
}

/** Source: @pulumi/pulumi, errors.ts, `isGrpcError`. */
function isGrpcError(error: Error): boolean {
  return "code" in error && "details" in error && "metadata" in error;
}
