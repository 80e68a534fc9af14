import { describe, expect, it } from "vitest";
import {
  historyRows,
  lastGood,
  settleLost,
  withDeployment,
  withdrawAfter,
} from "../../src/record/history.js";
import type { Deployment, StackRecord } from "../../src/record/record.js";
import { newRecord } from "../../src/record/record.js";

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
    expect(history[0]?.imageTag).not.toBe("good");
  });

  it("withdraws what ran well after the bytes that somebody went back to", () => {
    const history = [deployment("a"), deployment("b", false), deployment("c"), deployment("d")];
    const after = withdrawAfter(history, { web: "sha256:a" });
    expect(after.map(({ withdrawn }) => withdrawn ?? false)).toEqual([false, false, true, true]);
    expect(lastGood(after)?.imageTag).toBe("a");
  });

  it("shows a run that was lost as failed, before and after the next run has settled it", () => {
    const lost = { ...record, running };
    const [row] = historyRows(lost, true, now);
    expect(row).toMatchObject({ imageTag: "v2", result: "failed", good: false, by: "bob" });
    const settled = settleLost(lost, now);
    expect(settled.running).toBeUndefined();
    expect(settled).toMatchObject({ status: "failed", history: [{ imageTag: "v2", result: "failed" }] });
    expect(settleLost(settled, now)).toBe(settled);
  });

  it("keeps of a lost run what it went back from, and why it was let through", () => {
    const why = { rolledBackFrom: "v3", despite: "the fix cannot wait" };
    const { history } = settleLost({ ...record, running: { ...running, ...why } }, now);
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
