import { rm } from "node:fs/promises";
import { temporaryFolder } from "../../core/temporary-folder.js";
import type { Invocation } from "../../core/command.js";
import { findLocal } from "@moorage/local-aws";
import { packageFolder } from "../../core/own-modules.js";
import { type FullDemo, travelFull } from "./full-journey.js";
import type { PullRequestSeen } from "./journey.js";
import { travel } from "./journey.js";
import type { DemoStep } from "./steps.js";
import { Timeline } from "./steps.js";

export interface DemoResult extends PullRequestSeen {
  steps: DemoStep[];
  result: "done";
  durationMs: number;
  /** Where the local target's state is, when it was kept. */
  home: string | null;
  /** What the full journey could not show here, and why. */
  leftOut?: string[];
}

export interface DemoOptions {
  keep: boolean;
  /** The example that has one of each kind, and what more there is to do with it. */
  full?: FullDemo | undefined;
}

/**
 * The whole journey on a local target of its own. Everything is removed at the end, also after a failure or an
 * interruption, unless `keep` is set.
 */
export async function runDemo(invocation: Invocation, { keep, full }: DemoOptions): Promise<DemoResult> {
  const home = await temporaryFolder("moorage-demo-");
  const inDemo = demoInvocation(invocation, home, keep);
  const timeline = new Timeline(invocation.reporter);
  const startedAt = Date.now();
  try {
    const seen =
      full === undefined ? await travel(inDemo, timeline) : await travelFull(inDemo, timeline, full);
    const durationMs = Date.now() - startedAt;
    return { steps: timeline.steps, ...seen, result: "done", durationMs, home: keep ? home : null };
  } finally {
    if (!keep) await leaveNothing(inDemo, home);
  }
}

/** The demo's own project, target and home, whatever the caller's are. */
function demoInvocation(invocation: Invocation, home: string, keep: boolean): Invocation {
  const others = Object.entries(invocation.env).filter(
    ([name]) => !/^(MOORAGE_(?!ENGINE)|GITHUB_)/.test(name),
  );
  const owned = keep ? {} : { MOORAGE_LOCAL_OWNER: String(process.pid) };
  const env = { ...Object.fromEntries(others), ...owned, MOORAGE_HOME: home };
  return { ...invocation, target: "local", cwd: packageFolder(), backendUrl: undefined, env };
}

async function leaveNothing(invocation: Invocation, home: string): Promise<void> {
  await (await findLocal(invocation))?.stop();
  await rm(home, { recursive: true, force: true });
}
