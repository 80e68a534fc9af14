import { describe, expect, it } from "vitest";
import {
  historyRows,
  keptReleases,
  lastGood,
  neededForRollback,
  failAbandonedRun,
  withDeployment,
  withdrawAfter,
} from "../../../src/adapters/record/history.js";
import type { Deployment, StackRecord } from "../../../src/adapters/record/record.js";
import { chooseRollback } from "../../../src/adapters/record/choose-rollback.js";
import { newRecord } from "../../../src/adapters/record/record.js";

const deployment = (imageTag: string, good = true): Deployment => ({
  imageTag,
  digests: { web: `sha256:${imageTag}` },
  result: good ? "succeeded" : "failed",
  good,
  startedAt: "2026-01-01T00:00:00.000Z",
  endedAt: "2026-01-01T00:00:10.000Z",
  by: "ann",
});
const record: StackRecord = newRecord("hello", "dev", new Date(0));
const running = { imageTag: "v2", digests: {}, startedAt: "2026-01-01T00:01:00.000Z", by: "bob" };
const now = new Date("2026-01-01T00:02:00.000Z");

describe("history", () => {
  it("keeps the last 50, and the last good one for ever", () => {
    let history = withDeployment([], deployment("good"));
    for (let index = 0; index < 120; index++)
      history = withDeployment(history, deployment(`${index}`, false));
    expect(history).toHaveLength(50);
    expect(lastGood(history)?.imageTag).toBe("good");
    expect(history.at(-1)?.imageTag).toBe("119");
    history = withDeployment(history, deployment("better"));
    expect(history).toHaveLength(50);
    expect(history[0]?.imageTag).toBe("good");
  });

  it("correctness 18, F45: keeps what a rollback may go to, however often other bytes were deployed since", () => {
    let history: Deployment[] = [];
    for (let release = 1; release <= keptReleases + 5; release++)
      history = withDeployment(history, deployment(`v${release}`));
    const last = `v${keptReleases + 5}`;
    for (let night = 0; night < 200; night++)
      history = withDeployment(history, deployment(last, night % 3 !== 0));
    expect(history).toHaveLength(50);
    const kept = neededForRollback(history).map(({ imageTag }) => imageTag);
    expect(kept).toHaveLength(keptReleases);
    expect([kept[0], kept.at(-1)]).toEqual(["v6", last]);
    const now = { web: `sha256:${last}` };
    expect(chooseRollback(history, now, undefined)).toMatchObject({ found: { imageTag: "v14" } });
    expect(chooseRollback(history, now, "v6")).toMatchObject({ found: { imageTag: "v6" } });
  });

  it("F45: counts no release that somebody rolled back from", () => {
    let history = withDeployment([], deployment("v1"));
    for (let release = 2; release <= 80; release++) {
      history = withDeployment(history, { ...deployment(`v${release}`), withdrawn: true });
    }
    expect(history[0]?.imageTag).toBe("v1");
    expect(history).toHaveLength(50);
  });

  it("correctness 18: cuts a reason at 2 KB, and no character of it in half", () => {
    const [kept] = withDeployment([], {
      ...deployment("v1", false),
      reason: "a" + "\u{1f680}".repeat(10_000),
    });
    expect(Buffer.byteLength(kept?.reason ?? "")).toBeLessThanOrEqual(2_048);
    expect(kept?.reason).toMatch(/^a(\u{1f680})+\.\.\.$/u);
  });

  it("F44: withdraws what a rollback left also when its run was killed", () => {
    const lost = { ...running, imageTag: "a", digests: { web: "sha256:a" }, rolledBackFrom: "b" };
    const { history } = failAbandonedRun(
      { ...record, history: [deployment("a"), deployment("b")], running: lost },
      now,
    );
    expect(history.map(({ withdrawn }) => withdrawn ?? false)).toEqual([false, true, false]);
  });

  it("withdraws what ran well after the bytes that somebody went back to", () => {
    const history = [deployment("a"), deployment("b", false), deployment("c"), deployment("d")];
    const after = withdrawAfter(history, { web: "sha256:a" });
    expect(after.map(({ withdrawn }) => withdrawn ?? false)).toEqual([false, false, true, true]);
    expect(lastGood(after)?.imageTag).toBe("a");
  });

  /** Deploys `v1`, goes back to `<v1`; gives which stand at the end, newest last. */
  function standing(...steps: string[]): string[] {
    let history: Deployment[] = [];
    for (const step of steps) {
      const isBack = step.startsWith("<");
      const to = deployment(step.replace("<", ""));
      const before = isBack ? withdrawAfter(history, to.digests) : history;
      const rolledBackFrom = history.at(-1)?.imageTag ?? "";
      history = withDeployment(before, isBack ? { ...to, rolledBackFrom } : to);
    }
    return neededForRollback(history).map(({ imageTag }) => imageTag);
  }

  const sequences: [string, string[], string[]][] = [
    ["a rollback withdraws what was deployed after its target", ["a", "b", "c", "<a"], ["a"]],
    ["a second goes further back", ["a", "b", "c", "<b", "<a"], ["a"]],
    ["one that is undone withdraws nothing older", ["a", "c", "<a", "<c"], ["a", "c"]],
    ["undone halfway, the newest stays withdrawn", ["a", "b", "c", "<a", "<b"], ["a", "b"]],
    ["one to what was withdrawn before withdraws what came after", ["a", "b", "<a", "d", "<b"], ["a", "b"]],
    ["a release that is deployed again is the newest", ["a", "b", "a", "<b"], ["b"]],
    ["and is good again", ["a", "b", "<a", "b", "c"], ["a", "b", "c"]],
    ["back and forth again, the same two stand", ["a", "c", "<a", "<c", "<a", "<c"], ["a", "c"]],
  ];
  it.each(sequences)("F44: %s", (_title, steps, left) => {
    expect(standing(...steps)).toEqual(left);
  });

  it("bug 29: withdraws by the services that both have; bytes that never ran well withdraw nothing", () => {
    const two = { ...deployment("b"), digests: { web: "sha256:b", extra: "sha256:b" } };
    const marks = (digests: Record<string, string>) =>
      withdrawAfter([deployment("a"), two], digests).map(({ withdrawn }) => withdrawn ?? false);
    expect(marks({ web: "sha256:a", extra: "sha256:b" })).toEqual([false, true]);
    expect(marks({ web: "sha256:z" })).toEqual([false, false]);
  });

  it("shows a run that was lost as failed, before and after the next run has settled it", () => {
    const lost = { ...record, running };
    const [row] = historyRows(lost, true, now);
    expect(row).toMatchObject({ imageTag: "v2", result: "failed", good: false, by: "bob" });
    const settled = failAbandonedRun(lost, now);
    expect(settled.running).toBeUndefined();
    expect(settled).toMatchObject({ status: "failed", history: [{ imageTag: "v2", result: "failed" }] });
    expect(failAbandonedRun(settled, now)).toBe(settled);
  });

  it("keeps of a lost run what it rolled back from, and why it was let through", () => {
    const why = { rolledBackFrom: "v3", despite: "the fix cannot wait" };
    const { history } = failAbandonedRun({ ...record, running: { ...running, ...why } }, now);
    expect(history).toEqual([expect.objectContaining({ imageTag: "v2", result: "failed", ...why })]);
  });

  it("is newest first, with the one that runs", () => {
    const rows = historyRows({ ...record, running, history: [deployment("a"), deployment("b")] }, false, now);
    expect(rows.map(({ imageTag, result, endedAt }) => [imageTag, result, endedAt !== null])).toEqual([
      ["v2", "running", false],
      ["b", "succeeded", true],
      ["a", "succeeded", true],
    ]);
  });
});
