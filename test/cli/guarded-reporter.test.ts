import { expect, it } from "vitest";
import { platformFailure } from "../../src/core/errors.js";
import { githubReporter } from "../../src/cli/workflow-reporter.js";
import { guardedReporter } from "../../src/cli/guarded-reporter.js";
import { plainReporter } from "../../src/cli/reporters.js";

const token = "ghs_0123456789abcdef";
const hostile = `${token} \u001b[2Jfoo\r::set-env name=PATH::x\n::add-mask::y\n##[error]z`;

function told(kind: "plain" | "github") {
  const lines: string[] = [];
  const output = { write: (text: string) => void lines.push(text) };
  const env = { GITHUB_TOKEN: token };
  const reporter = guardedReporter(
    kind === "plain" ? plainReporter(output, Date.now()) : githubReporter(output, env),
    output,
    env,
  );
  reporter.mask?.("from the configuration");
  lines.length = 0;
  return { reporter, text: () => lines.join("") };
}

it.each(["plain", "github"] as const)(
  "correctness 16, F28, F54: the %s host tells no secret, and nothing that is obeyed",
  (kind) => {
    const { reporter, text } = told(kind);
    reporter.notify({ kind: "step", text: hostile });
    reporter.notify({ kind: "detail", text: hostile });
    reporter.notify({ kind: "warning", text: hostile, hint: "from the configuration" });
    reporter.fail?.(platformFailure("engine-failed", hostile, "from the configuration"));
    const result = `${hostile} from the configuration`;
    const all = `${text()}\n${reporter.inert?.(result, "text") ?? ""}\n${reporter.inert?.(JSON.stringify({ result }), "json") ?? ""}`;
    expect(all).not.toContain(token);
    expect(all).not.toContain("from the configuration");
    expect(all).not.toContain("\u001b[2J");
    expect(all).not.toContain("\r");
    if (kind === "github") {
      expect(all).not.toMatch(/^\s*::(set-env|add-mask)/m);
      // Where a line is a command already, this is none.
      expect(all.replace(/^::.*$/gm, "")).not.toContain("##[");
    }
    reporter.close();
  },
);

it("F28: JSON stays the value that it is, but for the secrets in it", () => {
  const { reporter } = told("plain");
  const value = { ok: true, word: "from", text: `a ${token}` };
  expect(JSON.parse(reporter.inert?.(JSON.stringify(value), "json") ?? "")).toEqual({
    ...value,
    text: "a ***",
  });
});

it("takes no account's number and no word of the local target for a secret", () => {
  const env = { AWS_ACCESS_KEY_ID: "111111111111", AWS_SECRET_ACCESS_KEY: "local" };
  const host = guardedReporter(
    { notify: () => undefined, close: () => undefined },
    { write: () => undefined },
    env,
  );
  expect(host.masked?.()).toEqual([]);
});
