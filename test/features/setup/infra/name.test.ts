import { describe, expect, it } from "vitest";
import { parseEnvironment, parsePr } from "../../../../src/core/project/stack.js";
import { MoorageError } from "../../../../src/core/errors.js";
import { dependentStacks } from "../../../../src/features/setup/infra/dependents.js";
import { infraKind } from "../../../../src/features/setup/infra/name.js";

it.each([
  ["github", "github"],
  ["foundation-dev", "foundation"],
  ["foundation-eu-prod", "foundation"],
])("%s is a %s", (name, kind) => {
  expect(infraKind(name)).toBe(kind);
});

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof MoorageError) return error.code;
  }
  return undefined;
}

describe("F36: what is no infrastructure is refused here, and infrastructure elsewhere", () => {
  it.each([
    "dev",
    "prod",
    "pr-42",
    "pr",
    "foundation",
    "foundation-",
    "foundation-pr-1",
    "GitHub",
    "",
    "a".repeat(99),
  ])("%j", (name) => {
    expect(codeOf(() => infraKind(name))).toBe("not-infrastructure");
  });

  it.each(["github", "foundation-dev"])("%s", (name) => {
    expect(codeOf(() => parsePr(name))).toBe("not-a-preview");
    expect(codeOf(() => parseEnvironment(name))).toBe("not-an-environment");
  });
});

describe("what stands on a foundation", () => {
  const records = ["dev", "pr-7", "prod", "github"].map((stack) => ({ stack, exists: true }));

  it.each([
    [["dev"], ["dev", "pr-7"]],
    [["prod"], ["prod"]],
    [["staging"], []],
  ])("of %j: %j", (environments, expected) => {
    expect(dependentStacks({ environments, previewBase: "dev" }, records)).toEqual(expected);
  });

  it("is only what was deployed", () => {
    const environments = ["dev"];
    const record = { stack: "dev", exists: false };
    expect(dependentStacks({ environments, previewBase: "dev" }, [record])).toEqual([]);
  });
});
