import { describe, expect, it } from "vitest";
import {
  type Failure,
  lastThatRanWell,
  whyNotPutBack,
} from "../../../../src/features/deploy/rollback/judge.js";
import type { PastRelease } from "../../../../src/adapters/record/choose-rollback.js";

const failure: Failure = {
  code: "rollout-failed",
  engine: "done",
  judged: true,
  rollbackOnFailure: true,
  superseded: false,
  scaledToZero: false,
};
/** The engine did not come to its end. */
const broken: Failure = { ...failure, code: "engine-failed", engine: "partial", judged: false };

describe("the release before is rolled back to", () => {
  it.each<[string, Failure]>([
    ["after a failed rollout or smoke test", failure],
    ["after an engine that failed on the second service, once the first was updated", broken],
    ["after an engine that was too slow", { ...broken, code: "engine-timeout" }],
    ["when somebody cancelled what was under way", { ...broken, code: "cancelled" }],
    ["when somebody cancelled the rollout", { ...broken, code: "cancelled", engine: "done" }],
    ["also where the engine had nothing to do, but the rollout failed", { ...failure, engine: "unchanged" }],
  ])("%s", (_when, given) => {
    expect(whyNotPutBack(given)).toBeUndefined();
  });
});

describe("nothing is rolled back", () => {
  it.each<[string, Failure, RegExp]>([
    ["where nothing was changed", { ...broken, engine: "unchanged" }, /Nothing was changed/],
    ["where the configuration says so", { ...failure, rollbackOnFailure: false }, /rollbackOnFailure/],
    ["F30: on a state that contradicts itself", { ...broken, code: "state-broken" }, /engine's state/],
    ["F15: on a state that cannot be written", { ...broken, code: "state-kept" }, /engine's state/],
    ["where nobody can look", { ...broken, engine: "done", code: "permission" }, /could not be read/],
    ["F2: where another deployment took over", { ...failure, superseded: true }, /taken over/],
    ["F3: where somebody wants no task", { ...failure, scaledToZero: true }, /scaled/],
  ])("%s", (_when, given, why) => {
    expect(whyNotPutBack(given)).toMatch(why);
  });
});

describe("what is rolled back to", () => {
  const ran = (web: string, rest: Partial<PastRelease> = {}): PastRelease => ({
    imageTag: web,
    digests: { web },
    good: true,
    ...rest,
  });
  const withdrawn = { withdrawn: true };

  it.each<[string, PastRelease[], string | undefined, string | undefined]>([
    ["is what ran before", [ran("v1"), ran("v2")], "v2", "v2"],
    [
      "is the newest that ran well, where that never did",
      [ran("v1"), ran("v2", { good: false })],
      "v2",
      "v1",
    ],
    ["is not what somebody rolled back from", [ran("v1"), ran("v2", withdrawn), ran("v1")], "v1", "v1"],
    [
      "F25: is what somebody rolled back from in vain, for it runs",
      [ran("v1"), ran("v2", withdrawn), ran("v1", { good: false })],
      "v2",
      "v2",
    ],
    ["is nothing where nothing ran well", [ran("v1", { good: false })], "v1", undefined],
    ["is nothing where there was nothing", [], undefined, undefined],
  ])("%s", (_what, history, before, wanted) => {
    const digests = before === undefined ? undefined : { web: before };
    expect(lastThatRanWell(history, digests)?.imageTag).toBe(wanted);
  });
});
