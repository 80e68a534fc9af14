import type { Invocation } from "../../core/command.js";
import { readPreview } from "../../context/preview-stack.js";
import { commits } from "./commits.js";
import { checkJobs, checkParts, checkRun } from "./full-checks.js";
import { fullInvocation, openFull, ordersApp } from "./full-place.js";
import type { PullRequestSeen } from "./journey.js";
import { deployBroken, deployTo, type DemoPlace, expectAnswer, promoteTo, push, rollBack } from "./place.js";
import { bringUp, merge, readyEngine, openFirst, tearDown } from "./stages.js";
import type { Timeline } from "./steps.js";

export interface FullDemo {
  /** Where SQS, S3 and DynamoDB are emulated. */
  endpoint: string | undefined;
}

const pr = "42";
const release = "v1.0.0";

/** The journey with an app that has one of each kind: its parts at work, a preview, a release, a rollback, and its end. */
export async function travelFull(
  outer: Invocation,
  timeline: Timeline,
  { endpoint }: FullDemo,
): Promise<PullRequestSeen & { leftOut: string[] }> {
  const invocation = fullInvocation(outer);
  const dev = await openFirst(timeline, () => openFull(invocation, "dev", endpoint));
  const places = [dev];
  try {
    const emulator = endpoint === undefined ? "" : `; the emulator at ${endpoint}`;
    await readyEngine(timeline, dev, `the real Pulumi CLI${emulator}`);
    const first = await push(invocation, timeline, commits.main, ordersApp);
    const url = await deployTo(timeline, dev, first);
    await expectAnswer(timeline, "web answers", url, first);
    const order = await checkParts(timeline, url, endpoint);
    await checkRun(timeline, dev);
    await checkJobs(invocation, timeline, dev, { url, order });
    const { tag, ...seen } = await pullRequest(invocation, timeline, dev, endpoint);
    await deployTo(timeline, dev, tag);
    await releaseTrain(invocation, timeline, { places, tag, endpoint });
    const crashing = await push(invocation, timeline, commits.crashing, ordersApp);
    await deployBroken(timeline, dev, crashing, "rollout-failed");
    await rollBack(timeline, dev);
    await tearDown(timeline, "Everything is destroyed, the stacks' own resources too", places);
    return { ...seen, leftOut: endpoint === undefined ? [withoutEmulator] : [] };
  } finally {
    for (const { context } of places) context.close();
  }
}

const withoutEmulator =
  "orders through the queue, and receipts in the bucket: the local target only records queues, buckets and tables. Start an " +
  "emulator (pip install ministack; GATEWAY_PORT=4566 BIND_HOST=127.0.0.1 ministack), and add --emulator http://127.0.0.1:4566.";

/** A preview has a queue, a bucket and a table of its own, which go with it. */
async function pullRequest(
  invocation: Invocation,
  timeline: Timeline,
  dev: DemoPlace,
  endpoint: string | undefined,
): Promise<PullRequestSeen & { tag: string }> {
  const preview = await readPreview(invocation.cwd, pr);
  const before = (await dev.context.records.read("dev"))?.record.url ?? "";
  const tag = await push(invocation, timeline, commits.first, ordersApp);
  const { url, answer } = await bringUp(timeline, dev.context, preview, tag);
  if (endpoint !== undefined) await checkParts(timeline, url, endpoint);
  await merge(timeline, dev.context, preview);
  return { tag, url, answers: [before, answer] };
}

async function releaseTrain(
  invocation: Invocation,
  timeline: Timeline,
  { places, tag, endpoint }: { places: DemoPlace[]; tag: string; endpoint: string | undefined },
): Promise<void> {
  let from = places[0];
  let version = tag;
  for (const name of ["staging", "prod"]) {
    const to = await openFull(invocation, name, endpoint);
    places.push(to);
    if (from !== undefined) await promoteTo(timeline, from, to, version, release);
    const url = await deployTo(timeline, to, release);
    await expectAnswer(timeline, `${name} answers`, url, release);
    [from, version] = [to, release];
  }
}
