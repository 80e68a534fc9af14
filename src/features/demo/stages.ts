import type { Context } from "../../context/context.js";
import type { PreviewStack } from "../../context/preview-stack.js";
import { deploy } from "../deploy/deploy.js";
import { destroy } from "../deploy/destroy.js";
import { type DemoPlace, expectAnswer } from "./place.js";
import type { Timeline } from "./steps.js";

/** What a preview answers, and where. */
export interface Answer {
  url: string;
  answer: string;
}

export function openFirst(timeline: Timeline, open: () => Promise<DemoPlace>): Promise<DemoPlace> {
  return timeline.step(
    "The local target starts",
    open,
    ({ context }) => context.target.connection.endpoint ?? "",
  );
}

export async function readyEngine(timeline: Timeline, { context }: DemoPlace, what: string): Promise<void> {
  await timeline.step(
    "The engine is ready",
    () => context.engine(),
    () => what,
  );
}

export async function bringUp(
  timeline: Timeline,
  context: Context,
  { request, stack }: PreviewStack,
  imageTag: string,
): Promise<Answer> {
  const { url } = await timeline.step(
    `The preview ${stack} runs ${imageTag}`,
    () => deploy(context, { ...request, imageTag, lockTimeoutMs: 0 }),
    ({ result, url: where }) => `${result}: ${where ?? ""}`,
  );
  return { url: url ?? "", answer: await expectAnswer(timeline, "Its URL answers", url ?? "", imageTag) };
}

export async function merge(timeline: Timeline, context: Context, { request }: PreviewStack): Promise<void> {
  await timeline.step(
    "The pull request is merged: its preview goes",
    () => destroy(context, { ...request, lockTimeoutMs: 0 }),
    ({ deleted }) => `${deleted} resources deleted, none left`,
  );
}

/** Destroys the environments; `what` says so. */
export async function tearDown(
  timeline: Timeline,
  what: string,
  places: readonly DemoPlace[],
): Promise<void> {
  await timeline.step(
    what,
    () =>
      Promise.all(places.map(({ context, request }) => destroy(context, { ...request, lockTimeoutMs: 0 }))),
    (ends) => `${ends.reduce((sum, { deleted }) => sum + deleted, 0)} resources deleted, none left`,
  );
}
