import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../../../test/harness/sandbox.js";

const spec = readFileSync(join(root, "packages/local-aws/RULES.md"), "utf8");

interface Rule {
  rule: string;
  source: string;
  tests: { file: string; title: string }[];
}

/** The rows of the tables that name tests. */
function rules(): Rule[] {
  const rows = spec.split("\n").filter((line) => /^\|.*\| `[\w/.-]+`: /.test(line));
  return rows.map((row) => {
    const [, rule = "", source = "", tests = ""] = row.split("|").map((cell) => cell.trim());
    return { rule, source, tests: tests.split("<br>").map(test) };
  });
}

function test(text: string): { file: string; title: string } {
  const [, file = "", title = ""] = /^`([\w/.-]+)`: (.+)$/.exec(text) ?? [];
  return { file: `packages/local-aws/test/${file}.test.ts`, title };
}

it("every rule names tests that exist", () => {
  expect(rules().length).toBeGreaterThan(100);
  const missing = rules().flatMap(({ rule, tests }) =>
    tests
      .filter(({ file, title }) => !existsSync(join(root, file)) || !named(file, title))
      .map(({ file, title }) => `${rule}: ${file} has no test «${title}»`),
  );
  expect(missing).toEqual([]);
});

/** In `it("...")`, `it.each(...)("...")` or `describe("...")`. */
function named(file: string, title: string): boolean {
  return readFileSync(join(root, file), "utf8")
    .replace(/\(\s+/g, "(")
    .includes(`(${JSON.stringify(title)}`);
}

it("every rule's source is linked, or said to be ours", () => {
  const links = new Map(
    [...spec.matchAll(/^\[([^\]]+)\]: (https:\S+)$/gm)].map(([, name, url]) => [name, url]),
  );
  const unknown = rules().filter(
    ({ source }) => source !== "_ours_" && !links.has(/^\[(.+)\]$/.exec(source)?.[1]),
  );
  expect(unknown.map(({ rule, source }) => `${rule}: ${source}`)).toEqual([]);
  const used = new Set(rules().map(({ source }) => source.slice(1, -1)));
  expect([...links.keys()].filter((name) => !used.has(name ?? ""))).toEqual([]);
});

it("every table row of rules has its three cells", () => {
  const tables = spec.split("\n\n").filter((part) => /^\| rule +\|/.test(part.trim()));
  const rows = tables.flatMap((table) => table.trim().split("\n").slice(2));
  expect(rows).toHaveLength(rules().length);
});
