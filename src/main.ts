import { exitCodes, asMoorageError, MoorageError } from "./errors.js";
import type { ExitCode } from "./errors.js";
import type { Host } from "./report.js";
import { runCommandLine } from "./cli.js";
import { openHost } from "./hosts.js";

/** The entry: argv, signals, exit code, and how an error is shown. The only process.exit. */
async function main(argv: string[]): Promise<ExitCode> {
  const json = asksForJson(argv);
  const host = await openHost(process.stderr);
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => interruption.abort(interrupted(name)));
  }
  try {
    const print = (line: string) => void process.stdout.write(`${inert(host, line)}\n`);
    const edges = { host, signal: interruption.signal, env: process.env, print };
    const outcome = await runCommandLine(argv, edges);
    host.close();
    const asJson = json && outcome.value !== undefined;
    const text = asJson ? inert(host, JSON.stringify(outcome.value), "json") : inert(host, outcome.text);
    await write(text === "" || text.endsWith("\n") ? text : `${text}\n`);
    return outcome.exitCode;
  } catch (thrown) {
    const error = asMoorageError(
      interruption.signal.aborted ? (interruption.signal.reason ?? thrown) : thrown,
    );
    host.close();
    await showError(error, thrown, json, host);
    return error.exitCode;
  }
}

function asksForJson(argv: string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === "--json" || word === "--json=true");
}

function interrupted(signal: string): MoorageError {
  return new MoorageError({
    code: "interrupted",
    message: `Interrupted by ${signal}.`,
    hint: "Run the same command again: it goes on from what is there.",
    exitCode: exitCodes.interrupted,
    fault: "caller",
  });
}

async function showError(error: MoorageError, thrown: unknown, json: boolean, host: Host): Promise<void> {
  const { code, message, hint } = error;
  if (json) {
    const text = JSON.stringify({ ...error.result, error: { code, message, hint } });
    await write(`${inert(host, text, "json")}\n`);
  }
  const trace = process.env["MOORAGE_DEBUG"] ? `\n${stackOf(thrown)}` : "";
  if (host.fail) host.fail(error);
  else process.stderr.write(`error: ${message}\n${hint ? `  -> ${hint}\n` : ""}`);
  process.stderr.write(inert(host, trace));
  host.close();
}

/** Text for stdout: where a workflow's runner reads along, no line of it may be a command. */
function inert(host: Host, text: string, form: "json" | "text" = "text"): string {
  return host.inert?.(text, form) ?? text;
}

function stackOf(thrown: unknown): string {
  const lines: string[] = [];
  for (let error = thrown; error instanceof Error; error = error.cause)
    lines.push(error.stack ?? error.message);
  return `${lines.join("\ncaused by ")}\n`;
}

/** Resolves when the text has left the process, so that exiting cuts nothing off. */
function write(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
// A promise that never settles would let Node end with 0: until main has answered, the answer is "failed".
process.exitCode = exitCodes.failed;
process.exit(await main(process.argv.slice(2)));
