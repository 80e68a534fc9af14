import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../harness/sandbox.js";

/** What may wait for ever: each is called in a few files only, which bound it (docs/bounds.md). */
const kinds: [string, RegExp, Record<string, string>][] = [
  [
    "fetch",
    /(?<![\w.])fetch\(/,
    {
      "core/bounded-fetch.ts": "the bound itself",
      "adapters/aws/image-manifest.ts": "imageConfig",
      "adapters/backend/cloud.ts": "cloudAttempt",
      "adapters/github/client.ts": "githubAttempt, githubCall",
      "adapters/github/own-token.ts": "ownToken",
      "local-aws/daemon/identity.ts": "localAnswer, localControl",
      "local-aws/emulator/reach.ts": "emulatorCall",
      "local-aws/emulator/send.ts": "emulatorCall",
      "local-aws/images/push-image.ts": "ends with the run, and with an idle socket",
      "adapters/notify/notifier.ts": "notification",
    },
  ],
  [
    "http.request",
    /\bhttps?\)?\.(request|get)\(|\bnet\.connect\(|\bcreateConnection\(|\bconnect\(\{|new WebSocket\(/,
    {
      "local-aws/balancer/forward.ts": "the load balancer's own idle timeout, as AWS's",
      "local-aws/balancer/sign-in/issuers.ts": "`answerMs`, for the whole answer",
      "local-aws/balancer/streams.ts":
        "a port of this machine, which answers or refuses at once; then it lasts as long as its client",
      "local-aws/connect/stream-proxy.ts":
        "a port of this machine, which answers or refuses at once; then its idle timeout",
      "local-aws/services/elbv2/probe.ts": "the health check's own timeout",
      "local-aws/tasks/free-port.ts": "a port of this machine, which answers or refuses at once",
    },
  ],
  [
    "a process",
    /(?<![\w.])(spawn|spawnSync|execFile|execFileSync|execSync|fork)\(/,
    {
      "adapters/engine/process.ts": "the caller's bound, then graceMs",
      "adapters/session/attached.ts": "a person at a terminal ends it, or the run's signal does",
      "adapters/images/command.ts": "toolAnswer, imageBuild, imagePush, imageInspect",
      "adapters/git/git.ts": "gitRead, gitAncestry, gitOrigin",
      "local-aws/platform/run-program.ts": "the caller's bound",
      "local-aws/daemon/client.ts": "localStart: the daemon itself lives on",
      "local-aws/tasks/engine.ts": "10 s",
      "local-aws/tasks/engine-images.ts": "120 s",
      "local-aws/tasks/keeper.ts": "lives as long as the daemon",
      "local-aws/tasks/process.ts": "a task: it lives until ECS stops it",
    },
  ],
  [
    "an SDK client",
    /new [A-Z]\w*Client\(|\)\s*\.[A-Z]\w*Client\(/,
    {
      "adapters/aws/clients.ts": "awsAttempt, awsCall",
      "adapters/aws/assumed-role.ts": "awsCall",
      "adapters/aws/s3-client.ts": "bucketAttempt, bucketCall",
    },
  ],
  ["an event", /await once\(/, { "features/publish/best-effort.ts": "ends with its signal" }],
  [
    "a timer that repeats",
    /\bsetInterval\(/,
    {
      "cli/reporters.ts": "redraws, and keeps nothing alive",
      "local-aws/services/scheduler/scheduler.ts": "lives as long as the daemon, and keeps nothing alive",
      "local-aws/services/autoscaling/scaler.ts": "lives as long as the daemon, and keeps nothing alive",
      "adapters/engine/build.ts": "tells progress until engineBuild",
      "adapters/engine/session.ts": "until the engine's run ends, which has a bound, and keeps nothing alive",
      "features/deploy/watch-cancellation.ts": "until the run ends",
      "local-aws/daemon/parent-process.ts": "until the daemon ends",
    },
  ],
];

const folders = ["src", "packages/local-aws/src"];

const sources = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({
      file: folder === "src" ? file : `local-aws/${file}`,
      code: withoutComments(readFileSync(join(root, folder, file), "utf8")),
    })),
);

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

it.each(kinds)("F39: %s is waited for only where its bound stands", (_what, pattern, bounded) => {
  const found = sources.filter(({ code }) => pattern.test(code)).map(({ file }) => file);
  expect(found.sort()).toEqual(Object.keys(bounded).sort());
});

it("F39: every fetch has a signal", () => {
  const calls = sources.flatMap(({ file, code }) =>
    [...code.matchAll(/(?<![\w.])fetch\(/g)].map(({ index }) => ({
      file,
      near: code.slice(Math.max(0, index - 600), index + 400),
    })),
  );
  expect(calls.filter(({ near }) => !/signal|sent/.test(near)).map(({ file }) => file)).toEqual([]);
});
