import type { Invocation } from "../../../core/command.js";
import { MoorageError } from "../../../core/errors.js";
import { openTerminal } from "../../../core/prompt.js";
import type { Answers } from "./answers.js";
import { checkConfigFiles } from "./check.js";
import { type Comparison, compareAll } from "./compare.js";
import { configFiles } from "./config-files.js";
import type { ScaffoldFile } from "./file.js";
import { installationFiles } from "./installation.js";
import type { PublishedWorkflow } from "./published.js";
import { requestFiles } from "./request-workflow.js";
import { workflowFiles } from "./workflow-files.js";
import { writeFileIn } from "./write.js";
import { environmentOrder } from "./train.js";
import { withApp, writeRecord } from "./written.js";

export interface WrittenFile {
  path: string;
  /** What was done; with `dryRun`, what would be. */
  action: "created" | "replaced" | "unchanged" | "kept";
  /** A unified diff; empty for files that were not there, or are as they should be. */
  difference: string;
}

export interface InitOptions {
  dryRun: boolean;
  /** Replaces files that differ without asking. */
  force: boolean;
}

/**
 * Writes configuration and workflows into an app's folder. A file that exists and differs is replaced only when a person
 * has seen the difference and says so, or with `force`; where nobody can be asked nothing at all is written
 * (`files-differ`, exit 2). Run again, it finds everything as it should be.
 */
export async function init(
  folder: string,
  answers: Answers,
  published: readonly PublishedWorkflow[],
  { dryRun, force }: InitOptions,
  invocation: Pick<Invocation, "json" | "signal">,
): Promise<WrittenFile[]> {
  const config = configFiles(answers);
  await checkConfigFiles(config);
  const { installation } = answers;
  const shared = [
    ...workflowFiles({ ...answers, environments: environmentOrder(answers) }, installation, published),
    ...installationFiles(installation),
  ];
  const up = answers.place === "" ? "" : "../".repeat(answers.place.split("/").length);
  const fromTop = (file: ScaffoldFile) => ({ ...file, path: `${up}${file.path}` });
  const own = [...config, ...requestFiles(answers, installation).map(fromTop)];
  const compared = await compareAll(folder, [...own, ...shared.map(fromTop)]);
  const differing = compared.filter(({ state }) => state === "differs");
  const replaced =
    dryRun || force || differing.length === 0
      ? new Set(differing.map(({ path }) => path))
      : await askAbout(differing, invocation);
  const done = await carryOut(folder, compared, ({ path }) => replaced.has(path), dryRun);
  const written = shared.filter((_, at) => done[own.length + at]?.action !== "kept");
  const record = withApp(answers.known, answers, written);
  return [...done, await writeRecord(folder, up, record, dryRun)];
}

async function carryOut(
  folder: string,
  compared: readonly Comparison[],
  replaces: (file: Comparison) => boolean,
  dryRun: boolean,
): Promise<WrittenFile[]> {
  const done: WrittenFile[] = [];
  for (const file of compared) {
    const action = actionOn(file, replaces);
    const writes = action === "created" || action === "replaced";
    if (writes && !dryRun) await writeFileIn(folder, file);
    done.push({ path: file.path, action, difference: file.difference });
  }
  return done;
}

function actionOn(file: Comparison, replaces: (file: Comparison) => boolean): WrittenFile["action"] {
  if (file.state === "new") return "created";
  if (file.state === "same") return "unchanged";
  return replaces(file) ? "replaced" : "kept";
}

/** The paths that the person at the terminal gives up. */
async function askAbout(
  differing: readonly Comparison[],
  invocation: Pick<Invocation, "json" | "signal">,
): Promise<Set<string>> {
  const terminal = await openTerminal(invocation);
  if (terminal === undefined) throw filesDiffer(differing);
  const replaced = new Set<string>();
  try {
    for (const { path, difference } of differing) {
      const answer = await terminal.ask(`${difference}Replace ${path}? [y/N] `);
      if (/^y(es)?$/i.test(answer)) replaced.add(path);
    }
  } finally {
    terminal.close();
  }
  return replaced;
}

function filesDiffer(differing: readonly Comparison[]): MoorageError {
  const differences = differing.map(({ difference }) => difference).join("\n");
  return new MoorageError({
    code: "files-differ",
    message: `Nothing was written: these files are here, and differ.\n${differences.trimEnd()}`,
    hint: "Run it in a terminal, where it asks about each; or add --force, which replaces them.",
    result: { files: differing.map(({ path, difference }) => ({ path, action: "kept", difference })) },
  });
}
