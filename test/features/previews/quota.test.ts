import fc from "fast-check";
import { expect, it } from "vitest";
import { type PreviewCount, quotaExcess } from "../../../src/features/previews/quota.js";

const now = new Date("2026-02-03T00:00:00Z");
const at = (minutes: number) => new Date(now.getTime() - 3_600_000 + minutes * 60_000).toISOString();
const record = (pr: number, more: Partial<PreviewCount> = {}): PreviewCount => ({
  stack: `pr-${String(pr)}`,
  createdAt: at(pr),
  ...more,
});
const newcomer = { stack: "pr-50", createdAt: at(50), author: "ann" };

it("F17: there is room below the limit, and none at it", () => {
  expect(quotaExcess([record(1)], newcomer, { max: 2 }, now)).toBeUndefined();
  expect(quotaExcess([record(1), record(2)], newcomer, { max: 2 }, now)?.message).toBe(
    "There are 2 other previews, and moorage:preview.max is 2.",
  );
});

it("F17: what would make room: expired ones first, then the oldest, at most five", () => {
  const records = [1, 2, 3, 4, 5, 6].map((pr) => record(pr, pr === 4 ? { expiresAt: at(0) } : {}));
  expect(quotaExcess(records, newcomer, { max: 6 }, now)?.candidates).toEqual([
    "pr-4 (expired)",
    ...[1, 2, 3, 5].map((pr) => `pr-${String(pr)} (since ${at(pr)})`),
  ]);
});

it("F17: an author's own limit counts the author's own only", () => {
  const by = (author: string) => ({ pull: { author } });
  const records = [record(1, by("ann")), record(2, by("bob")), record(3)];
  const quota = { max: 10, maxPerAuthor: 1 };
  expect(quotaExcess(records, newcomer, quota, now)).toMatchObject({
    message: "ann has 1 other preview, and moorage:preview.maxPerAuthor is 1.",
    candidates: [`pr-1 (since ${at(1)})`],
  });
  expect(quotaExcess(records, { ...newcomer, author: "cid" }, quota, now)).toBeUndefined();
  expect(quotaExcess(records, { ...newcomer, author: undefined }, quota, now)).toBeUndefined();
});

it("F36: environments take no preview's place, nor does the preview itself", () => {
  const records = [{ ...record(1), stack: "dev" }, { ...record(1), stack: "prod" }, record(50)];
  expect(quotaExcess(records, newcomer, { max: 1 }, now)).toBeUndefined();
});

it("F17: of any number that are made at once exactly as many get in as there is room for", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.record({ pr: fc.integer({ min: 1, max: 9999 }), minute: fc.integer({ min: 0, max: 5 }) }),
        {
          selector: ({ pr }) => pr,
          maxLength: 20,
        },
      ),
      fc.integer({ min: 1, max: 20 }),
      (made, max) => {
        const records = made.map(({ pr, minute }) => record(pr, { createdAt: at(minute) }));
        const admitted = records.filter(
          ({ stack, createdAt }) =>
            quotaExcess(records, { stack, createdAt, author: "ann" }, { max }, now) === undefined,
        );
        expect(admitted).toHaveLength(Math.min(max, records.length));
      },
    ),
  );
});
