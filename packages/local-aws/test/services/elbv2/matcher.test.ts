import { describe, expect, it } from "vitest";
import { checkCodes, matchesCodes } from "../../../src/services/elbv2/matcher.js";

describe("matcher codes", () => {
  it.each([
    ["200", 200, true],
    ["200", 201, false],
    ["200,301", 301, true],
    ["200-299", 204, true],
    ["200-299", 300, false],
    ["200-299,301", 301, true],
  ])("%s with %i: %s", (codes, status, expected) => {
    expect(matchesCodes(codes, status)).toBe(expected);
  });

  it.each(["", "2xx", "200-", "199", "500", "299-200", "200;201"])("refuses %j", (codes) => {
    expect(() => checkCodes(codes)).toThrow("must be within '200-499' inclusive");
  });
});
