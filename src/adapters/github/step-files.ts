import { appendFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { fileEntry } from "./workflow-commands.js";

/** Adds outputs to the step (`GITHUB_OUTPUT`), where the runner has a file for them; undefined values are left out. */
export async function writeOutputs(
  env: NodeJS.ProcessEnv,
  outputs: Record<string, string | undefined>,
): Promise<void> {
  const file = env["GITHUB_OUTPUT"];
  if (!file) return;
  const entries = Object.entries(outputs).flatMap(([name, value]) =>
    value === undefined ? [] : [fileEntry(name, value, `moorage-${randomUUID()}`)],
  );
  await appendFile(file, entries.join(""));
}

/** Adds Markdown to the job's summary (`GITHUB_STEP_SUMMARY`), where the runner has a file for it. */
export async function writeSummary(env: NodeJS.ProcessEnv, markdown: string): Promise<void> {
  const file = env["GITHUB_STEP_SUMMARY"];
  if (file) await appendFile(file, `${markdown}\n\n`);
}
