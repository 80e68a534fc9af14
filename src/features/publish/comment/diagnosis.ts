import { inBlock, inText } from "./escape.js";
import type { Section } from "./fit.js";

/** What is known of why a deployment failed, as far as a report shows it. */
export interface CommentDiagnosis {
  cause: string;
  /** What was done about it. */
  action: string;
  services: readonly {
    name: string;
    stoppedTasks: readonly { task: string; reason: string; exitCode: number | null }[];
    log: readonly string[];
    healthChecks: readonly string[];
    events: readonly string[];
  }[];
}

/** The diagnosis, folded; each service's facts as plain lines of one block. */
export function diagnosisSection({ cause, action, services }: CommentDiagnosis): Section {
  const lines = services.flatMap(({ name, stoppedTasks, log, healthChecks, events }) => [
    `service ${name}`,
    ...stoppedTasks.map(({ task, reason, exitCode }) => `  task ${task}: ${reason}${exited(exitCode)}`),
    ...healthChecks.map((check) => `  health check: ${check}`),
    ...events.map((event) => `  event: ${event}`),
    ...log.map((line) => `  log: ${line}`),
  ]);
  const title = `Diagnosis: ${cause}`;
  const block = lines.length === 0 ? "" : `${inBlock(lines.join("\n"))}\n\n`;
  return {
    name: "diagnosis",
    importance: 2,
    text: `<details><summary>${inText(title)}</summary>\n\n${inText(action)}\n\n${block}</details>`,
    cut: true,
  };
}

function exited(code: number | null): string {
  return code === null ? "" : ` (exit code ${String(code)})`;
}
