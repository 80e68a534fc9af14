import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const own = "test/docs/failure-modes.test.ts";
const rows = rowsOf(readFileSync(join(root, "docs/failure-modes.md"), "utf8"));
const named = idsByFile();
const known = [...new Set([...named.values()].flatMap((ids) => [...ids]))];

/** Each `## F1` of the page with the test files it lists; undefined where it says "not yet". */
function rowsOf(page: string): Map<string, string[] | undefined> {
  const sections = page.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [, id = ""] = /^(F\d+)\n/.exec(section) ?? [];
      const [, list = ""] = /^Tests: (.*)$/m.exec(section) ?? [];
      const files = [...list.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file);
      return [id, list === "not yet" ? undefined : files];
    }),
  );
}

/** The numbers in each test file's texts; comments do not count. */
function idsByFile(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const folders = ["test", "packages/local-aws/test"];
  const all = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  for (const file of all) {
    if (!file.endsWith(".ts") || file === own) continue;
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    const texts = lines
      .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
      .flatMap((line) => line.match(/["'`][^"'`]*\bF\d{1,2}\b[^"'`]*/g) ?? []);
    const ids = texts.flatMap((text) => text.match(/\bF\d{1,2}\b/g) ?? []);
    if (ids.length > 0) found.set(file, new Set(ids));
  }
  return found;
}

it("docs/failure-modes.md has one row for each of F1 to F57, in order", () => {
  expect([...rows.keys()]).toEqual(Array.from({ length: 57 }, (_, index) => `F${String(index + 1)}`));
});

it("every number in a test's name has a row", () => {
  expect(known.filter((id) => !rows.has(id))).toEqual([]);
});

it("every row has a test, or says that it has none yet", () => {
  expect([...rows].filter(([, files]) => files === undefined).map(([id]) => id)).toEqual(
    [...rows.keys()].filter((id) => !known.includes(id)),
  );
  expect([...rows].filter(([, files]) => files?.length === 0)).toEqual([]);
});

it("every test file that a row lists names its number", () => {
  const stale = [...rows].flatMap(([id, files = []]) =>
    files.filter((file) => !named.get(file)?.has(id)).map((file) => `${id}: ${file}`),
  );
  expect(stale).toEqual([]);
});
