/** Which of two workflow runs is newer: ids grow, and so do the attempts of one run. */
export interface RunOrder {
  run: number;
  attempt: number;
}

/** What tells Moorage's comment on a stack from every other. */
export interface CommentIdentity {
  project: string;
  stack: string;
}

export function compareRuns(a: RunOrder, b: RunOrder): number {
  return a.run - b.run || a.attempt - b.attempt;
}

/** The hidden first line of a comment. Projects' and stacks' names have no character that could end it. */
export function marker({ project, stack }: CommentIdentity, { run, attempt }: RunOrder): string {
  return `<!-- moorage project=${project} stack=${stack} run=${run} attempt=${attempt} -->`;
}

const form =
  /^<!-- moorage project=([A-Za-z0-9_.-]+) stack=([a-z0-9-]+) run=(\d{1,15}) attempt=(\d{1,6}) -->(?:\r?\n|$)/;

/** Whose comment it is and of which run; undefined for any other comment: the marker stands at its very beginning. */
export function readMarker(body: string): (CommentIdentity & RunOrder) | undefined {
  const [, project, stack, run, attempt] = form.exec(body) ?? [];
  if (project === undefined || stack === undefined) return undefined;
  return { project, stack, run: Number(run), attempt: Number(attempt) };
}
