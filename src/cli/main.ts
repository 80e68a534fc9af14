import { asMoorageError, exitCodes, type MoorageError } from "../core/errors.js";
import { workingFolder } from "../core/machine.js";
import { wholePaths } from "../core/caller-paths.js";
import type { Reporter } from "../core/reporter.js";
import { runCommandLine } from "./cli.js";
import { openReporter } from "./reporters.js";
import { flushMessages, keepStdout, outliveReaders, printLine, stdoutClosed, writeResult } from "./output.js";
import { spareLoopback } from "./proxy.js";
import { shownJson, shownOutput } from "../core/shown.js";
import { isVerbose } from "../core/trace.js";
import { watchSignals } from "./signals.js";
import { checkSystem } from "./system.js";

/** The entry: argv, signals, exit code, and how an error is shown. The only process.exit. */
async function main(argv: string[]): Promise<number> {
  const json = asksForJson(argv);
  const verbose = isVerbose(argv, process.env);
  const reporter = await openReporter(process.stderr, { verbose });
  const endNow = (error: MoorageError) => void end(error, json, reporter);
  const signal = watchSignals({ endNow });
  try {
    checkSystem();
    const print = (line: string) => printLine(inert(reporter, line));
    const edges = { reporter, signal, env: process.env, print, unread: stdoutClosed };
    const outcome = await runCommandLine(argv, edges);
    reporter.close();
    const form = json && outcome.value !== undefined ? "json" : "text";
    const result = form === "json" ? shownJson(outcome.value) : outcome.text;
    const text = outcome.isSecret ? shownOutput(result) : inert(reporter, result, form);
    const isWritten = await writeResult(text === "" || text.endsWith("\n") ? text : `${text}\n`, signal);
    return isWritten ? outcome.exitCode : exitCodes.interrupted;
  } catch (thrown) {
    const error = asMoorageError(signal.aborted ? (signal.reason ?? thrown) : thrown);
    reporter.close();
    await showError({ error, thrown, json, signal }, reporter);
    return error.exitCode;
  }
}

/** Ends the process while the run still waits for something; what it has started ends with it. */
async function end(error: MoorageError, json: boolean, reporter: Reporter): Promise<void> {
  const signal = AbortSignal.abort();
  reporter.close();
  await showError({ error, thrown: error, json, signal }, reporter);
  process.exit(error.exitCode);
}

function asksForJson(argv: string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === "--json" || word === "--json=true");
}

interface Shown {
  error: MoorageError;
  /** As it came. */
  thrown: unknown;
  json: boolean;
  /** Once it is aborted, nobody is waited for who does not read. */
  signal: AbortSignal;
}

async function showError({ error, thrown, json, signal }: Shown, reporter: Reporter): Promise<void> {
  const { code, message, hint } = error;
  if (json) {
    const text = shownJson({ ...error.result, error: { code, message, hint } });
    await writeResult(`${inert(reporter, text, "json")}\n`, signal);
  }
  const trace = reporter.trace ? `\n${stackOf(thrown)}` : "";
  reporter.fail?.(error);
  process.stderr.write(inert(reporter, trace));
  reporter.close();
}

/** Text for stdout: a terminal obeys nothing of it but our colours, and a workflow's runner takes no line for a command. */
function inert(reporter: Reporter, text: string, form: "json" | "text" = "text"): string {
  const shown = form === "json" ? text : shownOutput(text);
  return reporter.inert?.(shown, form) ?? shown;
}

function stackOf(thrown: unknown): string {
  const lines: string[] = [];
  for (let error = thrown; error instanceof Error; error = error.cause)
    lines.push(error.stack ?? error.message);
  return `${lines.join("\ncaused by ")}\n`;
}

wholePaths(process.env, workingFolder());
spareLoopback(process.env);
outliveReaders();
keepStdout();
// A promise that never settles would let Node exit with 0: until main has answered, the answer is "failed".
process.exitCode = exitCodes.failed;
const exitCode = await main(process.argv.slice(2));
await flushMessages();
process.exit(exitCode);
