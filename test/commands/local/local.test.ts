import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Invocation } from "../../../src/core/command.js";
import { localClock } from "../../../src/commands/local/clock.js";
import { localEnv, quoted } from "../../../src/commands/local/env.js";
import { localFault } from "../../../src/commands/local/fault.js";
import { localReset } from "../../../src/commands/local/reset.js";
import { localStart } from "../../../src/commands/local/start.js";
import { localStatus } from "../../../src/commands/local/status.js";
import { localStop } from "../../../src/commands/local/stop.js";
import { silentReporter } from "../../../src/core/reporter.js";
import { openProject } from "../../../packages/local-aws/test/daemon/daemon-harness.js";

function openInvocation(): Invocation & { home: string } {
  const { signal } = new AbortController();
  const edges = { reporter: silentReporter, signal, print: () => undefined };
  return { ...openProject(), ...edges, target: "local", backendUrl: undefined, json: true };
}

describe("with nothing running", () => {
  it("status and stop say so, and start nothing", async () => {
    const invocation = openInvocation();
    expect((await localStatus.run({}, invocation)).value).toEqual({
      running: false,
      services: [],
      resources: [],
    });
    expect((await localStop.run({}, invocation)).value).toEqual({ stopped: false });
    expect(existsSync(invocation.home)).toBe(false);
  });

  it("reset leaves a folder alone that is no home", async () => {
    const invocation = openInvocation();
    mkdirSync(invocation.home);
    writeFileSync(join(invocation.home, "mine.txt"), "");
    expect((await localReset.run({ yes: true }, invocation)).value).toMatchObject({ reset: false });
    expect(existsSync(join(invocation.home, "mine.txt"))).toBe(true);
  });

  it("a fault that there is not is refused before anything starts", async () => {
    const invocation = openInvocation();
    const args = { kind: "earthquake" } as Parameters<typeof localFault.run>[0];
    await expect(localFault.run(args, invocation)).rejects.toMatchObject({
      code: "fault-invalid",
      exitCode: 2,
    });
    expect(existsSync(invocation.home)).toBe(false);
  });
});

it("start, look, get the exports, break it, stop, reset", async () => {
  const invocation = openInvocation();
  const { value: started } = await localStart.run({}, invocation);
  expect(started).toMatchObject({ running: true, home: invocation.home, services: [] });
  expect((await localStatus.run({}, invocation)).value).toEqual(started);
  const exports = await localEnv.run({}, invocation);
  expect(exports.value).toMatchObject({
    PULUMI_CONFIG_PASSPHRASE_FILE: join(invocation.home, "passphrase"),
    PULUMI_BACKEND_URL: `file://${invocation.home}/pulumi`,
    AWS_ACCESS_KEY_ID: "111111111111",
  });
  expect(exports.text).toMatch(/^export MOORAGE_FOUNDATION='\{"cluster":"arn:.*'$/m);
  const fault = { kind: "latency", ms: 5 } as Parameters<typeof localFault.run>[0];
  expect((await localFault.run(fault, invocation)).value).toMatchObject([
    { id: "fault-1", kind: "latency", ms: 5 },
  ]);
  const clear = { clear: true } as Parameters<typeof localFault.run>[0];
  expect((await localFault.run(clear, invocation)).value).toHaveLength(1);
  const { value: moved } = await localClock.run({ advance: "24h", reset: undefined }, invocation);
  expect(Date.parse((moved as { now: string }).now)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  await expect(localReset.run({ yes: undefined }, invocation)).rejects.toMatchObject({
    code: "not-confirmed",
    exitCode: 2,
  });
  expect((await localStop.run({}, invocation)).value).toEqual({ stopped: true });
  expect((await localReset.run({ yes: true }, invocation)).value).toMatchObject({ reset: true });
  expect(existsSync(invocation.home)).toBe(false);
}, 60_000);

it.each([
  ["plain/path:1", "plain/path:1"],
  ["two words", "'two words'"],
  ["it's; rm -rf $HOME", `'it'\\''s; rm -rf $HOME'`],
  ["", "''"],
])("F26: %j is one word of the shell", (value, expected) => {
  expect(quoted(value)).toBe(expected);
});
