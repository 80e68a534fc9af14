import { describe, expect, it } from "vitest";
import { keptRevisions, revisionsToPrune } from "../../../src/features/deploy/judge-prune.js";

describe("F24: task definitions that are pruned", () => {
  const arn = (revision: number) => `arn:aws:ecs:us-east-1:1:task-definition/web:${revision}`;
  const active = Array.from({ length: 20 }, (_, index) => arn(index + 1)).reverse();

  it("are neither in use nor among the last good ones, the oldest first", () => {
    const good = active.map((_, index) => arn(index + 1)).filter((_, index) => index % 2 === 0);
    const pruned = revisionsToPrune(active, { good, used: [arn(2), arn(20)] });
    const kept = active.filter((revision) => !pruned.includes(revision));
    expect(kept).toEqual(expect.arrayContaining([arn(2), arn(20), ...good.slice(-keptRevisions)]));
    expect(pruned).toEqual([4, 6, 8, 10, 12, 14, 16, 18].map(arn));
  });

  it("are none while there are few", () => {
    expect(revisionsToPrune([arn(1), arn(2)], { good: [arn(1)], used: [arn(2)] })).toEqual([]);
  });
});
