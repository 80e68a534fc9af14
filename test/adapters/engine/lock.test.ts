import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FileBackend, fileBackend, fileLocks } from "../../../src/adapters/engine/file-backend.js";
import { breakDeadLocks, judgeLocks, type StateLocks } from "../../../src/adapters/engine/lock.js";
import { engineNotes, forgetEngine, noteEngine } from "../../../src/adapters/engine/notes.js";
import { noteProcess } from "../../../src/adapters/record/owner/process.js";
import { withWorkFolder } from "../../../src/adapters/engine/work-folder.js";
import { temporaryFolder } from "../../harness/folder.js";

/** An empty state, a cache for notes, and what is at the state. */
function scene() {
  const folder = temporaryFolder();
  const spec = { project: "shop", stack: "dev", backendUrl: `file://${folder}/state` };
  const env = { XDG_CACHE_HOME: join(folder, "cache") };
  const files = fileBackend(spec) as FileBackend;
  mkdirSync(files.locks, { recursive: true });
  const locks: StateLocks = { ...fileLocks(files), engines: () => engineNotes(spec, env) };
  const leave = (pid: number, host = hostname(), at = Date.now()) => {
    const lock = { pid, username: "ann", hostname: host, timestamp: new Date(at).toISOString() };
    writeFileSync(join(files.locks, `${String(pid)}.json`), JSON.stringify(lock));
  };
  return { spec, env, files, locks, leave, names: () => readdirSync(files.locks) };
}

/** A process that lives until it is ended. */
async function engine() {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  await once(child, "spawn");
  const end = async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { pid: child.pid ?? 0, end };
}

const now = { waitMs: 0 };

describe("F37: the engine's lock on a state", () => {
  it("is broken where its engine was noted here and is gone, and not before", async () => {
    const { spec, env, locks, leave, names } = scene();
    const { pid, end } = await engine();
    noteEngine(spec, pid, env);
    leave(pid);
    expect((await judgeLocks(locks))[0]?.verdict).toEqual({ is: "lives" });
    await expect(breakDeadLocks(locks, now)).rejects.toMatchObject({ code: "state-locked", exitCode: 5 });
    await end();
    await breakDeadLocks(locks, now);
    expect(names()).toEqual([]);
  });

  it("is kept, and said to be doubtful, where nothing was noted: plain pulumi, a container, a machine of our name", async () => {
    const { spec, env, locks, leave, names } = scene();
    const { pid, end } = await engine();
    await end();
    leave(pid);
    leave(process.pid);
    await expect(breakDeadLocks(locks, now)).rejects.toThrow(
      /created by ann@.* ago: it is unknown from here whether it is alive[\s\S]*moorage unlock dev --run|it is unknown/,
    );
    expect(names()).toHaveLength(2);
    // A note of another state's engine, and one of another time, are no proof.
    noteEngine({ ...spec, stack: "prod" }, pid, env);
    forgetEngine(noteEngine(spec, pid, env));
    await expect(breakDeadLocks(locks, now)).rejects.toMatchObject({ code: "state-locked" });
  });

  it("F7: is waited for where an engine has outlived its killed driver and has not taken it yet", async () => {
    const { spec, env, locks } = scene();
    const [driver, left] = await Promise.all([engine(), engine()]);
    const noted = noteProcess(driver.pid);
    noteEngine(spec, left.pid, env);
    const engines = () => engineNotes(spec, env).map((note) => ({ ...note, driver: noted }));
    const orphaned = { ...locks, engines };
    await breakDeadLocks(orphaned, now);
    await driver.end();
    await expect(breakDeadLocks(orphaned, now)).rejects.toThrow(/engine \(pid \d+\).*whose driver is gone/);
    await left.end();
    await breakDeadLocks(orphaned, now);
  });

  it("is not taken for that of an older engine with the same pid and host", async () => {
    const { spec, env, locks, leave, names } = scene();
    const { pid, end } = await engine();
    noteEngine(spec, pid, env);
    await end();
    leave(pid, hostname(), Date.now() + 3_600_000);
    await expect(breakDeadLocks(locks, now)).rejects.toMatchObject({ code: "state-locked" });
    expect(names()).toHaveLength(1);
  });

  it("is kept where its text cannot be read", async () => {
    const { files, locks, names } = scene();
    writeFileSync(join(files.locks, "x.json"), "{ torn");
    await expect(breakDeadLocks(locks, now)).rejects.toThrow(/cannot be read/);
    expect(names()).toEqual(["x.json"]);
  });

  it("F48: half a lock is judged by how long it was watched, not by its file's time", async () => {
    const { files, locks, names } = scene();
    const draft = join(files.locks, "y.json.1.tmp");
    writeFileSync(draft, "");
    utimesSync(draft, new Date(0), new Date(0));
    await expect(breakDeadLocks(locks, now)).rejects.toMatchObject({ code: "state-locked" });
    expect(names()).toHaveLength(1);
    await breakDeadLocks(locks);
    expect(names()).toEqual([]);
  });
});

describe("work folders of killed runs", () => {
  const leftIn = (place: string, name: string) => mkdirSync(join(place, name), { recursive: true });

  it("correctness 20, F37: go where the run is provably gone; others' and older versions' stay", async () => {
    const place = temporaryFolder();
    const spec = { project: "p", stack: "dev", backendUrl: `file://${place}/state`, config: {}, env: {} };
    const own = await withWorkFolder(spec, place, async ({ path }) => path.slice(place.length + 1));
    const [, room = "", pid = "", start = ""] = /^moorage-run-(\w+)-(\d+)-(\w+)-/.exec(own) ?? [];
    const { pid: dead, end } = await engine();
    await end();
    const stays = [
      `moorage-run-${room}-${pid}-${start}-living`,
      `moorage-run-${"0".repeat(12)}-${String(dead)}-${start}-elsewhere`,
      `moorage-run-${String(dead)}-older`,
      "moorage-run-",
    ];
    const goes = [
      `moorage-run-${room}-${String(dead)}-${start}-a`,
      `moorage-run-${room}-${pid}-${"0".repeat(12)}-b`,
    ];
    for (const name of [...stays, ...goes]) leftIn(place, name);
    await withWorkFolder(spec, place, async () => undefined);
    expect(
      readdirSync(place)
        .filter((name) => name.startsWith("moorage-run"))
        .sort(),
    ).toEqual(stays.sort());
  });

  it("correctness 20: are no reason to fail where the folder cannot be looked at", async () => {
    const place = temporaryFolder();
    const spec = { project: "p", stack: "dev", backendUrl: `file://${place}/state`, config: {}, env: {} };
    writeFileSync(join(place, "moorage-run-000000000000-1-000000000000-file"), "");
    expect(await withWorkFolder(spec, place, async () => "done")).toBe("done");
  });
});
