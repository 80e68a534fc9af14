import { diagnosisSection, type CommentDiagnosis } from "./diagnosis.js";
import { inBlock, inCell, inCode, inText, link } from "./escape.js";
import type { Section } from "./fit.js";
import type { RunOrder } from "../../../adapters/github/deployments.js";
import type { CommentIdentity } from "./marker.js";
import { renderComment, type CommentSection } from "./sections.js";

export type CommentStatus =
  | "deploying"
  | "ready"
  | "failed"
  | "refused"
  | "superseded"
  | "destroyed"
  | "promoted";

/** What the pull request's comment tells. Texts are as they came; they are made harmless here. */
export interface CommentContent {
  identity: CommentIdentity;
  run: RunOrder;
  runUrl: string;
  status: CommentStatus;
  url?: string;
  /** By service, where one has a host of its own. */
  urls?: Record<string, string>;
  /** Whole commit. */
  commit?: string;
  imageTag?: string;
  services: readonly {
    name: string;
    image: string;
    digest?: string;
    /** Whose image it runs, where it was not built. */
    taken?: { from: string; imageTag: string };
  }[];
  /** ISO 8601. */
  expiresAt?: string;
  /** What was done to the resources, in a few words: "3 create". */
  changes?: string;
  /** What is done to which resources, a line each: planned for an environment, done for a preview. */
  plan?: string;
  problem?: { message: string; hint: string };
  diagnosis?: CommentDiagnosis;
}

/** The section on a stack's deployment. */
export function deploymentSection(content: CommentContent): CommentSection {
  const { identity, run } = content;
  return { identity, run, heading: heading(content), parts: reportSections(content) };
}

/** A comment that holds nothing else. */
export function commentBody(content: CommentContent): string {
  return renderComment([deploymentSection(content)]);
}

/** The parts of a report on one stack, in the order in which they are shown. */
export function reportSections(content: CommentContent): Section[] {
  const { problem, services, plan, diagnosis, urls = {} } = content;
  return [
    { name: "facts", importance: 4, text: facts(content) },
    ...(Object.keys(urls).length > 0 ? [{ name: "addresses", importance: 4, text: addresses(urls) }] : []),
    ...(problem ? [{ name: "error", importance: 5, text: inBlock(problem.message), cut: true }] : []),
    ...(problem?.hint ? [{ name: "advice", importance: 4, text: inText(problem.hint) }] : []),
    ...(services.length > 0 ? [{ name: "services", importance: 3, text: table(services) }] : []),
    ...(diagnosis ? [diagnosisSection(diagnosis)] : []),
    ...(plan
      ? [{ name: "plan", importance: 1, text: folded("Changes", inBlock(plan, "diff")), cut: true }]
      : []),
  ];
}

const words: Record<CommentStatus, string> = {
  deploying: "is being deployed",
  ready: "is ready",
  failed: "failed",
  refused: "was not deployed",
  superseded: "was superseded by a newer version",
  destroyed: "is gone",
  promoted: "is ready for the release",
};

const signs: Record<CommentStatus, string> = {
  deploying: "🚧",
  ready: "✅",
  failed: "❌",
  refused: "⛔",
  superseded: "⏭️",
  destroyed: "🧹",
  promoted: "📦",
};

function heading({ identity, status, url }: CommentContent): string {
  const title = `### ${signs[status]} ${inCode(identity.stack)} ${words[status]}`;
  if (url !== undefined && status !== "destroyed") return `${title}\n\n**${link(url, url)}**`;
  return status === "ready" ? `${title}\n\nIt has no URL, because no service takes requests.` : title;
}

function facts({ commit, imageTag, expiresAt, changes, runUrl, status }: CommentContent): string {
  const known = [
    commit && `Commit ${inCode(commit)}`,
    imageTag && `Image tag ${inCode(imageTag)}`,
    changes && `Resources: ${inText(changes)}`,
    expiresAt && status !== "destroyed" && `Expires ${inText(expiresAt)}`,
    link("Workflow run", runUrl),
  ];
  return known.flatMap((fact) => (fact ? [`- ${fact}`] : [])).join("\n");
}

function table(services: CommentContent["services"]): string {
  if (!services.some(({ taken }) => taken)) {
    const rows = services.map(
      ({ name, image, digest }) => `| ${inCell(name)} | ${inCell(digest ?? image)} |`,
    );
    return ["| service | runs |", "| --- | --- |", ...rows].join("\n");
  }
  const rows = services.map(
    ({ name, image, digest, taken }) =>
      `| ${inCell(name)} | ${inCell(digest ?? image)} | ${taken ? `as in ${inCell(taken.from)}: ${inCell(taken.imageTag)}` : "built"} |`,
  );
  return ["| service | runs | image |", "| --- | --- | --- |", ...rows].join("\n");
}

function addresses(urls: Readonly<Record<string, string>>): string {
  return Object.entries(urls)
    .map(([service, url]) => `- ${inCode(service)} is at ${link(url, url)}`)
    .join("\n");
}

/** A part that is closed until somebody opens it. */
export function folded(title: string, text: string): string {
  return `<details><summary>${inText(title)}</summary>\n\n${text}\n\n</details>`;
}
