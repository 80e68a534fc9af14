/** A notification about a deployment. Contains no secret, because it leaves the machine (F28). */
export interface DeploymentEvent {
  kind: "started" | "succeeded" | "failed" | "rolled back";
  project: string;
  environment: string;
  /** The image tag; null where it was not known yet. */
  version: string | null;
  /** Who deploys. */
  by: string;
  /** ISO 8601. */
  at: string;
  /** Null while it goes on. */
  durationMs: number | null;
  /** Where the environment answers. */
  url: string | null;
  /** The workflow run. */
  run: string | null;
  /** Why it failed, in a sentence or two. */
  reason: string | null;
  /** The tag that was rolled back. */
  rolledBackFrom: string | null;
}

/** One line: `hello: v1.2.3 failed in prod after 42 s, and rolled back to the version before (ann)`. */
export function summaryOf({ project, environment, ...event }: DeploymentEvent): string {
  const version = event.version ?? "a new version";
  const after = event.durationMs === null ? "" : ` after ${seconds(event.durationMs)}`;
  const from = event.rolledBackFrom === null ? "" : `, rolled back from ${event.rolledBackFrom}`;
  const what = {
    started: `${version} is being deployed to ${environment}${from}`,
    succeeded: `${version} runs in ${environment}${after}${from}`,
    failed: `${version} failed in ${environment}${after}`,
    "rolled back": `${version} failed in ${environment}${after} and was rolled back`,
  };
  return `${project}: ${what[event.kind]} (${event.by})`;
}

/** Links that belong to an event, each with what it leads to. */
export function linksOf({ url, run, environment }: DeploymentEvent): { text: string; href: string }[] {
  return [
    ...(run === null ? [] : [{ text: "the run", href: run }]),
    ...(url === null ? [] : [{ text: environment, href: url }]),
  ];
}

/** `42 s`, `3 min 5 s`. */
function seconds(durationMs: number): string {
  const whole = Math.round(durationMs / 1000);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
