import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/context/context.js";
import {
  breakLocks,
  describeHolders,
  findHolders,
  refuseLiving,
} from "../../../src/features/deploy/break-lock.js";
import type { RunState } from "../../../src/adapters/github/owner-run.js";
import { amend } from "../../../src/adapters/record/amend.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { acquire } from "../../../src/adapters/record/lock.js";
import { thisOwner } from "../../../src/adapters/record/owner.js";
import type { Owner, StackRecord } from "../../../src/adapters/record/record.js";
import { temporaryFolder } from "../../harness/folder.js";

const { signal } = new AbortController();
const laptop: Owner = { user: "somebody", host: "some-laptop", pid: 4711, processStartedAt: 0 };
const freeze = { by: "bob", reason: "the auditors are here", since: "2026-01-01T00:00:00.000Z" };
const running = { imageTag: "v2", digests: {}, startedAt: "2026-01-01T00:00:00.000Z", by: "somebody" };

/** dev, held by `owner` if given, and its state in files. */
async function scene(owner?: Owner, record: Partial<StackRecord> = {}) {
  const folder = temporaryFolder();
  const records = fileRecords(join(folder, "records"));
  const lock = { project: "hello", stack: "dev", operation: "up" as const, timeoutMs: 0, signal };
  if (owner) await (await acquire(records, { ...lock, owner })).update(record);
  const context = {
    ...{ records, project: "hello", owner: thisOwner({}), signal },
    target: { backendUrl: `file://${folder}/state` },
  } as unknown as Context;
  const locks = join(folder, "state/.pulumi/locks/organization/hello/dev");
  /** What a plain `pulumi up` leaves. */
  const leave = (pid: number, host: string) => {
    mkdirSync(locks, { recursive: true });
    const text = { pid, username: "ann", hostname: host, timestamp: "2026-01-01T00:00:00Z" };
    writeFileSync(join(locks, "0b3c.json"), JSON.stringify(text));
  };
  const find = (state: RunState = "unknown") => findHolders(context, "dev", () => Promise.resolve(state));
  const left = async () => (await records.read("dev"))?.record;
  return { context, records, lock, leave, find, left, stateLock: join(locks, "0b3c.json") };
}

describe("F38, correctness 5: unlock --run", () => {
  it("shows whose lock it is, breaks it, and what that run had begun has failed", async () => {
    const { context, records, lock, find, left } = await scene(laptop, {
      exists: true,
      unclean: true,
      running,
    });
    const holders = await find();
    expect(describeHolders(holders).join()).toMatch(
      /somebody \(up for .*process 4711 on some-laptop\): it is unknown from here/,
    );
    refuseLiving("dev", holders);
    await breakLocks(context, "dev", holders);
    expect(await left()).toMatchObject({
      status: "failed",
      unclean: true,
      history: [{ imageTag: "v2", good: false }],
    });
    expect((await acquire(records, { ...lock, owner: context.owner })).unclean).toBe(true);
  });

  it("refuses where the owner is provably alive: a process here, or a run that GitHub knows to go on", async () => {
    const here = await (await scene(thisOwner({}))).find();
    expect(() => refuseLiving("dev", here)).toThrow(
      expect.objectContaining({ code: "owner-lives", exitCode: 5 }),
    );
    const run = { ...laptop, run: "https://github.com/acme/hello/actions/runs/7" };
    const { find } = await scene(run);
    const goesOn = await find("running");
    expect(() => refuseLiving("dev", goesOn)).toThrow(expect.objectContaining({ code: "owner-lives" }));
    const over = await find("over");
    expect(() => refuseLiving("dev", over)).not.toThrow();
  });

  it("breaks the lock that a plain pulumi left on the state; the next run then looks at what is unfinished", async () => {
    const { context, find, leave, left, records, stateLock } = await scene(laptop, { exists: true });
    leave(4711, "some-laptop");
    const holders = await find();
    expect(describeHolders(holders)).toEqual([
      expect.stringContaining("process 4711 on some-laptop"),
      expect.stringMatching(
        /the state's lock, created by ann@some-laptop \(pid 4711\).*it is unknown from here/,
      ),
    ]);
    await breakLocks(context, "dev", holders);
    expect(existsSync(stateLock)).toBe(false);
    expect(await left()).toMatchObject({ exists: true, unclean: true });
    expect((await records.read("dev"))?.record.lock).toBeUndefined();
  });

  it("refuses to break the lock of a pulumi that lives here", async () => {
    const { find, leave } = await scene();
    // A program of that name is what the kernel shows.
    const program = join(temporaryFolder(), "pulumi");
    symlinkSync("/bin/sh", program);
    const child = spawn(program, ["-c", "read line"], { stdio: ["pipe", "ignore", "ignore"] });
    await once(child, "spawn");
    leave(child.pid ?? 0, hostname());
    const holders = await find();
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(() => refuseLiving("dev", holders)).toThrow(expect.objectContaining({ code: "owner-lives" }));
  });

  it("F49: leaves a person's freeze, and no record where there was nothing else", async () => {
    const { context, records, lock, find, left } = await scene(laptop);
    await amend(records, lock, () => ({ freeze }));
    await breakLocks(context, "dev", await find());
    expect(await left()).toMatchObject({ freeze, exists: false });
    const other = await scene(laptop);
    await breakLocks(other.context, "dev", await other.find());
    expect(await other.left()).toBeUndefined();
  });

  it("leaves the lock of a run that came meanwhile", async () => {
    const { context, records, find, left } = await scene(laptop, { exists: true });
    const holders = await find();
    const { record, version } = (await records.read("dev")) as NonNullable<
      Awaited<ReturnType<typeof records.read>>
    >;
    const lock = { ...(record.lock as NonNullable<typeof record.lock>), id: "another" };
    await records.write({ ...record, lock }, version);
    await expect(breakLocks(context, "dev", holders)).rejects.toMatchObject({ code: "locked", exitCode: 5 });
    expect((await left())?.lock?.id).toBe("another");
  });
});
