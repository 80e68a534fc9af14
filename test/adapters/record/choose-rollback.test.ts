import { describe, expect, it } from "vitest";
import {
  broughtAboutMeanwhile,
  chooseRollback,
  isSameBytes,
  type PastRelease,
} from "../../../src/adapters/record/choose-rollback.js";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const past = (letter: string, good = true, withdrawn = false): PastRelease => ({
  imageTag: `v-${letter}`,
  digests: { web: digest(letter) },
  good,
  ...(withdrawn && { withdrawn }),
});
const deployed = (letter: string) => ({ web: digest(letter) });
const found = (letter: string) => ({
  found: expect.objectContaining({ imageTag: `v-${letter}` }) as unknown,
});

describe("where a rollback goes", () => {
  const [a, b, c] = [past("a"), past("b"), past("c")];
  const bad = past("b", false);
  const cases: [string, PastRelease[], string | undefined, string | undefined, unknown][] = [
    ["the one before", [a, b], "b", undefined, found("a")],
    ["over a failed one in the middle", [a, bad, c], "c", undefined, found("a")],
    ["the last good one, where a failed one was left", [a, bad], "b", undefined, found("a")],
    ["not to the bytes that run, however often deployed", [a, b, b, b], "b", undefined, found("a")],
    [
      "not to one that somebody rolled back from",
      [a, past("b", true, true), a],
      "a",
      undefined,
      { missing: "none" },
    ],
    [
      "F44: not to an earlier run of bytes that somebody rolled back from later",
      [a, b, a, past("b", true, true), a],
      "a",
      undefined,
      { missing: "none" },
    ],
    [
      "F44: to one that was deployed again, and ran well, after somebody rolled back from it",
      [a, past("b", true, true), a, b, c],
      "c",
      undefined,
      found("b"),
    ],
    [
      "F7: where a rollback that was killed went, also when it went to one that was gone back from",
      [a, b, past("c", true, true), b, { ...past("c", false), rolledBackFrom: "v-b", lost: true }],
      "b",
      undefined,
      found("c"),
    ],
    [
      "F25: not where a rollback that failed went, when somebody had gone back from that before",
      [a, b, past("c", true, true), b, { ...past("c", false), rolledBackFrom: "v-b" }],
      "b",
      undefined,
      found("a"),
    ],
    ["nowhere from the first", [a], "a", undefined, { missing: "none" }],
    ["nowhere when nothing ran well", [past("a", false)], undefined, undefined, { missing: "none" }],
    ["to a tag", [a, b, c], "c", "v-a", found("a")],
    ["to a digest", [a, b, c], "c", digest("a"), found("a")],
    ["to a digest's first digits", [a, b, c], "c", `sha256:${"b".repeat(12)}`, found("b")],
    ["not to too few digits", [a, b], "b", "sha256:aaa", { missing: "unknown" }],
    ["to one that was gone back from, by name", [a, past("b", true, true)], "a", "v-b", found("b")],
    ["not to one that never ran well", [a, bad, c], "c", "v-b", { missing: "failed" }],
    ["not to one that never ran", [a], "a", "v-z", { missing: "unknown" }],
  ];
  it.each(cases)("%s", (_title, history, now, named, choice) => {
    expect(chooseRollback(history, now === undefined ? undefined : deployed(now), named)).toEqual(choice);
  });

  it("takes all services together", () => {
    const two = { web: digest("a"), api: digest("b") };
    expect(isSameBytes(two, { ...two })).toBe(true);
    expect(isSameBytes(two, { ...two, api: digest("c") })).toBe(false);
    expect(isSameBytes(two, { web: digest("a") })).toBe(false);
    expect(isSameBytes(two, undefined)).toBe(false);
  });
});

describe("a rollback that waited for its turn", () => {
  const entry = (startedAt: string, good = true) => ({ ...past("b", good), startedAt, by: "ann" });
  const known = [entry("2026-01-01T12:00:00Z")];

  it("finds that somebody brought a release about meanwhile", () => {
    const after = [...known, entry("2026-01-01T12:00:30Z")];
    expect(broughtAboutMeanwhile(after, known)).toMatchObject({ imageTag: "v-b" });
    expect(broughtAboutMeanwhile(after, [])).toMatchObject({ imageTag: "v-b" });
  });

  it("goes on after one of before, and after one that failed or was lost", () => {
    expect(broughtAboutMeanwhile(known, known)).toBeUndefined();
    expect(broughtAboutMeanwhile([...known, entry("2026-01-01T12:00:30Z", false)], known)).toBeUndefined();
    expect(broughtAboutMeanwhile([], known)).toBeUndefined();
  });

  it("correctness 14: finds it also where a deployment after it failed, and what had run well is back", () => {
    const failed = entry("2026-01-01T12:01:00Z", false);
    const after = [...known, entry("2026-01-01T12:00:30Z"), failed];
    expect(broughtAboutMeanwhile(after, known)).toMatchObject({ startedAt: "2026-01-01T12:00:30Z" });
    expect(broughtAboutMeanwhile([...after, failed], after)).toBeUndefined();
  });

  it("correctness 14, F48: is not misled by clocks that are hours ahead or behind", () => {
    const ahead = [entry("2036-01-01T00:00:00Z")];
    expect(broughtAboutMeanwhile(ahead, ahead)).toBeUndefined();
    const behind = [...known, entry("2016-01-01T00:00:00Z")];
    expect(broughtAboutMeanwhile(behind, known)).toMatchObject({ startedAt: "2016-01-01T00:00:00Z" });
  });
});
