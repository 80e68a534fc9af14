import { describe, expect, it } from "vitest";
import { chooseEntrance } from "../../../src/core/project/choose-listener.js";

const at = (listener: string, free?: number) => ({ listener, free });

describe("F17: where a stack stands", () => {
  it.each([
    ["where most room is", [at("a", 3), at("b", 9)], 2, undefined, "b"],
    ["at the first of equals", [at("a", 9), at("b", 9)], 2, undefined, "a"],
    ["where it stands already", [at("a", 3), at("b", 9)], 2, "a", "a"],
    ["where nobody tells how much room there is", [at("a", 3), at("b")], 2, undefined, "b"],
    ["at the last place", [at("a", 0), at("b", 1)], 1, undefined, "b"],
  ])("%s", (_title, entrances, needed, current, expected) => {
    expect(chooseEntrance(entrances, needed, current)?.listener).toBe(expected);
  });

  it.each([
    ["all are full", [at("a", 0), at("b", 0)], 1, undefined],
    ["none has room for all services", [at("a", 1), at("b", 2)], 3, undefined],
    ["its own is full: it cannot move", [at("a", 0), at("b", 9)], 1, "a"],
  ])("is nowhere when %s", (_title, entrances, needed, current) => {
    expect(chooseEntrance(entrances, needed, current)).toBeUndefined();
  });
});
