import { describe, expect, it } from "vitest";
import { asMoorageError, platformFailure } from "../../src/core/errors.js";
import { redacted, safeError, safeText, safeValue } from "../../src/core/redaction.js";

const secret = "postgres://app:hunter2/&'\"hunter2@db/prod?a=b c";
const masked = (...secrets: string[]) => ({ masked: () => secrets });
/** The secret must be gone; what stands around it has to stay. */
const around = (text: string, ...secrets: string[]) => {
  const told = redacted(`before ${text} after`, secrets);
  expect(told).toMatch(/^before .*\*\*\*.* after$/s);
  return told;
};

describe("correctness 16, F28: a secret in a text", () => {
  it.each<[string, (text: string) => string]>([
    ["as it is", (text) => text],
    ["encoded for a URL", encodeURIComponent],
    [
      "encoded for a URL in lower case",
      (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ["encoded as a form", (text) => new URLSearchParams({ a: text }).toString().slice(2)],
    ["in JSON", (text) => JSON.stringify(text)],
    ["in JSON in JSON", (text) => JSON.stringify(JSON.stringify({ text }))],
    ["in a quoted YAML scalar", (text) => `'${text.replaceAll("'", "''")}'`],
    ["in HTML", (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;")],
    ["in base64", (text) => Buffer.from(text).toString("base64")],
    ["in base64 for URLs", (text) => Buffer.from(text).toString("base64url")],
    ["in basic authentication", (text) => Buffer.from(`u:${text}`).toString("base64")],
    ["within longer base64", (text) => Buffer.from(`{"k":"${text}"}`).toString("base64")],
    ["within longer base64, one byte on", (text) => Buffer.from(`{"kk":"${text}"}`).toString("base64")],
  ])("is hidden %s", (_how, encode) => {
    const told = around(encode(secret), secret);
    for (const clear of ["hunter2", "aHVudGVyM", "h1bnRlcj", "odW50ZXIy"]) expect(told).not.toContain(clear);
  });

  it("is hidden line by line, and so is an address's password by itself", () => {
    const key = "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\n-----END KEY-----\n";
    expect(around("line 2: MIIEowIBAAKCAQEA", key)).not.toContain("MIIE");
    expect(around("for user app with p%40ssw0rd", "postgres://app:p%40ssw0rd@db/prod")).not.toContain(
      "ssw0rd",
    );
    expect(around("for user app with p@ssw0rd", "postgres://app:p%40ssw0rd@db/prod")).not.toContain("ssw0rd");
  });

  it("is hidden where it begins like another one, and where it is no well-formed text", () => {
    expect(redacted("tokentoken-more", ["token", "tokentoken-more"])).toBe("***");
    expect(around("\ud800lone", "\ud800lone")).not.toContain("lone");
  });

  it("is left alone where it is too short to be one", () => {
    expect(redacted("v1 of dev", ["", "v1", "dev"])).toBe("v1 of dev");
  });

  it("is hidden wherever it stands in a value and in an error", () => {
    const host = masked(secret);
    expect(safeValue(host, { a: [secret, 7, null], b: { c: secret } })).toEqual({
      a: ["***", 7, null],
      b: { c: "***" },
    });
    const error = platformFailure("engine-failed", `it said ${secret}`, `look at ${secret}`);
    expect(safeError(host, error)).toMatchObject({
      message: "it said ***",
      hint: "look at ***",
      exitCode: 1,
    });
    expect(safeError(host, asMoorageError(new Error(secret)))).toMatchObject({
      code: "unexpected",
      message: "***",
    });
    const harmless = platformFailure("engine-failed", "it failed", "");
    expect(safeError(host, harmless)).toBe(harmless);
  });
});

it("F54: what an app has put into a text is shown, not obeyed", () => {
  const text = "\u001b]0;owned\u0007 \u009b31m \u202egnp.exe\r\noverwritten\rnew";
  expect(safeText({}, text)).toBe("\\x1b]0;owned\\a \\x9b31m \\u{202e}gnp.exe\noverwritten\\rnew");
});
