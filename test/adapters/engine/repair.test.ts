import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { LookupFinding, Lookup, UpOptions } from "../../../src/adapters/engine/engine.js";
import { type Bench, killedMidway as killed, openBench } from "./support/engine.js";
import type { DriverRequest } from "./support/driver.js";
import { type Items, itemsProgram } from "./support/program.js";

const bound = { timeoutMs: 60_000, settleMs: 0 };
const nothing = async (): Promise<LookupFinding> => ({ is: "absent" });

function options(items: Items, exists = true): UpOptions {
  return { ...bound, program: itemsProgram(items), exists };
}

const killedMidway = (bench: Bench, task: DriverRequest["task"]) =>
  killed(
    bench,
    task,
    () => locks(bench),
    (name) => readFile(join(lockFolder(bench), name), "utf8"),
  );

function lookupOn({ shelf }: Bench): Lookup {
  return async ({ inputs }) => {
    const id = shelf.named(String(inputs["name"]))?.id;
    return id === undefined ? { is: "absent" } : { is: "ours", id };
  };
}

function lockFolder({ folder }: Bench): string {
  return join(folder, "state/.pulumi/locks/organization/shop/pr-7");
}

function locks(bench: Bench): Promise<string[]> {
  return readdir(lockFolder(bench));
}

describe("repair after SIGKILL", { timeout: 120_000 }, () => {
  it("F7: adopts what was created, and nothing is created twice", async () => {
    const bench = await openBench();
    const { engine, spec, shelf } = bench;
    await engine.up(spec, options({ a: "1" }, false));
    shelf.stuck.set("b", "after");
    await killedMidway(bench, { a: "1", b: "1" });
    const { adopted, forgotten } = await engine.repair(spec, lookupOn(bench), bound);
    expect(adopted).toEqual(["urn:pulumi:pr-7::shop::shelf:index:Item::b"]);
    expect(forgotten).toEqual([]);
    const { changes, outputs } = await engine.up(spec, options({ a: "1", b: "1" }));
    expect(changes).toEqual({ same: 3 });
    expect(outputs).toEqual({
      a: shelf.named("a")?.id,
      b: shelf.named("b")?.id,
    });
    expect(shelf.created).toEqual(["a", "b"]);
    expect(await locks(bench)).toEqual([]);
  });

  it.each(["after", "before"] as const)(
    "16.2, F7: of what has its id by its name, and was killed %s it acted, the engine's read tells whether it exists",
    async (when) => {
      const bench = await openBench();
      const { engine, spec, shelf } = bench;
      await engine.up(spec, options({ a: "1" }, false));
      shelf.stuck.set("b", when);
      await killedMidway(bench, { a: "1", b: "1" });
      const id = shelf.named("b")?.id ?? "nothing";
      const urn = "urn:pulumi:pr-7::shop::shelf:index:Item::b";
      expect(await engine.repair(spec, async () => ({ is: "named", id }), bound)).toEqual({
        adopted: when === "after" ? [urn] : [],
        forgotten: when === "after" ? [] : [urn],
        others: [],
      });
      await engine.up(spec, options({ a: "1", b: "1" }));
      expect(shelf.created).toEqual(["a", "b"]);
    },
  );

  it("F7: forgets what is not there, and the next update creates it", async () => {
    const bench = await openBench();
    const { engine, spec, shelf } = bench;
    shelf.stuck.set("a", "before");
    await engine.up(spec, options({}, false));
    await killedMidway(bench, { a: "1" });
    const result = await engine.repair(spec, lookupOn(bench), bound);
    expect(result).toEqual({
      adopted: [],
      forgotten: ["urn:pulumi:pr-7::shop::shelf:index:Item::a"],
      others: [],
    });
    expect((await engine.state(spec))?.pending).toEqual([]);
    expect((await engine.up(spec, options({ a: "1" }))).changes).toEqual({
      create: 1,
      same: 1,
    });
    expect(shelf.created).toEqual(["a"]);
  });

  it("F7: a destroy after the repair leaves nothing on the target", async () => {
    const bench = await openBench();
    const { engine, spec, shelf } = bench;
    await engine.up(spec, options({ a: "1" }, false));
    shelf.stuck.set("b", "after");
    await killedMidway(bench, { a: "1", b: "1" });
    await engine.repair(spec, lookupOn(bench), bound);
    expect(await engine.destroy(spec, bound)).toMatchObject({
      result: "destroyed",
      deleted: 2,
    });
    expect(shelf.items.size).toBe(0);
  });

  it.each(["before", "after"] as const)(
    "F7: an update killed %s it acted is read from the target",
    async (when) => {
      const bench = await openBench();
      const { engine, spec, shelf } = bench;
      await engine.up(spec, options({ a: "1" }, false));
      shelf.stuck.set("a", when);
      await killedMidway(bench, { a: "2" });
      await engine.repair(spec, lookupOn(bench), bound);
      const state = await engine.state(spec);
      expect(state?.pending).toEqual([]);
      expect(state?.resources.find(({ name }) => name === "a")?.outputs["label"]).toBe(
        when === "after" ? "2" : "1",
      );
      await engine.up(spec, options({ a: "2" }));
      expect(shelf.named("a")?.label).toBe("2");
    },
  );

  it.each(["before", "after"] as const)("F7: a destroy killed %s it acted can be repeated", async (when) => {
    const bench = await openBench();
    const { engine, spec, shelf } = bench;
    await engine.up(spec, options({ a: "1", b: "1" }, false));
    shelf.stuck.set("a", when);
    await killedMidway(bench, "destroy");
    await engine.repair(spec, lookupOn(bench), bound);
    expect((await engine.state(spec))?.pending).toEqual([]);
    expect(await engine.destroy(spec, bound)).toMatchObject({
      result: "destroyed",
    });
    expect(shelf.items.size).toBe(0);
  });

  it("F7: a replacement killed after the new one was created keeps the new and deletes the old", async () => {
    const bench = await openBench();
    const { engine, spec, shelf } = bench;
    await engine.up(spec, options({ a: "old/1" }, false));
    shelf.stuck.set("new", "after");
    await killedMidway(bench, { a: "new/1" });
    expect((await engine.repair(spec, lookupOn(bench), bound)).adopted).toHaveLength(1);
    await engine.up(spec, options({ a: "new/1" }));
    expect([...shelf.items.values()].map(({ name }) => name)).toEqual(["new"]);
    expect(shelf.created).toEqual(["old", "new"]);
  });

  it("F7: attributes that the killed engine had only begun to write do no harm", async () => {
    const bench = await openBench();
    const { engine, spec, folder } = bench;
    await engine.up(spec, options({ a: "1" }, false));
    const state = join(folder, "state/.pulumi/stacks/shop/pr-7.json");
    await writeFile(`${state}.attrs`, "");
    await writeFile(`${state}.18f2.tmp`, '{"version":');
    await expect(engine.state(spec)).rejects.toThrow("EOF");
    await engine.repair(spec, lookupOn(bench), bound);
    expect((await engine.up(spec, options({ a: "1" }))).changes).toEqual({
      same: 2,
    });
    expect((await readdir(join(state, ".."))).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("F7: a lock that the killed engine had only begun to write is removed", async () => {
    const bench = await openBench();
    await bench.engine.up(bench.spec, options({ a: "1" }, false));
    const file = join(lockFolder(bench), "0b3c.json.18f2.tmp");
    await writeFile(file, "");
    await bench.engine.repair(bench.spec, lookupOn(bench), bound);
    expect(await locks(bench)).toEqual([]);
  });

  it("F7: a repair that is not needed costs one process and changes nothing", async () => {
    const bench = await openBench();
    await bench.engine.up(bench.spec, options({ a: "1" }, false));
    const before = bench.engine.processes;
    const lookup = vi.fn<Lookup>();
    expect(await bench.engine.repair(bench.spec, lookup, bound)).toEqual({
      adopted: [],
      forgotten: [],
      others: [],
    });
    expect(bench.engine.processes - before).toBe(1);
    expect(lookup).not.toHaveBeenCalled();
  });
});

describe("a lock on the state", () => {
  async function leaveLock(bench: Bench, owner: { pid: number; hostname: string }): Promise<void> {
    const place = lockFolder(bench);
    await mkdir(place, { recursive: true });
    const lock = {
      ...owner,
      username: "alex",
      timestamp: new Date().toISOString(),
    };
    await writeFile(join(place, "0b3c.json"), JSON.stringify(lock));
  }

  it("F8: is not broken while its owner lives", async () => {
    const bench = await openBench();
    await leaveLock(bench, { pid: process.pid, hostname: hostname() });
    const repairing = bench.engine.repair(bench.spec, nothing, bound);
    await expect(repairing).rejects.toMatchObject({
      code: "state-locked",
      exitCode: 5,
    });
    await expect(repairing).rejects.toThrow(
      new RegExp(`created by alex@.* \\(pid ${process.pid}\\) \\d+ s ago`),
    );
    expect(await locks(bench)).toHaveLength(1);
  });

  it("F8: is broken when the run whose place is taken had it, on whatever machine, and no older one", async () => {
    const bench = await openBench();
    const { engine, spec } = bench;
    await leaveLock(bench, { pid: 1, hostname: "runner.example" });
    const gone = (since: number) => ({
      host: "runner.example",
      since: new Date(since).toISOString(),
    });
    const repair = (since: number) => engine.repair(spec, nothing, { ...bound, gone: gone(since) });
    await expect(repair(Date.now() + 60_000)).rejects.toMatchObject({
      code: "state-locked",
    });
    await repair(Date.now() - 60_000);
    expect(await locks(bench)).toEqual([]);
  });

  it("F8: is not broken when its owner ran on another machine", async () => {
    const bench = await openBench();
    await leaveLock(bench, { pid: 1, hostname: "another.example" });
    const repairing = bench.engine.repair(bench.spec, nothing, bound);
    await expect(repairing).rejects.toMatchObject({ code: "state-locked" });
    expect(await locks(bench)).toHaveLength(1);
  });
});
