import { rolling } from "../../../src/features/deploy/strategy/rolling.js";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";
import type { Context } from "../../../src/context/context.js";
import type { Attempt } from "../../../src/features/deploy/attempt.js";
import { unlockAfterFailure, recordGood } from "../../../src/features/deploy/close-record.js";
import { MoorageError, platformFailure } from "../../../src/core/errors.js";
import { amend } from "../../../src/adapters/record/amend.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { acquire, type HeldStack } from "../../../src/adapters/record/lock.js";
import { thisOwner } from "../../../src/adapters/record/owner.js";
import type { Deployment, StackRecord } from "../../../src/adapters/record/record.js";
import { newRecord } from "../../../src/adapters/record/record.js";
import type { Message } from "../../../src/core/reporter.js";
import { temporaryFolder } from "../../harness/folder.js";
import { smallSettings as raw } from "../../harness/small-project.js";

const digests = { web: `sha256:${"a".repeat(64)}` };

/** A stack held by a run whose writes fail with each of `failures` first. */
function scene(record: Partial<StackRecord>, failures: Error[] = []) {
  const written: Partial<StackRecord>[] = [];
  const messages: Message[] = [];
  const held: HeldStack = {
    record: { ...newRecord("hello", "dev", new Date(0)), exists: true, ...record },
    unclean: false,
    update: async () => undefined,
    async unlock(change = {}) {
      const failure = failures.shift();
      if (failure) throw failure;
      written.push(change);
    },
    remove: async () => void written.push({ status: "destroying" }),
  };
  const attempt: Attempt = {
    held,
    startedAt: new Date(0),
    strategy: rolling,
    isNew: false,
    former: { deployed: undefined, status: "ready" },
    release: { imageTag: "v2", digests, images: [], repositories: {}, version: { requestedAt: "" } },
    request: {
      stack: "dev",
      config: parseConfig(raw, "test"),
      raw,
      settings: {},
      imageTag: "v2",
      ttlMs: undefined,
      lockTimeoutMs: 0,
    },
  };
  const host = { notify: (message: Message) => void messages.push(message), close: () => undefined };
  return { context: { reporter: host } as unknown as Context, attempt, written, messages };
}

const outage = () => platformFailure("bucket-silent", "the store is away", "wait");
const running = { imageTag: "v2", digests, startedAt: "", by: "ann" };

describe("the record of a good deployment", () => {
  it("says that it was good, and with what configuration", async () => {
    const { context, attempt, written } = scene({ running });
    await recordGood(context, attempt);
    expect(written).toMatchObject([
      { status: "ready", goodConfig: raw, history: [{ imageTag: "v2", good: true, result: "succeeded" }] },
    ]);
  });

  it("F5: is written again when the store fails", async () => {
    const { context, attempt, written, messages } = scene({ running }, [outage()]);
    await recordGood(context, attempt);
    expect(written).toHaveLength(1);
    expect(messages).toEqual([]);
  });

  it("F5: that cannot be written is a warning, not a failed deployment", async () => {
    const lost = new MoorageError({
      code: "lock-lost",
      message: "the lock was taken over",
      hint: "",
    });
    const { context, attempt, messages } = scene({ running }, [lost]);
    await recordGood(context, attempt);
    expect(messages).toMatchObject([
      { kind: "warning", text: expect.stringContaining("taken over") as string },
    ]);
  });
});

describe("F49, correctness 13: a freeze that a person sets while a run ends", () => {
  const freeze = { by: "bob", reason: "the auditors are here", since: "2026-01-01T00:00:00.000Z" };

  /** A first run that holds dev, and bob's freeze that it has not seen. */
  async function frozenMeanwhile(record: Partial<StackRecord>) {
    const records = fileRecords(temporaryFolder());
    const { signal } = new AbortController();
    const lock = { project: "hello", stack: "dev", operation: "up" as const, timeoutMs: 0, signal };
    const held = await acquire(records, { ...lock, owner: thisOwner({}) });
    if (Object.keys(record).length > 0) await held.update(record);
    await amend(records, lock, () => ({ freeze }));
    const { context, attempt } = scene({});
    return { context, attempt: { ...attempt, held }, records, held };
  }

  it.each([
    ["refused first run", {}],
    ["first run that failed", { exists: true, running }],
    ["later run that failed", { exists: true, running, history: [] }],
  ])("stays after a %s", async (_title, record) => {
    const { context, attempt, records } = await frozenMeanwhile(record);
    await unlockAfterFailure(context, attempt, { result: "failed" });
    const left = (await records.read("dev"))?.record;
    expect(left).toMatchObject({ freeze, exists: "exists" in record });
    expect(left?.lock).toBeUndefined();
  });

  it("stays after a run that ended well", async () => {
    const { context, attempt, records } = await frozenMeanwhile({ exists: true, running });
    await recordGood(context, attempt);
    expect((await records.read("dev"))?.record).toMatchObject({ freeze, status: "ready" });
  });

  it("stays after a destruction, and of what is destroyed nothing else", async () => {
    const { held, records } = await frozenMeanwhile({ exists: true, history: [], imageTag: "v1" });
    await held.remove();
    const left = (await records.read("dev"))?.record;
    expect(left).toMatchObject({ freeze, exists: false, history: [] });
    expect([left?.lock, left?.imageTag]).toEqual([undefined, undefined]);
  });

  it("goes with the record once its time is over", async () => {
    const { held, records } = await frozenMeanwhile({ exists: true });
    await amend(records, { project: "hello", stack: "dev" }, () => ({
      freeze: { ...freeze, until: "2026-01-02T00:00:00.000Z" },
    }));
    await held.remove();
    expect(await records.read("dev")).toBeUndefined();
  });
});

describe("after a failure", () => {
  it("a stack that was never begun leaves no record", async () => {
    const { context, attempt, written } = scene({ exists: false });
    await unlockAfterFailure(context, attempt, { result: "failed" });
    expect(written).toEqual([{ status: "destroying" }]);
  });

  it("a run that had not begun to change anything leaves no trace in the history", async () => {
    const { context, attempt, written } = scene({});
    await unlockAfterFailure(context, attempt, { result: "failed" });
    expect(written).toEqual([{}]);
  });

  it("F25: a rollback withdraws what it went away from, also when it fails", async () => {
    const past = (letter: string): Deployment => ({
      imageTag: `v-${letter}`,
      digests: { web: `sha256:${letter.repeat(64)}` },
      result: "succeeded",
      good: true,
      startedAt: "",
      endedAt: "",
      by: "ann",
    });
    const { context, attempt, written } = scene({ running, history: [past("a"), past("b")] });
    attempt.request.purpose = "rollback";
    attempt.request.rolledBackFrom = "v-b";
    await unlockAfterFailure(context, attempt, { result: "failed", reason: "it would not start" });
    const { history = [], status } = written[0] ?? {};
    expect(status).toBe("failed");
    expect(history.map(({ withdrawn }) => withdrawn ?? false)).toEqual([false, true, false]);
    expect(history[2]).toMatchObject({
      good: false,
      purpose: "rollback",
      rolledBackFrom: "v-b",
      reason: "it would not start",
    });
  });
});
