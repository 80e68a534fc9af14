import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../harness/sandbox.js";

/** Phrases that a reader of Pulumi, ECS and GitHub Actions stumbles over, and what to write instead. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\b(?:ends?|ended|ending) with (?:[0-6]|130)\b/, "exits with"],
  [/\bgo(?:es)? on from (?:what|where)\b/, "resumes where it stopped"],
  [/\b[Mm]end(?:s|ed|ing)?\b/, "fix"],
  [/\bput good back\b|\bPutting .* back failed\b|which ran well before, was put back/, "roll back"],
  [/\bis to have it\b|, to have it\b/, "name the environment that it is for"],
  [/\bnobody is at it\b|\bis at work on it\b/, "a run is working on it"],
  [/\bnobody (?:is|would be) asked\b/, "without approval"],
  [/\bwhat it says, and where\b/, "logs and URL"],
  [/\bcannot be told from here\b/, "is unknown from here"],
  [/\b[Uu]nless told\b/, "by default"],
  [/\bNothing says (?:which|where|what)\b/, "is required"],
  [/\bNothing tells\b/, "is unknown"],
  [/\blet(?:s)? go of the lock\b/, "releases the lock"],
  [/\bprovably lives\b/, "is provably alive"],
  [/\bIt is not there: /, "It does not exist"],
  [/\bfor want of\b/, "without"],
];

/** It quotes the texts of an issue. */
const quoting = new Set(["docs/failure-modes.md"]);

function listed(...patterns: string[]): string[] {
  return execFileSync("git", ["ls-files", "--", ...patterns], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n");
}

function found(file: string, isText: (line: string) => boolean, unwanted = phrases): string[] {
  return readFileSync(join(root, file), "utf8")
    .split("\n")
    .flatMap((line, index) =>
      isText(line)
        ? unwanted
            .filter(([phrase]) => phrase.test(line))
            .map(([phrase, instead]) => `${file}:${String(index + 1)}: ${String(phrase)}: say "${instead}"`)
        : [],
    );
}

it("the pages use the usual words of the trade", () => {
  const pages = listed("*.md").filter((file) => !quoting.has(file));
  expect(pages.flatMap((file) => found(file, () => true))).toEqual([]);
});

/** Phrases that comments and the names of tests are free of besides. */
const inComments: typeof phrases = [
  ...phrases,
  [/\bends? with (?:exit|code)\b/, "exits with"],
  [/\b(?:is|are|was|were|be|been) put back\b|\b(?:puts?|putting) back\b/, "rolled back"],
  [/\btorn down\b/, "destroyed"],
  [/\bwent back from\b/, "rolled back from"],
  [/\b(?:is|are) at work on it\b/, "a run is working on it"],
  [/\btells? of (?:itself|its app)\b/, "say what it is"],
  [/\bremainders?\b/, "leftovers"],
];

const isComment = (line: string) => /^\s*(?:\/\/|\/?\*)/.test(line);
/** Also the name after a table: `])("F5: %s", ...)`. */
const isTestName = (line: string) => /^\s*(?:it|describe|test)\b.*["'`]|^\s*\]?\)\(["'`]/.test(line);
const code = ["src/*.ts", "stacks/*.ts", "packages/*.ts", "bench/*.ts", "tools/*.ts", "test/*.ts"];

it("comments use the usual words of the trade", () => {
  const sources = listed(...code).filter((file) => file !== "test/docs/words.test.ts");
  expect(sources.length).toBeGreaterThan(700);
  expect(sources.flatMap((file) => found(file, isComment, inComments))).toEqual([]);
});

it("names of tests use the usual words of the trade", () => {
  const tests = listed("test/*.test.ts", "packages/*.test.ts");
  expect(tests.length).toBeGreaterThan(200);
  expect(tests.flatMap((file) => found(file, isTestName, inComments))).toEqual([]);
});

it("help texts and messages use the usual words of the trade", () => {
  const sources = listed("src/*.ts", "stacks/*.ts", "packages/local-aws/src/*.ts");
  const isMessage = (line: string) => /["'`]/.test(line) && !/^\s*(?:\/\/|\/?\*)/.test(line);
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.flatMap((file) => found(file, isMessage))).toEqual([]);
});
