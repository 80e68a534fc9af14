import type { RunOrder } from "../../../adapters/github/deployments.js";

/** What tells a section of Moorage's comment from the others: a stack's deployment, or its plan. */
export interface CommentIdentity {
  project: string;
  stack: string;
  about?: "plan" | undefined;
}

export function compareRuns(a: RunOrder, b: RunOrder): number {
  return a.run - b.run || a.attempt - b.attempt;
}

/** The hidden line that begins a section. Projects' and stacks' names have no character that could end it. */
export function marker({ project, stack, about }: CommentIdentity, { run, attempt }: RunOrder): string {
  const subject = about === undefined ? "" : ` about=${about}`;
  return `<!-- moorage project=${project} stack=${stack}${subject} run=${run} attempt=${attempt} -->`;
}

const form =
  /^<!-- moorage project=([A-Za-z0-9_.-]+) stack=([a-z0-9-]+)( about=plan)? run=(\d{1,15}) attempt=(\d{1,6}) -->(?:\r?\n|$)/;

/**
 * Whose section it is and of which run; undefined where the text does not begin with a marker. Moorage's comment is one
 * whose very beginning is a marker.
 */
export function readMarker(text: string): (CommentIdentity & RunOrder) | undefined {
  const [, project, stack, about, run, attempt] = form.exec(text) ?? [];
  if (project === undefined || stack === undefined) return undefined;
  return { project, stack, ...(about && { about: "plan" }), run: Number(run), attempt: Number(attempt) };
}

/** Text that no reader of comments takes for a marker: what an app logs must not begin a section. */
export function withoutMarkers(text: string): string {
  return text.replace(/<!--(?= moorage)/g, "<!--\u200b");
}
