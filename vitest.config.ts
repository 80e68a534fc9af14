import { defineConfig } from "vitest/config";

/** The second tier (`npm run test:full`): what needs Debian's packages, browsers, or long campaigns. */
const full = process.env["MOORAGE_TESTS"] === "full";
const second = "{test,packages/*/test}/**/*.full.test.ts";

export default defineConfig({
  test: {
    include: full ? [second] : ["{test,packages/*/test}/**/*.test.ts"],
    exclude: full ? [] : [second],
    globalSetup: ["test/harness/engine-first.ts"],
    reporters: ["default", "./test/harness/count-line.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // A repeated test hides a defect.
    retry: 0,
  },
});
