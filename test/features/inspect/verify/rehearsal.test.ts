import { expect, it } from "vitest";
import { service } from "../../../../src/core/project/service-schema.js";
import { judgeRehearsal } from "../../../../src/features/inspect/verify/rehearsal.js";

const hardened = { user: "1000:1000", readOnly: true };

it.each([
  [hardened, { user: "", readOnly: "" }, "OK", /All that its containers ask for is rehearsed/],
  [{}, { user: "not root", readOnly: "no namespaces" }, "OK", /is rehearsed/],
  [hardened, { user: "not root", readOnly: "" }, "SKIP", /^Not rehearsed here: `user` \(not root\)\.$/],
  [{ sidecars: { agent: hardened } }, { user: "a", readOnly: "b" }, "SKIP", /`user` \(a\); `readOnly` \(b\)/],
])(
  "verify says what of %j is not rehearsed where %j is not played",
  (settings, unplayed, result, message) => {
    const found = judgeRehearsal(service.parse({ repository: "hello", port: 80, ...settings }), unplayed);
    expect(found.result).toBe(result);
    expect(found.message).toMatch(message);
  },
);

it.each([
  ["linux/amd64", "SKIP", /`architecture: ARM64` \(tasks run on linux\/amd64\)/],
  ["linux/arm64", "OK", /is rehearsed/],
  [undefined, "OK", /is rehearsed/],
])(
  "verify says whether a service on ARM64 is rehearsed where tasks run on %s",
  (platform, result, message) => {
    const settings = service.parse({ repository: "hello", port: 80, architecture: "ARM64" });
    const found = judgeRehearsal(settings, { user: "", readOnly: "" }, platform);
    expect(found.result).toBe(result);
    expect(found.message).toMatch(message);
  },
);
