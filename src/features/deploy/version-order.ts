/** What puts two versions of one stack in order. */
export interface Ordered {
  /** Whole commit that the image says it was built from. */
  commit?: string;
  /** When the image was made, ISO 8601. */
  created?: string;
  /** GitHub's id of the workflow run that deploys it: later runs have greater ones. */
  run?: number;
}

/** How git says that our commit stands to the deployed one; `unknown` where it cannot tell (a shallow clone). */
export type Ancestry = "same" | "older" | "newer" | "unrelated" | "unknown";

/**
 * Whether what is deployed is newer than what we bring: git ancestry decides, else the images' creation, else the order
 * in which GitHub started the runs (F29). The same commit is never superseded by itself, and what nothing puts in order is not
 * superseded: clocks of two runners do not.
 */
export function isSuperseded(ours: Ordered, deployed: Ordered, ancestry: Ancestry): boolean {
  if (ancestry === "older") return true;
  if (ancestry === "newer" || ancestry === "same") return false;
  const [made, madeThere] = [time(ours.created), time(deployed.created)];
  if (made !== undefined && madeThere !== undefined && made !== madeThere) return made < madeThere;
  return ours.run !== undefined && deployed.run !== undefined && ours.run < deployed.run;
}

function time(text: string | undefined): number | undefined {
  const value = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(value) ? undefined : value;
}

/** Events of GitHub that a person does not start by naming a version (their name: `GITHUB_EVENT_NAME`). */
const automatic = new Set(["push", "pull_request", "pull_request_target", "release", "workflow_run"]);

/** Whether a newer version may take the place of what this run brings: a person who names a tag means it. */
export function mayBeSuperseded(eventName: string | undefined): boolean {
  return eventName !== undefined && automatic.has(eventName);
}
