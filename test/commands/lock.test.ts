import { expect, it } from "vitest";
import { endOf } from "../../src/commands/lock.js";

const now = new Date("2026-01-01T00:00:00Z");

it.each([
  ["2026-12-24", "2026-12-24T00:00:00.000Z"],
  ["2026-12-24T08:00", "2026-12-24T08:00:00.000Z"],
  ["2026-12-24 08:00", "2026-12-24T08:00:00.000Z"],
  ["2026-12-24T08:00:30Z", "2026-12-24T08:00:30.000Z"],
  ["2026-12-24T08:00+01:00", "2026-12-24T07:00:00.000Z"],
  ["2h", "2026-01-01T02:00:00.000Z"],
])("lock --until %s ends at %s, in whatever zone it is typed", async (text, end) => {
  expect(await endOf(text, now)).toBe(end);
});

it.each([
  "2026-02-31",
  "2026-02-31T08:00Z",
  "2026-13-01",
  "2026-12-24T25:00Z",
  "2026-12-24T08",
  "2025-12-31",
  "24.12.2026",
])("lock --until %s is refused", async (text) => {
  await expect(endOf(text, now)).rejects.toMatchObject({ code: "bad-arguments", exitCode: 2 });
});
