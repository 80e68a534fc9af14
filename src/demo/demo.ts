import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Invocation } from "../command.js";
import type { Context } from "../context.js";
import { openContext } from "../context.js";
import { fetchAnswer } from "../deployment/answer.js";
import { deploy } from "../deployment/deploy.js";
import { destroy } from "../deployment/destroy.js";
import { exitCodes, MoorageError } from "../errors.js";
import { ensureLocal } from "../local/client.js";
import { buildImage } from "../local/images/build.js";
import { packageFolder } from "../package-folder.js";
import type { PreviewStack } from "../preview-stack.js";
import { readPreview } from "../preview-stack.js";
import { commitTag } from "../config/tag.js";
import { changedCopy } from "./changed-copy.js";

/** One moment of the journey. */
export interface DemoStep {
  name: string;
  /** What was seen: a digest, an answer. */
  outcome: string;
  durationMs: number;
}

export interface DemoResult {
  steps: DemoStep[];
  url: string;
  /** The two answers of the preview's URL, before and after the second push. */
  answers: [string, string];
  result: "done";
  durationMs: number;
  /** Where the local target's state is, when it was kept. */
  home: string | null;
}

const example = join(packageFolder(), "examples", "hello");
const pr = "42";
const commits = [
  "1111111111111111111111111111111111111111",
  "2222222222222222222222222222222222222222",
] as const;
const repository = "hello";

/**
 * The journey of one pull request on a local target of its own: two images, a preview, its answer over HTTP before and
 * after the second push, teardown. Everything is removed at the end, also after a failure, unless `keep` is set.
 */
export async function runDemo(invocation: Invocation, { keep }: { keep: boolean }): Promise<DemoResult> {
  const home = await mkdtemp(join(tmpdir(), "moorage-demo-"));
  const inDemo = demoInvocation(invocation, home, keep);
  const startedAt = Date.now();
  try {
    const journey = await travel(inDemo);
    return { ...journey, result: "done", durationMs: Date.now() - startedAt, home: keep ? home : null };
  } finally {
    if (!keep) await leaveNothing(inDemo, home);
  }
}

function demoInvocation(invocation: Invocation, home: string, keep: boolean): Invocation {
  const { MOORAGE_LOCAL_OWNER: _owner, ...env } = invocation.env;
  const owned = keep ? {} : { MOORAGE_LOCAL_OWNER: String(process.pid) };
  return {
    ...invocation,
    target: "local",
    cwd: packageFolder(),
    backendUrl: undefined,
    env: { ...env, ...owned, MOORAGE_HOME: home },
  };
}

async function leaveNothing(invocation: Invocation, home: string): Promise<void> {
  const { findLocal } = await import("../local/client.js");
  await (await findLocal(invocation))?.stop();
  await rm(home, { recursive: true, force: true });
}

async function travel(invocation: Invocation): Promise<Pick<DemoResult, "steps" | "url" | "answers">> {
  const steps: DemoStep[] = [];
  const step = async <Value>(name: string, run: () => Promise<Value>, outcome: (value: Value) => string) => {
    const startedAt = Date.now();
    invocation.host.notify({ kind: "step", text: name });
    const value = await run();
    steps.push({ name, outcome: outcome(value), durationMs: Date.now() - startedAt });
    return value;
  };
  const preview = await readPreview(invocation.cwd, pr);
  const context = await step(
    "The local target starts",
    () => openContext(invocation, preview.place),
    ({ target }) => target.connection.endpoint ?? "",
  );
  try {
    await step(
      "The engine is ready",
      () => context.engine(),
      () => "Pulumi CLI",
    );
    const first = await push(invocation, step, example, commits[0]);
    const { url } = await bringUp(context, step, preview, first);
    const before = await step(
      "The URL answers",
      () => read(url),
      (answer) => answer,
    );
    const second = await changedCopy(example, (copy) => push(invocation, step, copy, commits[1]));
    await bringUp(context, step, preview, second);
    const after = await step(
      "The URL answers with the second commit",
      () => read(url),
      (answer) => answer,
    );
    if (before === after) throw demoFailed(`${url} answers the same after the second push: ${after}`);
    const request = { ...preview.request, lockTimeoutMs: 0 };
    const gone = ({ deleted }: { deleted: number }) => `${deleted} resources deleted, none left`;
    await step("The pull request is closed", () => destroy(context, request), gone);
    return { steps, url, answers: [before, after] };
  } finally {
    context.close();
  }
}

type Step = <Value>(
  name: string,
  run: () => Promise<Value>,
  outcome: (value: Value) => string,
) => Promise<Value>;

async function push(invocation: Invocation, step: Step, folder: string, commit: string): Promise<string> {
  const tag = commitTag(commit);
  const { registry } = await (await ensureLocal(invocation)).status();
  await step(
    `The image ${repository}:${tag} is built and pushed`,
    () =>
      buildImage({
        folder,
        repository,
        tag,
        registry,
        revision: commit,
        prefer: "package",
        signal: invocation.signal,
      }),
    ({ digest }) => digest,
  );
  return tag;
}

function bringUp(context: Context, step: Step, preview: PreviewStack, imageTag: string) {
  const request = { ...preview.request, imageTag, lockTimeoutMs: 0 };
  const outcome = ({ result, url }: { result: string; url: string }) => `${result}: ${url}`;
  return step(`The preview ${preview.stack} runs ${imageTag}`, () => deploy(context, request), outcome);
}

/** What the preview says of itself: one line of JSON with its version. */
async function read(url: string): Promise<string> {
  const { status, body, error } = await fetchAnswer(new URL("/healthz", url).href, 5_000);
  if (status !== 200) throw demoFailed(`${url} answered ${error ?? String(status)}`);
  return body.trim();
}

function demoFailed(message: string): MoorageError {
  return new MoorageError({
    code: "demo",
    message,
    hint: "Run the demo again with --keep, then look at `moorage local status`.",
    exitCode: exitCodes.failed,
    fault: "moorage",
  });
}
