import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sessionPlugin } from "../../../src/adapters/session/plugin.js";
import { temporaryFolder } from "../../harness/folder.js";

/** A PATH with a plugin that says a version, and writes down what it is started with. */
function installed(version: string, exitCode = 0): { PATH: string; started: () => string[] } {
  const folder = temporaryFolder();
  const file = join(folder, "session-manager-plugin");
  const note = join(folder, "started");
  const script = `#!/bin/sh
[ "$1" = --version ] && { echo ${version}; exit 0; }
for word in "$@"; do echo "$word" >> "${note}"; done
echo "$AWS_SSM_START_SESSION_RESPONSE" >> "${note}"
exit ${exitCode}
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  const started = () => readFileSync(note, "utf8").split("\n");
  return { PATH: `${folder}:${process.env["PATH"] ?? ""}`, started };
}

const ticket = { sessionId: "s-1", streamUrl: "wss://ssmmessages", tokenValue: "token-of-the-session" };
const asked = { ticket, region: "eu-west-1", target: "ecs:dev_abc_abc-1" };
const { signal } = new AbortController();

it("F28: the plugin gets the session by its environment, so that its token stands in no process list", async () => {
  const { PATH, started } = installed("1.2.707.0");
  const open = await sessionPlugin({ PATH, AWS_PROFILE: "ops" });
  await open(asked, signal);
  const [variable, region, operation, profile, target, endpoint, response] = started();
  expect([variable, region, operation, profile, endpoint]).toEqual([
    "AWS_SSM_START_SESSION_RESPONSE",
    "eu-west-1",
    "StartSession",
    "ops",
    "",
  ]);
  expect(JSON.parse(target ?? "")).toEqual({ Target: "ecs:dev_abc_abc-1" });
  expect(JSON.parse(response ?? "")).toEqual(ticket);
});

it("a session that its plugin cannot keep is an error", async () => {
  const { PATH } = installed("1.2.707.0", 1);
  const open = await sessionPlugin({ PATH });
  await expect(open(asked, signal)).rejects.toMatchObject({ code: "session-failed", exitCode: 1 });
});

it.each([
  ["is missing", () => temporaryFolder(), /is not installed/],
  ["is too old", () => installed("1.2.497.0").PATH, /is too old \(1\.2\.497\.0; 1\.2\.498\.0/],
])("a plugin that %s is named before ECS is asked for anything", async (_how, path, words) => {
  await expect(sessionPlugin({ PATH: path() })).rejects.toMatchObject({
    code: "session-plugin-missing",
    exitCode: 2,
    message: expect.stringMatching(words) as string,
  });
});
