import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { classify } from "../../src/adapters/aws/errors.js";
import { CliFailure } from "../../src/adapters/engine/cli.js";
import { explain } from "../../src/adapters/engine/failure.js";
import { root } from "../harness/sandbox.js";

/** What aws-actions/configure-aws-credentials asks for, and a role gives by default; seconds. */
const session = 3_600;

interface Step {
  uses?: string;
  with?: Record<string, unknown>;
}

interface Job {
  "timeout-minutes"?: number;
  steps?: Step[];
}

const folder = join(root, ".github/workflows");
const jobs = readdirSync(folder).flatMap((file) => {
  const { jobs = {} } = parse(readFileSync(join(folder, file), "utf8")) as { jobs?: Record<string, Job> };
  return Object.entries(jobs).map(([name, job]) => ({ name: `${file} ${name}`, job }));
});
const withRole = jobs.flatMap(({ name, job }) =>
  (job.steps ?? [])
    .filter(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"))
    .map((step) => ({ name, job, step })),
);

it.each(withRole.map(({ name, ...rest }) => [name, rest] as const))(
  "F15: the session of %s lasts until its job has to end",
  (_name, { job, step }) => {
    const seconds = Number(step.with?.["role-duration-seconds"] ?? session);
    expect((job["timeout-minutes"] ?? 360) * 60).toBeLessThanOrEqual(seconds);
  },
);

const words = "ExpiredToken: The security token included in the request is expired";

it("F15: credentials that end in the middle are said to have ended, by AWS's clients and by the engine", () => {
  const thrown = Object.assign(new Error(words), { name: "ExpiredTokenException", $metadata: {} });
  expect(classify(thrown, "look at the rollout")).toMatchObject({
    code: "credentials",
    hint: expect.stringContaining("role-duration-seconds") as string,
  });
  const failure = explain({
    spec: { project: "hello", stack: "dev", backendUrl: "file:///nowhere", config: {}, env: {} },
    verb: "up",
    error: new CliFailure("up", { code: 255, stdout: "", stderr: `error: ${words}` }),
    ended: undefined,
    timeoutMs: 1_000,
    programError: undefined,
    errors: [],
    unfinished: new Set(),
  });
  expect(failure).toMatchObject({
    code: "credentials",
    hint: expect.stringContaining("resumes where this run stopped") as string,
  });
});
