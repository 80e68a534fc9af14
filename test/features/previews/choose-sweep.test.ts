import fc from "fast-check";
import { expect, it } from "vitest";
import type { PullReading, PullRequest } from "../../../src/adapters/github/pull-request.js";
import {
  chooseSweep,
  type LiveStack,
  type SweepPolicy,
} from "../../../src/features/previews/choose-sweep.js";
import { hostileTexts } from "../../harness/untrusted-input.js";

const now = new Date("2026-02-03T04:05:06Z");
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();
const policy: SweepPolicy = {
  label: "deploy",
  drafts: true,
  forks: "refuse",
  repository: "acme/hello",
  persist: "persist",
};
const open: PullRequest = {
  number: 42,
  state: "open",
  draft: false,
  labels: ["deploy"],
  headCommit: "0".repeat(40),
  fork: false,
  author: "ann",
};
const read = (changes: Partial<PullRequest> = {}): PullReading => ({
  kind: "read",
  pull: { ...open, ...changes },
});

interface Case {
  name: string;
  live?: LiveStack["record"] | null;
  reading?: PullReading;
  expected: string;
  reason?: RegExp;
}

const unreadable: PullReading = { kind: "unreadable", why: "API rate limit exceeded" };
const expired = { expiresAt: ago(1) };

const cases: Case[] = [
  { name: "wanted", reading: read(), expected: "keep wanted" },
  {
    name: "F12: closed",
    reading: read({ state: "closed" }),
    expected: "destroy unwanted",
    reason: /is closed/,
  },
  { name: "merged", reading: read({ state: "merged" }), expected: "destroy unwanted", reason: /is merged/ },
  {
    name: "unlabelled",
    reading: read({ labels: ["persist"] }),
    expected: "destroy unwanted",
    reason: /no label/,
  },
  { name: "a fork's, of an approved commit", reading: read({ fork: true }), expected: "keep wanted" },
  { name: "expired", live: expired, reading: read(), expected: "destroy expired" },
  { name: "not expired", live: { expiresAt: ago(-1) }, reading: read(), expected: "keep wanted" },
  {
    name: "expired, persisting",
    live: expired,
    reading: read({ labels: ["deploy", "Persist"] }),
    expected: "keep persist",
  },
  {
    name: "closed, persisting",
    reading: read({ state: "closed", labels: ["deploy", "persist"] }),
    expected: "destroy unwanted",
  },
  { name: "F13: unreadable", reading: unreadable, expected: "keep unreadable", reason: /rate limit/ },
  { name: "F13: unreadable and expired", live: expired, reading: unreadable, expected: "keep unreadable" },
  { name: "F13: not read at all", expected: "keep unreadable" },
  { name: "no such pull request", reading: { kind: "missing" }, expected: "destroy missing" },
  {
    name: "F9: in work",
    live: { lockedBy: "ann (up)" },
    reading: read({ state: "closed" }),
    expected: "keep locked",
  },
  { name: "frozen", live: { frozen: "demo" }, reading: read({ state: "closed" }), expected: "keep frozen" },
  {
    name: "of another repository's pull request",
    live: { repository: "acme/other" },
    reading: read({ state: "closed" }),
    expected: "keep elsewhere",
  },
  {
    name: "of this one, in other case",
    live: { repository: "Acme/Hello" },
    reading: { kind: "missing" },
    expected: "destroy missing",
  },
  {
    name: "F13: remainders of a closed one",
    live: null,
    reading: read({ state: "closed" }),
    expected: "destroy unwanted",
  },
  { name: "remainders of an open one", live: null, reading: read(), expected: "keep unrecorded" },
  {
    name: "F13: remainders of an unreadable one",
    live: null,
    reading: unreadable,
    expected: "keep unreadable",
  },
];

it.each(cases)("$name: $expected", ({ live = {}, reading, expected, reason = /./ }) => {
  const stacks: LiveStack[] = [live === null ? { stack: "pr-42" } : { stack: "pr-42", record: live }];
  const [choice] = chooseSweep(stacks, new Map(reading ? [[42, reading]] : []), policy, now);
  expect(`${choice?.action ?? ""} ${choice?.why ?? ""}`).toBe(expected);
  expect(choice?.reason).toMatch(reason);
  expect(choice?.orphaned).toBe(live === null);
});

const names = [
  "dev",
  "staging",
  "prod",
  "foundation-dev",
  "github",
  "pr-0",
  "pr-042",
  "pr-1x",
  "xpr-1",
  "PR-1",
];

it.each([...names, ...hostileTexts, ...hostileTexts.map((text) => `pr-${text}`)])(
  "F36: the stack %j is never chosen",
  (stack) => {
    const readings = new Map([0, 1, 42].map((number) => [number, read({ state: "closed" })]));
    expect(chooseSweep([{ stack, record: {} }, { stack }], readings, policy, now)).toEqual([]);
  },
);

/** A preview of a random world, with what is true about it in plain words. */
interface Thing {
  pr: number;
  kind: "preview" | "orphan" | "environment";
  state: "open" | "closed" | "merged";
  draft: boolean;
  fork: boolean;
  labels: string[];
  hoursToLive: number | undefined;
  answer: "read" | "missing" | "error" | "none";
  locked: boolean;
  frozen: boolean;
  repository: string | undefined;
}

const thing: fc.Arbitrary<Thing> = fc.record({
  pr: fc.integer({ min: 1, max: 9_999_999 }),
  kind: fc.constantFrom("preview", "preview", "preview", "orphan", "environment"),
  state: fc.constantFrom("open", "open", "closed", "merged"),
  draft: fc.boolean(),
  fork: fc.boolean(),
  labels: fc.subarray(["deploy", "DEPLOY", "persist", "Persist", "bug", ...hostileTexts.slice(0, 5)]),
  hoursToLive: fc.option(fc.integer({ min: -200, max: 200 }), { nil: undefined }),
  answer: fc.constantFrom("read", "read", "read", "missing", "error", "none"),
  locked: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
  frozen: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
  repository: fc.constantFrom(undefined, "acme/hello", "ACME/hello", "acme/other"),
});

function stackOf({ pr, kind, hoursToLive, locked, frozen, repository }: Thing): LiveStack {
  if (kind === "orphan") return { stack: `pr-${String(pr)}` };
  return {
    stack: kind === "environment" ? `env-${String(pr)}` : `pr-${String(pr)}`,
    record: {
      ...(hoursToLive !== undefined && { expiresAt: ago(-hoursToLive) }),
      ...(locked && { lockedBy: "somebody" }),
      ...(frozen && { frozen: "demo" }),
      ...(repository !== undefined && { repository }),
    },
  };
}

function readingOf({ pr, state, draft, fork, labels, answer }: Thing): [number, PullReading][] {
  if (answer === "none") return [];
  if (answer === "missing") return [[pr, { kind: "missing" }]];
  if (answer === "error") return [[pr, { kind: "unreadable", why: "502" }]];
  return [[pr, read({ number: pr, state, draft, fork, labels })]];
}

/** The rules, said once more without looking at how they are implemented. */
function mustGo(one: Thing, { drafts }: SweepPolicy): boolean {
  const has = (label: string) => one.labels.some((name) => name.toLowerCase() === label);
  if (one.kind === "environment" || one.answer === "none" || one.answer === "error") return false;
  const remembered = one.kind === "preview";
  if (remembered && (one.locked || one.frozen || one.repository === "acme/other")) return false;
  if (one.answer === "missing") return true;
  const unwanted = one.state !== "open" || !has("deploy") || (one.draft && !drafts);
  const isOver = remembered && one.hoursToLive !== undefined && one.hoursToLive <= 0;
  return unwanted || (isOver && !has("persist"));
}

it("F12, F13, F36: in 10,000 random worlds it picks nothing that it must not and misses nothing that it must", () => {
  let [gone, kept] = [0, 0];
  fc.assert(
    fc.property(
      fc.uniqueArray(thing, { selector: ({ pr }) => pr, maxLength: 12 }),
      fc.boolean(),
      (world, drafts) => {
        const readings = new Map(world.flatMap(readingOf));
        const choices = chooseSweep(world.map(stackOf), readings, { ...policy, drafts }, now);
        const chosen = choices.filter(({ action }) => action === "destroy").map(({ pr }) => pr);
        const wanted = world.filter((one) => mustGo(one, { ...policy, drafts })).map(({ pr }) => pr);
        expect(chosen).toEqual(wanted.toSorted((a, b) => a - b));
        expect(choices).toHaveLength(world.filter(({ kind }) => kind !== "environment").length);
        expect(choices.every(({ reason }) => reason !== "")).toBe(true);
        gone += chosen.length;
        kept += choices.length - chosen.length;
      },
    ),
    { numRuns: 10_000 },
  );
  expect(Math.min(gone, kept)).toBeGreaterThan(5_000);
});
