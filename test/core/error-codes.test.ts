import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ErrorCode, errorCodes, errorCodeGroups } from "../../src/core/error-codes/index.js";
import { asMoorageError, badRequest, hasCode, MoorageError, platformFailure } from "../../src/core/errors.js";
import { type LocalErrorCode, localErrorCodes } from "../../packages/local-aws/src/error-codes.js";
import { LocalFailure } from "../../packages/local-aws/src/failure.js";
import { root } from "../harness/sandbox.js";

/** Of a folder, but for the registry itself, with the quotes of its texts as they are shown. */
function sourceOf(folder: string): string {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.includes("error-codes"),
  );
  return files
    .map((name) => readFileSync(join(root, folder, name), "utf8"))
    .join("\n")
    .replaceAll(/\\([`"$])/g, "$1");
}

const sides = [
  { name: "the driver", source: sourceOf("src"), codes: errorCodes },
  { name: "the local target", source: sourceOf("packages/local-aws/src"), codes: localErrorCodes },
] as const;

/** What stands first in a call that makes an error: a code, or a pattern of some (`request-${verdict}`). */
function raisedIn(source: string): string[] {
  const calls =
    /\b(?:badRequest|platformFailure|invalidRequest|platformError|hasCode)\(\s*(?:error, )?["`]([a-z][^"`]*)["`]/g;
  const literals = /(?:MoorageError|LocalFailure|with)\(\{\s*code: "([^"]+)"/g;
  return [calls, literals].flatMap((pattern) => [...source.matchAll(pattern)].map(([, code = ""]) => code));
}

describe.each(sides)("the error codes of $name", ({ source, codes }) => {
  const texts = new Set([...source.matchAll(/"([a-z]+(?:-[a-z]+)*)"/g)].map(([, text]) => text));
  const patterns = [...source.matchAll(/`([a-z]+-)\$\{\w+\}`,$/gm)].map(
    ([, start]) => new RegExp(`^${start}[a-z]+$`),
  );

  it("each that is raised has its row", () => {
    const literal = raisedIn(source).filter((code) => !code.includes("${"));
    expect(literal.length).toBeGreaterThan(20);
    expect(literal.filter((code) => !Object.hasOwn(codes, code))).toEqual([]);
  });

  it("each row is of a code that is raised", () => {
    const unused = Object.keys(codes).filter(
      (code) => !texts.has(code) && !patterns.some((pattern) => pattern.test(code)),
    );
    expect(unused).toEqual([]);
  });

  it("each row's message is what the sources say: change the row with the message", () => {
    const strange = Object.entries<{ message: string }>(codes).flatMap(([code, { message }]) =>
      message
        .split(/<[^>]*>/)
        .map((part) => part.trim())
        .filter((part) => /[a-z]{4}/i.test(part) && !source.includes(part))
        .map((part) => `${code}: ${part}`),
    );
    expect(strange).toEqual([]);
  });

  it("each row says why and what to do, as sentences", () => {
    for (const [code, { cause, fix }] of Object.entries(codes)) {
      expect(cause, code).toMatch(/^[A-Z`-].*\.$/);
      expect(fix, code).toMatch(/^["A-Z`-].*[.`]$/);
    }
  });
});

describe("the rows", () => {
  it("stand in one group each", () => {
    const grouped = errorCodeGroups.flatMap(({ codes }) => Object.keys(codes));
    expect(grouped.toSorted()).toEqual(Object.keys(errorCodes).toSorted());
  });

  it("of a code that both have agree on whose fault it is and how the command ends", () => {
    const both = Object.keys(localErrorCodes).filter((code) => Object.hasOwn(errorCodes, code));
    expect(both).toContain("tag-invalid");
    for (const code of both) {
      const { kind, fault, retry } = localErrorCodes[code as LocalErrorCode];
      expect({ kind, fault, retry }, code).toEqual({
        kind: errorCodes[code as ErrorCode].kind,
        fault: errorCodes[code as ErrorCode].fault,
        retry: errorCodes[code as ErrorCode].retry,
      });
    }
  });

  it("decide what an error is, unless the place that raises it knows better", () => {
    const error = new MoorageError({ code: "throttled", message: "", hint: "" });
    expect(error).toMatchObject({ kind: "failed", fault: "platform", retry: true, changedNothing: false });
    expect(error.exitCode).toBe(1);
    expect(badRequest("tag-invalid", "", "")).toMatchObject({
      exitCode: 2,
      retry: false,
      changedNothing: true,
    });
    expect(new MoorageError({ code: "lock-lost", message: "", hint: "" })).toMatchObject({
      exitCode: 5,
      changedNothing: false,
    });
    const again = error.with({ code: "rollback-failed", kind: "rollback-failed", changedNothing: true });
    expect(again).toMatchObject({ code: "rollback-failed", exitCode: 6, changedNothing: true, cause: error });
  });

  it("take no code that has none", () => {
    // @ts-expect-error: no such code
    expect(() => badRequest("no-such-code", "", "")).not.toThrow();
    // @ts-expect-error: a platform's code is no bad request
    expect(badRequest("throttled", "", "").kind).toBe("failed");
    // @ts-expect-error: a bad request's code is no platform failure
    expect(platformFailure("tag-invalid", "", "").kind).toBe("bad-request");
    // @ts-expect-error: no such code
    expect(hasCode(new Error(), "no-such-code")).toBe(false);
  });

  it("go with a failure of the local target", () => {
    const failure = new LocalFailure({ code: "local-silent", message: "It hangs.", hint: "Stop it." });
    const error = asMoorageError(failure);
    expect(error).toMatchObject({ code: "local-silent", kind: "failed", fault: "platform", retry: true });
    expect(error.message).toBe("It hangs.");
    expect(hasCode(asMoorageError(new Error("x")), "unexpected")).toBe(true);
  });
});
