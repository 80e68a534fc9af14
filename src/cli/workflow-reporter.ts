import { relative } from "node:path";
import type { MoorageError } from "../core/errors.js";
import type { Reporter, Message } from "../core/reporter.js";
import { maskable, secretsOf } from "../core/secret-variables.js";
import { inertJson, inertText, workflowCommand } from "../adapters/github/workflow-commands.js";

type Output = { write(text: string): unknown };

/**
 * The host of a workflow's step: each step of a command is a group of the log, warnings and errors are annotations, and
 * no line that it shows can be a command to the runner.
 */
export function githubReporter(output: Output, env: NodeJS.ProcessEnv): Reporter {
  let open = false;
  let last = "";
  const line = (text: string) => void output.write(`${text}\n`);
  const close = () => {
    if (open) line(workflowCommand("endgroup"));
    open = false;
  };
  const known = new Set<string>();
  const mask = (secret: string) => {
    for (const one of maskable(secret).filter((text) => !known.has(text))) {
      known.add(one);
      line(workflowCommand("add-mask", one));
    }
  };
  secretsOf(env).forEach(mask);
  return {
    notify(message) {
      if (message.kind === "progress" && message.text === last) return;
      last = message.text;
      if (message.kind === "step") close();
      line(lineOf(message));
      open ||= message.kind === "step";
    },
    fail(error) {
      close();
      for (const command of annotations(error, env["GITHUB_WORKSPACE"])) line(command);
      line(inertText(`error: ${error.message}`));
      if (error.hint) line(inertText(`  -> ${error.hint}`));
    },
    inert: (text, form) => (form === "json" ? inertJson(text) : inertText(text)),
    mask,
    masked: () => [...known],
    close,
  };
}

function lineOf(message: Message): string {
  if (message.kind === "step") return workflowCommand("group", message.text);
  if (message.kind === "notice") return workflowCommand("notice", message.text, { title: message.title });
  if (message.kind !== "warning") return inertText(`  ${message.text}`);
  const hint = message.hint ? ` (${message.hint})` : "";
  return workflowCommand("warning", `${message.text}${hint}`, { title: "moorage" });
}

/** GitHub shows ten of a kind for a step; where a mistake has a place in a file, it is shown there. */
const annotationLimit = 10;

function annotations({ message, code, places }: MoorageError, workspace = ""): string[] {
  const title = `moorage: ${code}`;
  if (places.length === 0) return [workflowCommand("error", message, { title })];
  return places.slice(0, annotationLimit).map(({ file, line, column, text }) => {
    const within = workspace === "" ? file : relative(workspace, file);
    return workflowCommand("error", text, { file: within, line, col: column, title });
  });
}
