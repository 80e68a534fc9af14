import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../../src/commands/index.js";
import { exitCodes } from "../../src/core/errors.js";
import { root } from "../harness/sandbox.js";

const page = readFileSync(join(root, "docs/commands.md"), "utf8");

/** The words in code spans of the first column, with `a / b` and `<env>` taken apart. */
const named = page
  .split("\n")
  .flatMap((line) => /^\| (.*?) +\| /.exec(line)?.[1] ?? [])
  .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span));

function names(command: string): boolean {
  const [group = "", verb] = command.split(" ");
  return named.some((span) => {
    const words = span.split(/[ /]+/);
    return words[0] === group && (verb === undefined || words.includes(verb));
  });
}

it("docs/commands.md names every command", () => {
  expect(commands.map(({ name }) => name).filter((name) => !names(name))).toEqual([]);
});

it("docs/commands.md has a row for each exit code, and no other", () => {
  const codes = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(codes.sort((a, b) => a - b)).toEqual(Object.values(exitCodes).sort((a, b) => a - b));
});
