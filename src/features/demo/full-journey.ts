import type { Invocation } from "../../core/command.js";
import { deploy } from "../deploy/deploy.js";
import { destroy } from "../deploy/destroy.js";
import { commits } from "./commits.js";
import { checkJobs, checkParts, checkRun } from "./full-checks.js";
import { fullInvocation, openFull, openFullPreview, ordersApp } from "./full-place.js";
import type { PullRequestSeen } from "./journey.js";
import { deployBroken, deployTo, type DemoPlace, expectAnswer, promoteTo, push, rollBack } from "./place.js";
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
  const dev = await timeline.step(
    "The local target starts",
    () => openFull(invocation, "dev", endpoint),
    ({ context }) => context.target.connection.endpoint ?? "",
  );
  const places = [dev];
  try {
    await timeline.step(
      "The engine is ready",
      () => dev.context.engine(),
      () =>
        endpoint === undefined ? "the real Pulumi CLI" : `the real Pulumi CLI; the emulator at ${endpoint}`,
    );
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
    await teardown(timeline, places);
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
  const { request, stack } = await openFullPreview(invocation, pr);
  const before = (await dev.context.records.read("dev"))?.record.url ?? "";
  const tag = await push(invocation, timeline, commits.first, ordersApp);
  const { url } = await timeline.step(
    `The preview ${stack} runs ${tag}`,
    () => deploy(dev.context, { ...request, imageTag: tag, lockTimeoutMs: 0 }),
    ({ result, url: where }) => `${result}: ${where ?? ""}`,
  );
  const answer = await expectAnswer(timeline, "Its URL answers", url ?? "", tag);
  if (endpoint !== undefined) await checkParts(timeline, url ?? "", endpoint);
  await timeline.step(
    "The pull request is merged: its preview goes",
    () => destroy(dev.context, { ...request, lockTimeoutMs: 0 }),
    ({ deleted }) => `${deleted} resources deleted, none left`,
  );
  return { tag, url: url ?? "", answers: [before, answer] };
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

async function teardown(timeline: Timeline, places: readonly DemoPlace[]): Promise<void> {
  await timeline.step(
    "Everything is destroyed, the stacks' own resources too",
    () =>
      Promise.all(places.map(({ context, request }) => destroy(context, { ...request, lockTimeoutMs: 0 }))),
    (ends) => `${ends.reduce((sum, { deleted }) => sum + deleted, 0)} resources deleted, none left`,
  );
}
