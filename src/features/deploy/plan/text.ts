import { shownLine } from "../../../core/shown.js";
import type { ImageChange, PlannedChange, PlanView } from "./view.js";

/** What a plan is about. */
export interface PlanTitle {
  stack: string;
  imageTag: string;
  /** Null for a stack that was never deployed. */
  deployedTag: string | null;
}

const marks = { create: "+", update: "~", revise: "~", replace: "±", delete: "-" };

/** A plan for people: counts first, then what is taken away, images in a line each, and the rest. */
export function describePlan(plan: PlanView & PlanTitle): string {
  return describeChanges(titleOf(plan), plan);
}

/** A plan as text under the given title, for stacks that run no image. */
export function describeChanges(title: string, plan: PlanView): string {
  const sections = [
    section("A deployment would be refused", plan.refused),
    section("Replacements and deletions", plan.replacements.flatMap(describeChange)),
    section("Images", plan.images.map(describeImage)),
    section("Changes", plan.others.flatMap(describeChange)),
  ];
  return `${[`${title}: ${countsOf(plan)}`, ...sections.flat()].join("\n")}\n`;
}

function titleOf({ stack, imageTag, deployedTag }: PlanTitle): string {
  if (deployedTag === null) return `${stack}, never deployed, with ${imageTag}`;
  return imageTag === deployedTag
    ? `${stack} with ${imageTag}`
    : `${stack} from ${deployedTag} to ${imageTag}`;
}

/** Of the resources that are told below; what stays is the engine's count. */
function countsOf({ changes, replacements, images, others }: PlanView): string {
  const told = [...replacements, ...others];
  const count = (wanted: PlannedChange["operation"]) =>
    told.filter(({ operation }) => operation === wanted).length;
  const revisions = images.length + count("revise");
  const counts: [number, string][] = [
    [count("create"), "to create"],
    [count("update"), "to update"],
    [revisions, revisions === 1 ? "new task definition revision" : "new task definition revisions"],
    [count("replace"), "to replace"],
    [count("delete"), "to delete"],
  ];
  const some = counts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  if (some.length === 0) return "no changes";
  return [...some, ...(changes.same ? [`${changes.same} unchanged`] : [])].join(", ");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function describeImage({ service, from, to }: ImageChange): string {
  const [before, after] = [from, to].map(({ tag, image }) =>
    [tag, shortened(image)].filter(Boolean).join(" "),
  );
  return `~ ${service}: ${before ?? ""} -> ${after ?? ""}`;
}

/** A digest by its first 12 digits, without the registry. */
function shortened(image: string): string {
  const digest = /@(sha256:[a-f0-9]{12})[a-f0-9]*$/.exec(image)?.[1];
  return digest ?? image;
}

function describeChange({ operation, type, name, forcedBy, values }: PlannedChange): string[] {
  const kind = type.split(":").at(-1) ?? type;
  const why = forcedBy.length === 0 ? "" : ` (because of ${forcedBy.join(", ")})`;
  const what = operation === "revise" ? " (a new revision)" : why;
  return [
    `${marks[operation]} ${kind} ${name}${what}`,
    ...values.map((value) => `    ${shownLine(describeValue(value))}`),
  ];
}

function describeValue({ path, before, after }: PlannedChange["values"][number]): string {
  if (before === null && after === null) return `${nameOf(path)}: changes`;
  if (before === null) return `${nameOf(path)}: ${after ?? ""} (new)`;
  if (after === null) return `${nameOf(path)}: ${before} (taken out)`;
  return `${nameOf(path)}: ${before} -> ${after}`;
}

/** `env LOG_LEVEL`, `secret DATABASE_URL`: a task has one container of ours. */
function nameOf(path: string): string {
  const [, kind, name] = /^containerDefinitions\.[^.]+\.(environment|secrets)\.(.+)$/.exec(path) ?? [];
  if (name !== undefined) return `${kind === "secrets" ? "secret" : "env"} ${name}`;
  return path.replace(/^containerDefinitions\.[^.]+\./, "");
}
