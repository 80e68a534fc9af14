import { expect, it } from "vitest";
import { sourceFiles } from "../harness/sources.js";

const functionForm =
  /^export (?:async )?function\*? (\w+)|^export const (\w+) = (?:async )?(?:<[^>]*>)?\([^=]*\) =>/gm;

/** Exported functions by name, with the files that have them. Several signatures of one function count once. */
function exportedFunctions(): Map<string, Set<string>> {
  const byName = new Map<string, Set<string>>();
  for (const { path, text } of sourceFiles()) {
    for (const [, named, constant] of text.matchAll(functionForm)) {
      const name = named ?? constant ?? "";
      byName.set(name, (byName.get(name) ?? new Set()).add(path));
    }
  }
  return byName;
}

it("structure: no two exported functions share a name", () => {
  const exported = exportedFunctions();
  expect(exported.size).toBeGreaterThan(500);
  const shared = [...exported].filter(([, files]) => files.size > 1);
  expect(Object.fromEntries(shared.map(([name, files]) => [name, [...files]]))).toEqual({});
});
