import { defineConfig } from "vitest/config";
import { filesByIsolation } from "./test/harness/isolation.js";
import { LongestFirst } from "./test/harness/longest-first.js";

/** The second tier (`npm run test:full`): what needs Debian's packages, browsers, or long campaigns. */
const full = process.env["MOORAGE_TESTS"] === "full";
const { alone, commands, sharing } = filesByIsolation();

const firstTier = [
  { extends: true as const, test: { name: "alone", include: alone } },
  { extends: true as const, test: { name: "commands", include: commands, isolate: false } },
  // A process that has loaded Pulumi and the AWS clients for one file has them for the next: half of the time of these files.
  { extends: true as const, test: { name: "sharing", include: sharing, isolate: false } },
];
const secondTier = [
  { extends: true as const, test: { name: "full", include: ["{test,packages/*/test}/**/*.full.test.ts"] } },
];

export default defineConfig({
  test: {
    projects: full ? secondTier : firstTier,
    globalSetup: ["test/harness/engine-first.ts"],
    reporters: ["default", "./test/harness/count-line.ts"],
    // The engine is a Go program that lives for a second: it needs no garbage collection below half a gigabyte.
    env: { GOGC: "off", GOMEMLIMIT: "512MiB" },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One more than CI's cores: who waits for a rollout or the engine leaves a core idle.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A repeated test hides a defect.
    retry: 0,
  },
});
