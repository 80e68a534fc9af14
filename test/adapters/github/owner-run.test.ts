import { expect, it } from "vitest";
import { isRunOver } from "../../../src/adapters/github/owner-run.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { acquire } from "../../../src/adapters/record/lock.js";
import { thisOwner } from "../../../src/adapters/record/owner.js";
import type { Owner } from "../../../src/adapters/record/record.js";
import { temporaryFolder } from "../../harness/folder.js";
import { actionsOf, type FakeActionsRun } from "../../fakes/github/actions.js";
import { GitHubFake } from "../../fakes/github/github.js";
import { githubTime } from "../../fakes/github/route.js";
import { silentReporter } from "../../../src/core/reporter.js";

const fake = await GitHubFake.open();
const { signal } = new AbortController();

/** A run of the repository, and the owner that its job on some runner was. */
function ownerOf(status: string, changes: Partial<FakeActionsRun> = {}): Owner {
  const id = fake.id();
  actionsOf(fake).runs.push({
    id,
    repository: fake.repository,
    file: "preview.yml",
    ref: "main",
    title: "Preview",
    inputs: {},
    status,
    conclusion: status === "completed" ? "cancelled" : null,
    createdAt: githubTime(),
    jobs: [],
    ...changes,
  });
  const run = `https://github.com/${changes.repository ?? fake.repository}/actions/runs/${String(id)}`;
  return { user: "ann", host: "runner-7", pid: 1, processStartedAt: 0, run, attempt: 1 };
}

const isOver = (owner: Owner, env: Record<string, string> = fake.env) =>
  isRunOver({ env, signal, reporter: silentReporter }, owner, { spaced: false, secondMs: 1 });

it("F8: a run that GitHub knows to be over is gone, with its machine; one that goes on is not", async () => {
  expect(await isOver(ownerOf("completed"))).toBe(true);
  expect(await isOver(ownerOf("in_progress"))).toBe(false);
  expect(await isOver({ ...ownerOf("queued"), attempt: 2 })).toBe(false);
});

it("F8: what cannot be asked proves nothing", async () => {
  const owner = ownerOf("completed");
  const { run: _run, ...person } = owner;
  expect(await isOver(person)).toBe(false);
  expect(await isOver(owner, {})).toBe(false);
  expect(await isOver(ownerOf("completed", { repository: "acme/other" }))).toBe(false);
  fake.plan(/actions\/runs/, { status: 403, body: { message: "Resource not accessible by integration" } });
  expect(await isOver(ownerOf("completed"))).toBe(false);
});

it("GitHub is asked once for a wait, not at each look", async () => {
  const owner = ownerOf("in_progress");
  fake.requests.splice(0);
  for (let look = 0; look < 5; look++) await isOver(owner);
  expect(fake.requests).toHaveLength(1);
});

it("F8: the lock of a run that was killed with its runner is taken over, and what it left is known", async () => {
  const store = fileRecords(temporaryFolder());
  const request = { project: "hello", stack: "pr-42", operation: "up", timeoutMs: 0, signal } as const;
  const held = await acquire(store, { ...request, owner: ownerOf("completed") });
  await held.update({ unclean: true });
  await expect(acquire(store, { ...request, owner: thisOwner({}) })).rejects.toMatchObject({
    code: "locked",
  });
  const next = await acquire(store, { ...request, owner: thisOwner({}), isOver });
  expect(next.unclean).toBe(true);
});
