import { describe, expect, it } from "vitest";
import {
  type Ancestry,
  isSuperseded,
  mayBeSuperseded,
  type Ordered,
} from "../../../src/features/deploy/version-order.js";

const at = (minute: number) => new Date(minute * 60_000).toISOString();
const version = (requested: number, created?: number): Ordered => ({
  run: requested,
  ...(created !== undefined && { created: at(created) }),
});

describe("F29: newest wins", () => {
  const cases: [string, Ordered, Ordered, Ancestry, boolean][] = [
    ["git says older, whatever the clocks say", version(9, 9), version(1, 1), "older", true],
    ["git says newer, whatever the clocks say", version(1, 1), version(9, 9), "newer", false],
    ["the same commit", version(1, 1), version(9, 9), "same", false],
    ["no git: made before", version(9, 1), version(1, 2), "unknown", true],
    ["no git: made after", version(1, 2), version(9, 1), "unknown", false],
    ["branches apart: made before", version(9, 1), version(1, 2), "unrelated", true],
    ["made at the same time: asked for before", version(1, 5), version(2, 5), "unknown", true],
    ["made at the same time: asked for after", version(2, 5), version(1, 5), "unknown", false],
    ["no label on either: asked for before", version(1), version(2), "unknown", true],
    ["a label on one only: asked for after", version(2, 1), version(1), "unknown", false],
    ["F48: nothing but clocks on either", {}, {}, "unknown", false],
    ["F48: a run of GitHub on one only", version(1), {}, "unknown", false],
    ["a label that is no time", { ...version(2), created: "soon" }, version(1, 9), "unknown", false],
  ];
  it.each(cases)("%s", (_title, ours, deployed, ancestry, superseded) => {
    expect(isSuperseded(ours, deployed, ancestry)).toBe(superseded);
  });

  it.each([
    ["push", true],
    ["pull_request", true],
    ["release", true],
    ["workflow_dispatch", false],
    [undefined, false],
  ])("of the event %s: %s", (event, may) => {
    expect(mayBeSuperseded(event)).toBe(may);
  });
});
