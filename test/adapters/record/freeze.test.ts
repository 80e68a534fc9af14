import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { amend } from "../../../src/adapters/record/amend.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { acquire } from "../../../src/adapters/record/lock.js";
import { isOurEarlierAttempt, thisOwner } from "../../../src/adapters/record/owner.js";
import type { Owner } from "../../../src/adapters/record/record.js";
import { temporaryFolder } from "../../harness/folder.js";

const request = (owner: Owner = thisOwner({})) => ({
  project: "hello",
  stack: "dev",
  operation: "up" as const,
  owner,
  timeoutMs: 0,
  signal: new AbortController().signal,
});
const freeze = { by: "ann", reason: "Christmas", since: "2026-12-24T00:00:00.000Z" };
const stack = { project: "hello", stack: "dev" };

describe("a person's freeze", () => {
  it("F8: refuses every run at once with who and why, however long it would wait, until it is taken back", async () => {
    const store = fileRecords(temporaryFolder());
    await amend(store, stack, () => ({ freeze }));
    await expect(acquire(store, { ...request(), timeoutMs: 60_000 })).rejects.toMatchObject({
      code: "frozen",
      exitCode: 5,
      message: expect.stringMatching(/ann .*Christmas/) as string,
    });
    await amend(store, stack, () => ({ freeze: undefined }));
    expect(await store.read("dev")).toBeUndefined();
    await acquire(store, request());
  });

  it("ends by itself when its time has come", async () => {
    const store = fileRecords(temporaryFolder());
    await amend(store, stack, () => ({ freeze: { ...freeze, until: "2026-01-01T00:00:00.000Z" } }));
    await acquire(store, request());
  });

  it("leaves the run under way its lock, and outlives it", async () => {
    const store = fileRecords(temporaryFolder());
    const held = await acquire(store, request());
    await amend(store, stack, () => ({ freeze }));
    await held.update({ exists: true });
    await held.unlock({ imageTag: "v1" });
    expect((await store.read("dev"))?.record).toMatchObject({ imageTag: "v1", freeze });
    await expect(acquire(store, request())).rejects.toMatchObject({ code: "frozen" });
  });
});

describe("a wish that a deployment ends", () => {
  it("is told to the run that holds the stack, and to no later one", async () => {
    const store = fileRecords(temporaryFolder());
    const held = await acquire(store, request());
    await amend(store, stack, () => ({ cancel: { by: "bob", at: "2026-01-01T00:00:00.000Z" } }));
    await held.update({ exists: true });
    expect(held.record.cancel).toMatchObject({ by: "bob" });
    await held.unlock();
    expect((await acquire(store, request())).record.cancel).toBeUndefined();
  });
});

describe("F8: a run of GitHub", () => {
  const env = (attempt: string, id = "7") => ({
    GITHUB_ACTOR: "ann",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "team/hello",
    GITHUB_RUN_ID: id,
    GITHUB_RUN_ATTEMPT: attempt,
  });
  const elsewhere = (attempt: string) => ({ ...thisOwner(env(attempt)), host: "runner-1" });

  it("takes its own earlier attempt's lock, on whatever machine that was", async () => {
    const store = fileRecords(temporaryFolder());
    await acquire(store, request(elsewhere("1")));
    const held = await acquire(store, request(thisOwner(env("2"))));
    expect(held.record.lock?.owner).toMatchObject({ attempt: 2, host: hostname() });
  });

  it.each([
    ["the same attempt, in another job", elsewhere("2"), thisOwner(env("2")), false],
    ["another run", elsewhere("1"), thisOwner(env("2", "8")), false],
    ["no run at all", thisOwner({}), thisOwner(env("2")), false],
    ["an earlier attempt", elsewhere("1"), thisOwner(env("3")), true],
  ])("%s", (_title, owner, us, ours) => {
    expect(isOurEarlierAttempt(owner, us)).toBe(ours);
  });
});
