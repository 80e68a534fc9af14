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
      "bounded-fetch.ts": "the bound itself",
      "aws/image-manifest.ts": "imageConfig",
      "backend/cloud.ts": "cloudAttempt",
      "engine/download.ts": "engineProbe",
      "github/client.ts": "githubAttempt, githubCall",
      "github/own-token.ts": "ownToken",
      "local/identity.ts": "localAnswer, localControl",
      "local/images/push-image.ts": "ends with the run, and with an idle socket",
      "notify/notifier.ts": "notification",
    },
  ],
  [
    "http.request",
    /\bhttps?\)?\.(request|get)\(|\bnet\.connect\(|\bcreateConnection\(|\bconnect\(\{|new WebSocket\(/,
    {
      "local/balancer/forward.ts": "the load balancer's own idle timeout, as AWS's",
      "local/elbv2/probe.ts": "the health check's own timeout",
      "local/tasks/free-port.ts": "a port of this machine, which answers or refuses at once",
    },
  ],
  [
    "a process",
    /(?<![\w.])(spawn|spawnSync|execFile|execFileSync|execSync|fork)\(/,
    {
      "engine/process.ts": "the caller's bound, then graceMs",
      "images/command.ts": "toolAnswer, imageBuild, imagePush, imageInspect",
      "source/git.ts": "gitRead, gitAncestry, gitOrigin",
      "owner/machine.ts": "processLook",
      "local/client.ts": "localStart: the daemon itself lives on",
      "local/tasks/engine.ts": "10 s",
      "local/tasks/keeper.ts": "lives as long as the daemon",
      "local/tasks/process.ts": "a task: it lives until ECS stops it",
    },
  ],
  [
    "an SDK client",
    /new [A-Z]\w*Client\(|\)\s*\.[A-Z]\w*Client\(/,
    {
      "aws/clients.ts": "awsAttempt, awsCall",
      "aws/assumed-role.ts": "awsCall",
      "aws/s3-client.ts": "bucketAttempt, bucketCall",
    },
  ],
  ["an event", /await once\(/, { "github/unless-it-fails.ts": "ends with its signal" }],
  [
    "a timer that repeats",
    /\bsetInterval\(/,
    {
      "hosts.ts": "redraws, and keeps nothing alive",
      "engine/build.ts": "tells progress until engineBuild",
      "deployment/watch-cancellation.ts": "until the run ends",
      "local/owner.ts": "until the daemon ends",
    },
  ],
];

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, code: withoutComments(readFileSync(join(root, "src", file), "utf8")) }));

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
