import { expect, it } from "vitest";
import { guardedReporter } from "../../src/cli/guarded-reporter.js";
import { type Message, silentReporter } from "../../src/core/reporter.js";
import { isVerbose, traced, type TracedCall, traceLine } from "../../src/core/trace.js";

it("a call is one line: what, outcome, duration, and the attempt from the second on", () => {
  const call: TracedCall = { to: "aws", what: "ECS DescribeServices", outcome: 200, durationMs: 12.4 };
  expect(traceLine(call)).toBe("aws: ECS DescribeServices -> 200, 12 ms");
  expect(traceLine({ ...call, outcome: "400 ThrottlingException", attempt: 2 })).toBe(
    "aws: ECS DescribeServices -> 400 ThrottlingException, 12 ms, attempt 2",
  );
});

it("is told of what answers and of what fails", async () => {
  const calls: TracedCall[] = [];
  const trace = (call: TracedCall) => void calls.push(call);
  const call = { to: "engine", what: "pulumi up", outcome: (code: number) => `exit ${code}` } as const;
  await expect(traced(trace, call, () => Promise.resolve(0))).resolves.toBe(0);
  await expect(traced(trace, call, () => Promise.reject(new TypeError("no")))).rejects.toThrow("no");
  expect(calls.map(({ outcome }) => outcome)).toEqual(["exit 0", "TypeError"]);
});

it("F28: secrets are masked in it, and without --verbose there is none", () => {
  const secret = "correct-horse-battery";
  const messages: Message[] = [];
  const reporter = { ...silentReporter, notify: (message: Message) => void messages.push(message) };
  const env = { GITHUB_TOKEN: secret };
  const output = { write: () => undefined };
  expect(guardedReporter(reporter, output, env).trace).toBeUndefined();
  const call: TracedCall = { to: "github", what: `GET /${secret}`, outcome: 200, durationMs: 1 };
  guardedReporter(reporter, output, env, true).trace?.(call);
  expect(messages).toEqual([{ kind: "detail", text: "github: GET /*** -> 200, 1 ms" }]);
});

it.each<[string[], NodeJS.ProcessEnv, boolean]>([
  [["status", "--verbose"], {}, true],
  [["status"], { MOORAGE_LOG: "debug" }, true],
  [["status"], { MOORAGE_LOG: "info" }, false],
  [["x", "--", "--verbose"], {}, false],
])("%j with %j is verbose: %s", (argv, env, wanted) => {
  expect(isVerbose(argv, env)).toBe(wanted);
});
