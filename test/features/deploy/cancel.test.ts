import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/context/context.js";
import { cancel } from "../../../src/features/deploy/cancel.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { acquire, type HeldStack } from "../../../src/adapters/record/lock.js";
import { thisOwner } from "../../../src/adapters/record/owner.js";
import type { Deployment, Owner } from "../../../src/adapters/record/record.js";
import type { Message } from "../../../src/core/reporter.js";
import { temporaryFolder } from "../../harness/folder.js";
import { smallConfig as config } from "../../harness/small-project.js";

const request = { stack: "dev", config, timeoutMs: 5_000 };
const running = { imageTag: "v2", digests: {}, startedAt: "2026-01-01T00:01:00.000Z", by: "ann" };
const elsewhere: Owner = { ...thisOwner({}), host: `not-${hostname()}` };

function ended(good: boolean): Deployment {
  const result = good ? "succeeded" : "rolled back";
  return { ...running, result, good, endedAt: "2026-01-01T00:02:00.000Z" };
}

/** A deployment of dev under way; `asked` is called once `cancel` has asked it to stop. */
async function underWay(asked: (held: HeldStack) => Promise<void>, isOver = false) {
  const records = fileRecords(temporaryFolder());
  const { signal } = new AbortController();
  const lock = { project: "hello", stack: "dev", operation: "up" as const, timeoutMs: 0, signal };
  const held = await acquire(records, { ...lock, owner: elsewhere });
  await held.update({ exists: true, running });
  const notify = ({ text }: Message) => void (text.startsWith("Asking") && asked(held));
  const context = {
    ...{ records, project: "hello", owner: thisOwner({}), signal },
    ...{ reporter: { notify }, target: { overlay: {} }, isOver: () => Promise.resolve(isOver) },
  } as unknown as Context;
  return { context, records, held };
}

describe("cancel", () => {
  it("says that nothing was cancelled where the deployment ended well before it could be", async () => {
    const { context } = await underWay((held) => held.unlock({ history: [ended(true)] }));
    expect(await cancel(context, request)).toMatchObject({
      result: "nothing",
      owner: expect.stringContaining("not-") as string,
    });
  });

  it("says that it was cancelled after the rollback to the release before", async () => {
    const { context } = await underWay((held) => held.unlock({ history: [ended(false)] }));
    expect(await cancel(context, request)).toMatchObject({ result: "cancelled" });
  });

  it("F2: stops nobody who has taken the stack since it was looked at", async () => {
    const { context, records, held } = await underWay(() => Promise.resolve());
    const another = { ...thisOwner({}), host: "yet-another", user: "bob" };
    let reads = 0;
    const read: typeof records.read = async (stack) => {
      if (++reads === 2) {
        await held.unlock({ history: [ended(true)] });
        const { signal } = context;
        const request = { project: "hello", stack, operation: "up" as const, owner: another };
        await acquire(records, { ...request, timeoutMs: 0, signal });
      }
      return records.read(stack);
    };
    const racing = { ...context, records: { ...records, read } };
    expect(await cancel(racing, request)).toMatchObject({ result: "nothing" });
    const record = (await records.read("dev"))?.record;
    expect(record?.lock?.owner.user).toBe("bob");
    expect(record?.cancel).toBeUndefined();
  });

  it("F8: does not wait for a run that GitHub knows to be over, and settles what it left", async () => {
    const { context, records } = await underWay(() => Promise.resolve(), true);
    expect(await cancel(context, request)).toMatchObject({ result: "cancelled" });
    const record = (await records.read("dev"))?.record;
    expect(record).toMatchObject({ status: "failed", history: [{ imageTag: "v2", good: false }] });
    expect(record?.lock).toBeUndefined();
  });

  it("ends a dead run's deployment also where a person has locked the environment", async () => {
    const { context, records, held } = await underWay(() => Promise.resolve(), true);
    const freeze = { by: "bob", reason: "the auditors are here", since: running.startedAt };
    await held.update({ freeze });
    expect(await cancel(context, request)).toMatchObject({ result: "cancelled" });
    expect((await records.read("dev"))?.record.freeze).toEqual(freeze);
  });
});
