import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { ResourceEvent, UpOptions } from "../../../src/adapters/engine/engine.js";
import { openBench, startDriver } from "./support/engine.js";
import type { DriverRequest } from "./support/driver.js";
import { itemsProgram } from "./support/program.js";

const base = { exists: false, timeoutMs: 20_000 };

describe("failures of a run", { timeout: 90_000 }, () => {
  it("carry the provider's own words and the resource", async () => {
    const { engine, spec, shelf } = await openBench();
    shelf.refused.set("a", "ShelfFull: no room for a");
    const failing = engine.up(spec, { ...base, program: itemsProgram({ a: "1" }) });
    await expect(failing).rejects.toMatchObject({
      code: "engine-failed",
      exitCode: 1,
      message: expect.stringContaining("shelf:index:Item a: ") as string,
    });
    await expect(failing).rejects.toThrow("ShelfFull: no room for a");
  });

  it("bugs, what holds: a wrong passphrase is told with the variable that holds it", async () => {
    const { engine, spec } = await openBench();
    // Of the passphrase "right", which is not the bench's.
    const encryptionsalt = "v1:aWrgyVz9kTw=:v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const failing = engine.up(
      { ...spec, settings: { encryptionsalt } },
      { ...base, program: itemsProgram({}) },
    );
    await expect(failing).rejects.toMatchObject({
      code: "passphrase",
      hint: expect.stringContaining("PULUMI_CONFIG_PASSPHRASE") as string,
    });
  });

  it("F31: a program that rejects fails with its own stack trace", async () => {
    const { engine, spec } = await openBench();
    async function brokenProgram(): Promise<void> {
      throw new Error("no such thing as a free lunch");
    }
    const failing = engine.up(spec, { ...base, program: brokenProgram });
    await expect(failing).rejects.toMatchObject({ code: "program-failed", exitCode: 1 });
    await expect(failing).rejects.toThrow(
      /no such thing as a free lunch\n +at brokenProgram .*failure\.test\.ts/,
    );
  });

  it("F31: an error nobody awaits fails the run with its stack trace", async () => {
    const { engine, spec } = await openBench();
    const program = async () => {
      const { output } = await import("@pulumi/pulumi");
      output(1).apply(function lateFailure() {
        throw new Error("thrown late");
      });
    };
    await expect(engine.up(spec, { ...base, program })).rejects.toThrow(/thrown late[^]*lateFailure/);
  });

  it("F31: what waits for a resource whose input fails ends with the input's error, long before the bound", async () => {
    const { engine, spec } = await openBench();
    const program = async () => {
      const { CustomResource, output } = await import("@pulumi/pulumi");
      class Item extends CustomResource {}
      const label = output(Promise.reject<string>(new Error("no such parameter")));
      return { id: new Item("shelf:index:Item", "a", { name: "a", label }).id };
    };
    const failing = engine.up(spec, { ...base, program, timeoutMs: 300_000 });
    await expect(failing).rejects.toMatchObject({ code: "program-failed", exitCode: 1 });
    await expect(failing).rejects.toThrow(/no such parameter/);
  });

  it("F31: a program that hangs ends at the bound", async () => {
    const { engine, spec } = await openBench();
    const program: UpOptions["program"] = () => new Promise(() => undefined);
    const failing = engine.up(spec, { ...base, program, timeoutMs: 3_000 });
    await expect(failing).rejects.toMatchObject({ code: "engine-timeout", exitCode: 1 });
    expect((await engine.state(spec))?.pending).toEqual([]);
  });

  it("F31: a resource that never comes is named when the bound is reached", async () => {
    const { engine, spec, shelf } = await openBench({ graceMs: 500 });
    shelf.stuck.set("a", "before");
    const failing = engine.up(spec, { ...base, program: itemsProgram({ a: "1" }), timeoutMs: 8_000 });
    await expect(failing).rejects.toThrow("Not finished: shelf:index:Item a");
  });

  it("F6: an interrupted run starts nothing more, ends by itself and keeps what it did", async () => {
    const { engine, spec, shelf } = await openBench({ graceMs: 300 });
    shelf.stuck.set("slow", "before");
    const abort = new AbortController();
    const program = itemsProgram({ quick: "1", slow: "1" });
    let failing: Promise<unknown> | undefined;
    const quickIsDone = new Promise<void>((resolve) => {
      const onResource = ({ status, name }: ResourceEvent) => {
        if (status === "done" && name === "quick") resolve();
      };
      failing = engine.up(spec, { ...base, program, signal: abort.signal, onResource });
    });
    await Promise.all([shelf.gotStuck(), quickIsDone]);
    abort.abort();
    await expect(failing).rejects.toMatchObject({ code: "interrupted", exitCode: 130 });
    expect((await engine.state(spec))?.resources.map(({ name }) => name)).toContain("quick");
  });

  it("a run that fails does not spoil the next one in the same process", async () => {
    const { engine, spec } = await openBench();
    const program = async () => Promise.reject(new Error("first"));
    await expect(engine.up(spec, { ...base, program })).rejects.toThrow("first");
    const { changes } = await engine.up(spec, { ...base, exists: true, program: itemsProgram({ a: "1" }) });
    expect(changes.create).toBe(1);
  });

  it("F13: a backend that refuses us is not taken for an absent stack", async () => {
    const { engine, spec } = await openBench();
    const refused = {
      ...spec,
      backendUrl: "https://127.0.0.1:1",
      env: { ...spec.env, PULUMI_ACCESS_TOKEN: "" },
    };
    await expect(engine.state(refused)).rejects.toMatchObject({ code: "engine-unauthorised" });
    await expect(engine.destroy(refused, base)).rejects.toMatchObject({ code: "engine-unauthorised" });
  });

  it("a stack that another run updates is locked, and says by whom", async () => {
    const { engine, spec, shelf } = await openBench({ graceMs: 0 });
    shelf.stuck.set("a", "before");
    const abort = new AbortController();
    const first = engine.up(spec, { ...base, program: itemsProgram({ a: "1" }), signal: abort.signal });
    await shelf.gotStuck();
    const second = engine.up(spec, { ...base, exists: true, program: itemsProgram({ a: "1" }) });
    await expect(second).rejects.toMatchObject({ code: "state-locked", exitCode: 5 });
    await expect(second).rejects.toThrow(/created by .* \(pid \d+\)/);
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: "interrupted" });
  });

  it("F31: a program that ends the process does not end it as a success", async () => {
    const { binary, spec, folder, shelf } = await openBench();
    const request: DriverRequest = { binary, workFolder: join(folder, "work"), spec, task: "exit" };
    const driver = startDriver(request);
    const [code] = (await once(driver, "exit")) as [number];
    expect(code).toBe(1);
    expect(shelf.items.size).toBe(0);
  });

  it("F30: a state that contradicts itself is kept as a copy, and the repair command is named", async () => {
    const { engine, spec, folder } = await openBench();
    await engine.up(spec, { ...base, program: itemsProgram({ a: "1" }) });
    const file = join(folder, "state/.pulumi/stacks/shop/pr-7.json");
    const state = JSON.parse(await readFile(file, "utf8")) as Checkpoint;
    state.checkpoint.latest.resources.reverse();
    const broken = JSON.stringify(state);
    await writeFile(file, broken);
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
    onTestFinished(() => void vi.unstubAllEnvs());
    const failing = engine.up(spec, { ...base, exists: true, program: itemsProgram({ a: "2" }) });
    await expect(failing).rejects.toMatchObject({
      code: "state-broken",
      message: expect.stringMatching(
        /snapshot integrity failure[^]*A copy is in .*rescued.*shop-pr-7/,
      ) as string,
      hint: expect.stringContaining("pulumi state repair --stack organization/shop/pr-7") as string,
    });
    expect(await readdir(join(folder, "cache/moorage/rescued"))).toHaveLength(1);
    expect(await readFile(file, "utf8")).toBe(broken);
  });
});

interface Checkpoint {
  checkpoint: { latest: { resources: unknown[] } };
}
