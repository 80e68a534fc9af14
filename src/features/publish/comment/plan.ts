import { inBlock, inCode, inText, link } from "./escape.js";
import type { Section } from "./fit.js";
import type { RunOrder } from "../../../adapters/github/deployments.js";
import type { CommentSection } from "./sections.js";
import { folded } from "./deployment.js";

/** What the pull request's comment tells of a stack's plan. Texts are as they came; they are made harmless here. */
export interface PlanContent {
  project: string;
  stack: string;
  run: RunOrder;
  runUrl: string;
  /** Whole commit that was planned. */
  commit?: string | undefined;
  /** Undefined where it could not be made. */
  plan?: {
    /** For people, its first line saying how much would change. */
    text: string;
    /** Whether a deployment would end with it. */
    refused: boolean;
    changes: boolean;
    /** The version that it was asked about, and the deployed one, null where none is; of stacks that run images. */
    version?: { imageTag: string; deployedTag: string | null };
  };
  problem?: { message: string; hint: string };
}

/** The section on what a deployment of this pull request's code would change in a stack. */
export function planSection(content: PlanContent): CommentSection {
  const { project, stack, run, plan, problem } = content;
  return {
    identity: { project, stack, about: "plan" },
    run,
    heading: `### ${headingOf(content)}`,
    parts: [
      { name: "facts", importance: 4, text: factsOf(content) },
      ...(problem ? [{ name: "error", importance: 5, text: inBlock(problem.message), cut: true }] : []),
      ...(problem?.hint ? [{ name: "advice", importance: 4, text: inText(problem.hint) }] : []),
      ...(plan?.changes || plan?.refused ? [planPart(plan.text)] : []),
    ],
  };
}

function headingOf({ stack, plan }: PlanContent): string {
  const name = inCode(stack);
  if (plan === undefined) return `❌ ${name} could not be planned`;
  if (plan.refused) return `⛔ ${name} would be refused`;
  return plan.changes ? `📋 ${name} would change` : `✅ ${name} would not change`;
}

function factsOf({ commit, plan, runUrl }: PlanContent): string {
  const known = [
    plan?.version && versionsOf(plan.version),
    commit && `Commit ${inCode(commit)}`,
    link("Workflow run", runUrl),
  ];
  return known.flatMap((fact) => (fact ? [`- ${fact}`] : [])).join("\n");
}

function versionsOf({ imageTag, deployedTag }: { imageTag: string; deployedTag: string | null }): string {
  if (deployedTag === null) return `Never deployed; planned with ${inCode(imageTag)}`;
  if (imageTag === deployedTag) return `Against ${inCode(deployedTag)}, which is deployed now`;
  return `From ${inCode(deployedTag)}, which is deployed now, to ${inCode(imageTag)}`;
}

function planPart(text: string): Section {
  const [title = "", ...lines] = text.trim().split("\n");
  const block = inBlock(asDiff(lines).join("\n").trim(), "diff");
  return { name: "plan", importance: 1, text: folded(title, block), cut: true };
}

/** GitHub colours a line by its first sign: what is added, taken away, and changed. */
function asDiff(lines: readonly string[]): string[] {
  const signs: Record<string, string> = { "+": "+ ", "-": "- ", "±": "- ± ", "~": "! ~ " };
  return lines.map((line) => {
    const [, sign = "", rest = ""] = /^ {2}([+±~-]) (.*)$/s.exec(line) ?? [];
    const shown = signs[sign];
    return shown === undefined ? line : `${shown}${rest}`;
  });
}
