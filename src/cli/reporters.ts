import colours from "picocolors";
import { LiveView } from "./live-view.js";
import { guardedReporter } from "./guarded-reporter.js";
import type { Reporter, Message } from "../core/reporter.js";
import { shownLines } from "../core/shown.js";

/** The host for where stderr goes: a spinner in a terminal, groups and annotations in a workflow, plain lines elsewhere. */
export async function openReporter(
  output: NodeJS.WriteStream,
  { startedAt = Date.now(), verbose = false }: { startedAt?: number; verbose?: boolean } = {},
): Promise<Reporter> {
  return guardedReporter(await bareHost(output, startedAt), output, process.env, verbose);
}

async function bareHost(output: NodeJS.WriteStream, startedAt: number): Promise<Reporter> {
  if (process.env["GITHUB_ACTIONS"] === "true") {
    const { githubReporter } = await import("./workflow-reporter.js");
    return githubReporter(output, process.env);
  }
  const interactive = output.isTTY && process.env["CI"] === undefined;
  return interactive ? terminalReporter(output, startedAt) : plainReporter(output, startedAt);
}

/** One line a message, each with the time since the start; progress lines are dropped when they repeat. */
export function plainReporter(output: { write(text: string): unknown }, startedAt: number): Reporter {
  let last = "";
  return {
    notify(told) {
      const message = shown(told);
      const line = lineOf(message);
      if (message.kind === "progress" && line === last) return;
      last = line;
      output.write(`${elapsed(startedAt)} ${line}\n`);
    },
    close: () => undefined,
  };
}

/** Lines as in the plain host, and below them a spinner with what is under way: a line for each service of a rollout. */
async function terminalReporter(output: NodeJS.WriteStream, startedAt: number): Promise<Reporter> {
  const { default: createSpinner } = await import("yocto-spinner");
  const spinner = createSpinner({ stream: output, color: "cyan", handleSignals: false });
  const view = new LiveView();
  const redraw = () => void (spinner.text = view.text(Date.now()));
  // Before the first message there is nothing to show, and a question may stand in the line.
  const clock = setInterval(() => spinner.isSpinning && redraw(), 1_000).unref();
  return {
    notify(told) {
      const message = shown(told);
      if (message.kind !== "progress") {
        spinner.stop();
        output.write(`${elapsed(startedAt)} ${painted(message)}\n`);
      }
      view.take(message, Date.now());
      redraw();
      if (!spinner.isSpinning) spinner.start();
    },
    close() {
      clearInterval(clock);
      spinner.stop();
    },
  };
}

/** Messages carry what apps and services say. */
function shown(message: Message): Message {
  const text = shownLines(message.text);
  if (message.kind !== "warning" || message.hint === undefined) return { ...message, text };
  return { ...message, text, hint: shownLines(message.hint) };
}

function lineOf(message: Message): string {
  if (message.kind === "step") return message.text;
  if (message.kind === "notice") return `${message.title}: ${message.text}`;
  if (message.kind !== "warning") return `  ${message.text}`;
  return `warning: ${message.text}${message.hint ? ` (${message.hint})` : ""}`;
}

function painted(message: Message): string {
  const { bold, dim, yellow, cyan } = colours;
  const paint = { step: bold, detail: dim, progress: dim, warning: yellow, notice: cyan };
  return paint[message.kind](lineOf(message));
}

function elapsed(startedAt: number): string {
  return `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)}s`;
}
