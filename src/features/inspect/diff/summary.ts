import type { Invocation } from "../../../core/command.js";
import { knownSecrets } from "../../../core/secret-variables.js";
import { writeSummary } from "../../../adapters/github/step-files.js";
import { inBlock, inCode, inText } from "../../publish/comment/escape.js";
import { folded } from "../../publish/comment/deployment.js";
import { redacted } from "../../../core/redaction.js";
import type { Coming } from "./coming.js";

/** What a job's summary tells of a stack before somebody approves its change. Texts are as they came. */
export interface PlanSummary {
  stack: string;
  /** For people, its first line saying how much would change; undefined where nothing is there to compare with. */
  text: string | undefined;
  coming?: Omit<Coming, "planned"> | undefined;
}

/** GitHub takes 1 MiB from a step; the rest of a plan is in the log. */
const mostCharacters = 200_000;

/** Adds the plan to the job's summary, where a runner has one; without the secrets that the run knows. */
export async function writePlanSummary({ env, reporter }: Invocation, plan: PlanSummary): Promise<void> {
  await writeSummary(env, planSummary(redacted(plan, knownSecrets(env, reporter))));
}

export function planSummary({ stack, text, coming }: PlanSummary): string {
  const [title = "", ...lines] = (
    text ?? "The first deployment: everything is created. Its plan is available after its image is promoted."
  )
    .trim()
    .split("\n");
  const body = lines.join("\n").trim().slice(0, mostCharacters);
  return [
    `## Plan for ${inCode(stack)}`,
    ...(coming ? [versionOf(coming)] : []),
    body === "" ? inText(title) : folded(title, inBlock(body)),
  ].join("\n\n");
}

function versionOf({ tag, deployedTag, digests, commits }: NonNullable<PlanSummary["coming"]>): string {
  const now = deployedTag === null ? "Never deployed" : `Deployed now: ${inCode(deployedTag)}`;
  const bytes = Object.entries(digests).map(([service, digest]) => `- ${inCode(service)}: ${inCode(digest)}`);
  return [
    `- ${now}\n- Comes: ${inCode(tag)}`,
    bytes.length > 0 ? bytes.join("\n") : "- Its digests are available after it is promoted",
    commitsIn(commits),
  ].join("\n");
}

function commitsIn(commits: string[] | undefined): string {
  if (commits === undefined) return "- Commits since: git does not know both versions here";
  if (commits.length === 0) return "- Commits since: none";
  return [
    `- Commits since, newest first (${String(commits.length)}):`,
    ...commits.map((line) => `  - ${inText(line)}`),
  ].join("\n");
}
