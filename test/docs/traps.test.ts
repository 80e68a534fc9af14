import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../harness/sandbox.js";

const page = readFileSync(join(root, "docs/aws-traps.md"), "utf8");

/** The rows of the table: where, what bites, shown by. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, where = "", what = "", shown = ""]) => ({ where, what, shown }));

/** A reason, or tests as `file`: title. */
function wrongIn(shown: string): string[] {
  if (/^no test: .{40}/.test(shown)) return [];
  return shown.split("<br>").flatMap((one) => {
    const [, file = "", title = ""] = /^`([\w./-]+)`: (.+)$/.exec(one) ?? [];
    if (title === "") return [`neither a test nor a reason: ${one}`];
    return isNamed(join(root, file), title) ? [] : [`${file} has no test «${title}»`];
  });
}

/** Also in a table of cases, whose titles stand alone. */
function isNamed(file: string, title: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8").includes(JSON.stringify(title));
}

it("every trap of AWS's and Pulumi's has a test, or a reason why none is possible", () => {
  expect(rows.length).toBeGreaterThan(38);
  const wrong = rows.flatMap(({ where, what, shown }) =>
    wrongIn(shown).map((why) => `${where}, ${what}: ${why}`),
  );
  expect(wrong).toEqual([]);
});
