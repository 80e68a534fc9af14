import { parsePr } from "../../core/project/stack.js";
import type { Invocation } from "../../core/command.js";
import { githubEnvironment } from "../../core/project/scope.js";
import { badRequest } from "../../core/errors.js";
import { readRun, type GitHubRun } from "../../adapters/github/event.js";
import type { RunOutcome } from "./outcome.js";
import { publishOutcome as publishedEnd } from "./published.js";
import type { CommentThread, Publisher, PublishTarget } from "./publisher.js";

/** Which pull request a preview command is about, and the workflow run that asks for it. */
export interface PreviewRun {
  /** As typed, or of the event. */
  pr: string;
  /** Undefined outside a workflow. */
  run: GitHubRun | undefined;
  /** The pull request's head, where the event is about it. */
  headCommit: string | undefined;
}

/**
 * The pull request is the flag's, else the event's. Raises a bad request: `pr-missing`, `pr-invalid`, `not-a-preview`
 * (F36), `github-event-invalid`.
 */
export async function readPreviewRun({ env }: Invocation, flag: string | undefined): Promise<PreviewRun> {
  const run = await readRun(env);
  const pull = run?.pull;
  const pr = flag ?? pull?.number.toString();
  if (pr === undefined) throw prMissing(run);
  return { pr, run, headCommit: pull?.number === parsePr(pr) ? pull.headCommit : undefined };
}

function prMissing(run: GitHubRun | undefined): Error {
  const why = run ? `The run's event, ${run.event}, has none.` : "This is not a GitHub workflow run.";
  return badRequest("pr-missing", `The pull request's number is required. ${why}`, "Name it, as in --pr 42.");
}

/** All previews share one environment on GitHub; the stack's name says which pull request a deployment belongs to. */
const shared = "preview";

/** A preview, as far as what is published names it. */
export interface PreviewTarget extends Omit<PublishTarget, "environment" | "commit"> {
  /** `moorage:scope`. */
  scope: string | undefined;
}

/** Does the work and makes its outcome known, good or bad; outside a workflow stderr says that nobody is told. */
export async function withPublishing<Result>(
  { env, reporter, signal }: Invocation,
  { run, headCommit: commit }: PreviewRun,
  { scope, ...subject }: PreviewTarget,
  { begins, check, work, outcome, thread }: Work<Result>,
): Promise<Result> {
  const publisher = run
    ? (await import("./publisher.js")).openPublisher(
        {
          ...subject,
          environment: githubEnvironment({ scope }, shared),
          ...(commit !== undefined && { commit }),
        },
        { env, reporter, signal, run, thread },
      )
    : nobody;
  if (!run)
    reporter.notify({
      kind: "detail",
      text: "Not a GitHub workflow run: no comment and no deployment there",
    });
  const lines: string[] = [];
  const note = (line: string) => {
    lines.push(line);
    publisher.planned(lines.join("\n"));
  };
  return publishedEnd(
    publisher,
    async () => {
      await check?.();
      if (begins) await publisher.begin();
      return work(note);
    },
    outcome,
  );
}

interface Work<Result> {
  /** Whether a deployment begins with it. */
  begins: boolean;
  /** What may refuse it before it begins. */
  check?(): Promise<void>;
  /** Gives a line for each resource that is changed. */
  work(note: (line: string) => void): Promise<Result>;
  outcome(result: Result): RunOutcome;
  /** The pull request's comments, where something looks at them anyway. */
  thread?: CommentThread | undefined;
}

const nobody: Publisher = {
  begin: () => Promise.resolve(),
  planned: () => undefined,
  publish: () => Promise.resolve(),
};
