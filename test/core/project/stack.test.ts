import { describe, expect, it } from "vitest";
import { parseEnvironment, parsePr } from "../../../src/core/project/stack.js";

const hostile = [
  "",
  "0",
  "-1",
  "1e3",
  "042",
  "42; rm -rf /",
  "12345678",
  " 42",
  "42\n",
  "4 2",
  "0x2a",
  "٤٢",
  "$(id)",
  "../42",
  "pr-",
];

describe("a pull request's number", () => {
  it.each([
    ["1", 1],
    ["42", 42],
    ["9999999", 9_999_999],
  ])("may be %s", (text, pr) => {
    expect(parsePr(text)).toBe(pr);
  });

  it.each(hostile)("F26: may not be %j", (text) => {
    expect(() => parsePr(text)).toThrow(
      expect.objectContaining({ code: "pr-invalid", exitCode: 2 }) as Error,
    );
  });

  it.each(["dev", "staging", "prod", "foundation-dev", "github"])("F36: is not %s", (name) => {
    expect(() => parsePr(name)).toThrow(
      expect.objectContaining({ code: "not-a-preview", exitCode: 2 }) as Error,
    );
  });
});

describe("an environment's name", () => {
  it.each(["dev", "eu-prod"])("may be %s", (name) => {
    expect(parseEnvironment(name)).toBe(name);
  });

  it.each(["pr-42", "foundation-dev", "github"])("F36: is not %s", (name) => {
    expect(() => parseEnvironment(name)).toThrow(
      expect.objectContaining({ code: "not-an-environment" }) as Error,
    );
  });

  it.each(["preview", "preview-forks", "plan", "build"])(
    "F51: may not be %s, in which jobs of pull requests or of every branch run",
    (name) => {
      const refused = { code: "environment-invalid", message: expect.stringContaining("for jobs") as string };
      expect(() => parseEnvironment(name)).toThrow(expect.objectContaining(refused) as Error);
    },
  );

  it.each(["pr-0", "pr-x", "pr", "foundation", "Dev", "dev/..", "-dev", "dev--eu", "d".repeat(21), "dev;id"])(
    "F26: may not be %j",
    (name) => {
      expect(() => parseEnvironment(name)).toThrow(
        expect.objectContaining({ code: "environment-invalid" }) as Error,
      );
    },
  );
});
