import { expect, it } from "vitest";
import { service } from "../../../../src/core/project/service-schema.js";
import { judgeHardening } from "../../../../src/features/inspect/verify/hardening.js";

const hardened = { user: "1000:1000", readOnly: true, capabilities: { drop: ["ALL"] } };

it.each([
  [{}, /`user: "1000:1000"`, `readOnly: true`, `capabilities: \{ drop: \[ALL\] \}`/],
  [{ user: "node", exec: true }, /set `capabilities: \{ drop: \[ALL\] \}` where/],
  [{ ...hardened, readOnly: false }, /set `readOnly: true` where/],
  [hardened, /^It runs with the hardened settings\.$/],
])("verify proposes the hardened settings that %j has not, and fails none", (settings, message) => {
  const found = judgeHardening(service.parse({ repository: "hello", port: 80, ...settings }));
  expect(found.result).toBe("OK");
  expect(found.message).toMatch(message);
});
