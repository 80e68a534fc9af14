import type { Invocation } from "../../core/command.js";
import { readPreview } from "../../context/preview-stack.js";
import { commits } from "./commits.js";
import type { DemoPlace } from "./place.js";
import { deployBroken, deployTo, expectAnswer, openPlace, promoteTo, push, rollBack } from "./place.js";
import { bringUp, merge, readyEngine, openFirst, tearDown } from "./stages.js";
import type { Timeline } from "./steps.js";

const pr = "42";
const release = "v1.0.0";

/** What the pull request's URL was, and what it answered before and after the second push. */
export interface PullRequestSeen {
  url: string;
  answers: [string, string];
}

/** One change's whole way: pull request, dev, staging, prod, two bad releases and a rollback, teardown. */
export async function travel(invocation: Invocation, timeline: Timeline): Promise<PullRequestSeen> {
  const dev = await openFirst(timeline, () => openPlace(invocation, "dev"));
  const places = [dev];
  try {
    await readyEngine(timeline, dev, "the real Pulumi CLI");
    await deployTo(timeline, dev, await push(invocation, timeline, commits.main));
    const { tag, ...seen } = await pullRequest(invocation, timeline, dev);
    const staging = await openPlace(invocation, "staging");
    const prod = await openPlace(invocation, "prod");
    places.push(staging, prod);
    await releaseTrain(timeline, [dev, staging, prod], tag);
    await badReleases(invocation, timeline, dev, tag);
    await rollBack(timeline, dev);
    await tearDown(timeline, "Everything is destroyed", places);
    return seen;
  } finally {
    for (const { context } of places) context.close();
  }
}

/** Two pushes to a pull request, its preview after each, and its end; the second push's tag. */
async function pullRequest(
  invocation: Invocation,
  timeline: Timeline,
  { context }: DemoPlace,
): Promise<PullRequestSeen & { tag: string }> {
  const preview = await readPreview(invocation.cwd, pr);
  const before = await bringUp(timeline, context, preview, await push(invocation, timeline, commits.first));
  const tag = await push(invocation, timeline, commits.second);
  const after = await bringUp(timeline, context, preview, tag);
  await merge(timeline, context, preview);
  return { tag, url: after.url, answers: [before.answer, after.answer] };
}

async function releaseTrain(
  timeline: Timeline,
  [dev, staging, prod]: [DemoPlace, DemoPlace, DemoPlace],
  tag: string,
): Promise<void> {
  await deployTo(timeline, dev, tag);
  await promoteTo(timeline, dev, staging, tag, release);
  await deployTo(timeline, staging, release);
  await promoteTo(timeline, staging, prod, release, release);
  const url = await deployTo(timeline, prod, release);
  await expectAnswer(timeline, "prod answers", url, release);
}

/** One that crashes, one that answers wrongly: each is caught, and what ran before answers still. */
async function badReleases(
  invocation: Invocation,
  timeline: Timeline,
  dev: DemoPlace,
  good: string,
): Promise<void> {
  const crashing = await push(invocation, timeline, commits.crashing);
  await deployBroken(timeline, dev, crashing, "rollout-failed");
  const wrong = await push(invocation, timeline, commits.wrong);
  await deployBroken(timeline, dev, wrong, "smoke-test");
  const url = (await dev.context.records.read("dev"))?.record.url ?? "";
  await expectAnswer(timeline, "dev answers as before", url, good);
}
