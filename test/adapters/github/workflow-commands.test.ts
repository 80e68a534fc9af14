import { expect, it } from "vitest";
import { githubReporter } from "../../../src/cli/workflow-reporter.js";
import {
  fileEntry,
  inertJson,
  inertText,
  workflowCommand,
} from "../../../src/adapters/github/workflow-commands.js";
import { badRequest, MoorageError } from "../../../src/core/errors.js";
import { commandsIn } from "../../harness/runner.js";
import { hostileTexts } from "../../harness/untrusted-input.js";

it("the corpus is large enough to mean something", () => {
  expect(new Set(hostileTexts).size).toBeGreaterThanOrEqual(100);
});

it.each(hostileTexts)("F26: %j is one value of one command, whole", (text) => {
  const line = workflowCommand("error", text, { title: text, file: text, line: 3 });
  expect(commandsIn(line)).toEqual([
    { name: "error", message: text, properties: { title: text, file: text, line: "3" } },
  ]);
});

it.each(hostileTexts)("F26: %j in the log starts no command", (text) => {
  expect(commandsIn(inertText(text))).toEqual([]);
  expect(commandsIn(inertText(`error: ${text}`))).toEqual([]);
  const json = inertJson(JSON.stringify({ text, [text]: [text] }));
  expect(commandsIn(json)).toEqual([]);
  expect(JSON.parse(json)).toEqual({ text, [text]: [text] });
});

it.each(hostileTexts)("F26: %j told by the GitHub host starts no command of its own", (text) => {
  const written: string[] = [];
  const reporter = githubReporter({ write: (part: string) => written.push(part) }, {});
  reporter.notify({ kind: "step", text });
  reporter.notify({ kind: "detail", text });
  reporter.notify({ kind: "progress", text: `${text} 2` });
  reporter.notify({ kind: "warning", text, hint: `x${text}` });
  reporter.fail?.(badRequest("bad-arguments", text, text));
  expect(commandsIn(written.join(""))).toMatchObject([
    { name: "group", message: text },
    { name: "warning", message: `${text} (x${text})` },
    { name: "endgroup" },
    { name: "error", message: text },
  ]);
});

it("F28: secrets of the environment are masked before anything is shown, each line by itself", () => {
  const written: string[] = [];
  const secret = "first line\nsecond: 50%, line";
  githubReporter(
    { write: (part: string) => written.push(part) },
    { PULUMI_CONFIG_PASSPHRASE: secret, GH_TOKEN: "" },
  );
  expect(commandsIn(written.join(""))).toMatchObject([
    { name: "add-mask", message: "first line" },
    { name: "add-mask", message: "second: 50%, line" },
  ]);
});

it("mistakes in a file are annotated where they stand, relative to the workspace, ten at most", () => {
  const written: string[] = [];
  const reporter = githubReporter(
    { write: (part: string) => written.push(part) },
    { GITHUB_WORKSPACE: "/w/app" },
  );
  const places = Array.from({ length: 12 }, (_, index) => ({
    file: "/w/app/infra/Pulumi.dev.yaml",
    line: index + 1,
    column: 5,
    text: `mistake ${index}`,
  }));
  reporter.fail?.(
    new MoorageError({ code: "config-invalid", message: "12 mistakes", hint: "Correct them.", places }),
  );
  const commands = commandsIn(written.join(""));
  expect(commands).toHaveLength(10);
  expect(commands[0]).toEqual({
    name: "error",
    message: "mistake 0",
    properties: {
      file: "infra/Pulumi.dev.yaml",
      line: "1",
      col: "5",
      title: "moorage: config-invalid",
    },
  });
});

it("an output's value keeps its lines, and cannot end its own entry", () => {
  expect(fileEntry("url", "a\nb=c\n", "E-1")).toBe("url<<E-1\na\nb=c\n\nE-1\n");
  expect(() => fileEntry("url", "x\nE-1\npath=evil", "E-1")).toThrow("cannot be written");
  expect(() => fileEntry("a=b\nc", "x", "E-1")).toThrow("cannot be written");
});
