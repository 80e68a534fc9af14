import { readFileSync } from "node:fs";
import ms from "ms";
import { expect, it } from "vitest";
import { bounds } from "../../src/core/bounds.js";
import { localBounds } from "@moorage/local-aws";

const page = readFileSync(new URL("../../docs/bounds.md", import.meta.url), "utf8");

/** The rows whose first cell is a bound's name, and the cells that may be its value. */
const rows = new Map(
  page.split("\n").flatMap((line) => {
    const [, name, what, value] = line.split("|").map((cell) => cell.trim());
    const key = /^`(\w+)`$/.exec(name ?? "")?.[1];
    return key === undefined || what === undefined ? [] : [[key, value ?? ""] as const];
  }),
);

it("F39: docs/bounds.md has a row for each bound in the code, and no other", () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys({ ...bounds, ...localBounds }).sort());
});

it.each(Object.entries({ ...bounds, ...localBounds }))(
  "F39: docs/bounds.md says how long %s is",
  (name, milliseconds) => {
    expect(ms(rows.get(name) as ms.StringValue)).toBe(milliseconds);
  },
);

it("F6: the parts of an ending follow one another, and end before a runner would kill", () => {
  const {
    endingEngine,
    endingState,
    endingRollout,
    endingRecord,
    endingNotifications,
    endingGitHub,
    ending,
  } = bounds;
  const parts = [
    endingEngine,
    endingState,
    endingRollout,
    endingRecord,
    endingNotifications,
    endingGitHub,
    ending,
  ];
  expect([...parts].sort((a, b) => a - b)).toEqual(parts);
  expect(ending + bounds.lastWords).toBeLessThan(7_000);
});
