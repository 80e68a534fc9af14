import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/engine-first.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // A runner that others share may stall for seconds in the middle of a rollout: a repeated test is named in the report.
    retry: process.env["CI"] === undefined ? 0 : 1,
  },
});
