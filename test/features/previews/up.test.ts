import { expect, it } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";
import type { Context } from "../../../src/context/context.js";
import { assignListener } from "../../../src/features/deploy/foundation.js";
import type { DeployRequest } from "../../../src/features/deploy/request.js";
import { MoorageError, platformFailure } from "../../../src/core/errors.js";
import type { PullRequest } from "../../../src/adapters/github/pull-request.js";
import type { PullWatch } from "../../../src/features/previews/pull-watch.js";
import { deployAndRecheck, type PreviewUpOptions } from "../../../src/features/previews/up.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import type { HeldStack } from "../../../src/adapters/record/lock.js";
import { thisOwner } from "../../../src/adapters/record/owner.js";
import { newRecord, type RecordStore, type StackRecord } from "../../../src/adapters/record/record.js";
import { localWait } from "../../../src/context/wait-policy.js";
import { silentReporter } from "../../../src/core/reporter.js";
import { temporaryFolder } from "../../harness/folder.js";
import { smallSettings as raw } from "../../harness/small-project.js";

const commit = "0123456789abcdef0123456789abcdef01234567";

const open: PullRequest = {
  number: 42,
  state: "open",
  draft: false,
  labels: ["deploy"],
  headCommit: commit,
  fork: false,
  author: "ann",
};

/** Edges of which only the records are there: whatever else is touched ends the test with `touched`. */
async function scene(
  before: readonly Partial<StackRecord>[],
): Promise<{ context: Context; records: RecordStore }> {
  const records = fileRecords(temporaryFolder());
  for (const record of before) {
    const stack = record.stack ?? "";
    await records.write({ ...newRecord("hello", stack, new Date(0)), exists: true, ...record }, 0);
  }
  const touched = () => Promise.reject(platformFailure("machine", "the target was touched", ""));
  const context = {
    reporter: silentReporter,
    signal: new AbortController().signal,
    project: "hello",
    owner: thisOwner({}),
    target: { overlay: {}, backendUrl: "file:///nowhere", engineEnv: {}, wait: localWait },
    engine: touched,
    records,
    aws: new Proxy({}, { get: () => touched }),
    notifier: { isUsed: () => false },
    close: () => undefined,
  };
  return { context: context as unknown as Context, records };
}

function options(preview: Record<string, unknown>, now: PullRequest | Error): PreviewUpOptions {
  const config = parseConfig({ ...raw, "moorage:preview": preview }, "test");
  const look = async () => {
    if (now instanceof Error) throw now;
    return now;
  };
  const watch = { look, glance: look } as unknown as PullWatch;
  return {
    preview: {
      pr: 42,
      stack: "pr-42",
      place: {
        project: "hello",
        site: { account: "", region: "" },
        registryRegion: undefined,
        backendUrl: undefined,
      },
      request: { stack: "pr-42", config, raw, settings: {}, ttlMs: 1_000 },
      omitted: [],
      paths: undefined,
    },
    tag: "sha-0123456789ab",
    commit,
    watch,
    repository: "acme/hello",
    approvedCommit: undefined,
    lockTimeoutMs: 0,
    reconciles: false,
    folder: "/",
  };
}

async function problemOf(context: Context, given: PreviewUpOptions): Promise<MoorageError> {
  const end = await deployAndRecheck(context, given).catch((error: unknown) => error);
  if (end instanceof MoorageError) return end;
  throw new Error(`expected a MoorageError, got ${JSON.stringify(end)}`);
}

it.each([
  ["closed", { state: "closed" }, "preview-unwanted"],
  ["unlabelled", { labels: [] }, "preview-unwanted"],
  ["pushed to from a fork", { fork: true }, "preview-refused"],
] as const)("F9: %s while it waited for its turn: nothing is created", async (_name, changes, code) => {
  const { context, records } = await scene([]);
  const problem = await problemOf(context, options({}, { ...open, ...changes }));
  expect(problem).toMatchObject({ code, exitCode: 4 });
  expect(await records.list()).toEqual([]);
});

it("F10: what is there goes, where a reconciling run finds in its turn that nobody wants it", async () => {
  const { context } = await scene([{ stack: "pr-42" }]);
  const given = options({}, { ...open, state: "closed" });
  expect((await problemOf(context, given)).code).toBe("preview-unwanted");
  expect((await problemOf(context, { ...given, reconciles: true })).code).toBe("machine");
});

it("a pull request that cannot be read gets nothing new, and nothing is undone", async () => {
  const { context, records } = await scene([{ stack: "pr-42", status: "ready" }]);
  const outage = platformFailure("github-unavailable", "502", "");
  expect((await problemOf(context, options({}, outage))).code).toBe("github-unavailable");
  expect(await records.list()).toMatchObject([{ stack: "pr-42", status: "ready" }]);
});

it("F57: a foundation that an older copy made has no roles for previews: exit 2, and `infra up` is named", async () => {
  const outputs = {
    cluster: "arn:aws:ecs:us-east-1:111111111111:cluster/hello-dev",
    listener: "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/lb1-hello-dev/1/2",
    vpc: "vpc-1",
    subnets: ["subnet-1"],
    securityGroups: ["sg-1"],
    domain: "dev.example.com",
  };
  const { context, records } = await scene([{ stack: "foundation-dev", foundation: outputs }]);
  const { request } = options({}, open).preview;
  const held = { record: newRecord("hello", "pr-42", new Date(0)) } as HeldStack;
  await expect(assignListener(context, held, request as DeployRequest)).rejects.toMatchObject({
    code: "preview-roles-missing",
    exitCode: 2,
    hint: expect.stringContaining("`moorage infra up foundation-dev`") as string,
  });
  expect((await records.list()).map(({ stack }) => stack)).toEqual(["foundation-dev"]);
});

it("F17: no room: refused before anything is created, saying what would make room", async () => {
  const { context, records } = await scene([{ stack: "pr-1" }, { stack: "pr-2" }, { stack: "dev" }]);
  const problem = await problemOf(context, options({ max: 2 }, open));
  expect(problem).toMatchObject({ code: "preview-quota", exitCode: 4 });
  expect(problem.hint).toContain("pr-1 (since 1970-01-01T00:00:00.000Z), pr-2");
  expect((await records.list()).map(({ stack }) => stack).toSorted()).toEqual(["dev", "pr-1", "pr-2"]);
});

it("F17: an author's own limit", async () => {
  const theirs = (author: string) => ({ pull: { repository: "acme/hello", author } });
  const { context } = await scene([
    { stack: "pr-1", ...theirs("ann") },
    { stack: "pr-2", ...theirs("bob") },
  ]);
  const limit = { maxPerAuthor: 1 };
  expect((await problemOf(context, options(limit, open))).message).toContain("ann has 1 other preview");
  const other = await problemOf(context, options(limit, { ...open, author: "cid" }));
  expect(other.code).toBe("machine");
});

it("F17: a preview that is there is updated, however full it is", async () => {
  const { context } = await scene([{ stack: "pr-1" }, { stack: "pr-42" }]);
  expect((await problemOf(context, options({ max: 1 }, open))).code).toBe("machine");
});
