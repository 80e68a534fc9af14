import { runCommandLine } from "../../src/cli/cli.js";
import { MoorageError } from "../../src/core/errors.js";
import { silentReporter } from "../../src/core/reporter.js";
import type { Sandbox } from "./sandbox.js";

/** A project and the environment of its commands. */
type Place = Pick<Sandbox, "project" | "env">;

/** Runs a command in this process, as main does: the sandbox's project and home, without a process's start. */
async function run(
  sandbox: Place,
  args: readonly string[],
  { signal } = new AbortController(),
): Promise<unknown> {
  const edges = { reporter: silentReporter, env: sandbox.env, signal, print: async () => undefined };
  return (await runCommandLine([...args, "--cwd", sandbox.project], edges)).value;
}

/** What a command that ends well gives for `--json`. */
export async function jsonOf<Value>(sandbox: Place, args: readonly string[]): Promise<Value> {
  return (await run(sandbox, args)) as Value;
}

/** The error of a command that has to fail. */
export function problemOf(sandbox: Place, args: readonly string[]): Promise<MoorageError> {
  return failureOf(run(sandbox, args));
}

/** A command that is interrupted, as by SIGINT. */
export function abortable(
  sandbox: Place,
  args: readonly string[],
): { abort: () => void; ended: Promise<MoorageError> } {
  const controller = new AbortController();
  const ended = failureOf(run(sandbox, args, controller));
  return { abort: () => controller.abort(new Error("interrupted")), ended };
}

async function failureOf(running: Promise<unknown>): Promise<MoorageError> {
  const error = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MoorageError) return error;
  throw new Error(`expected a MoorageError, got ${String(error)}`);
}
