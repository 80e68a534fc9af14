import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ResourceEvent, UpOptions } from "../../../src/adapters/engine/engine.js";
import { openBench } from "./support/engine.js";
import { itemsProgram, type Items } from "./support/program.js";

function options(items: Items, rest: Partial<UpOptions> = {}): UpOptions {
  return { program: itemsProgram(items), exists: true, timeoutMs: 20_000, ...rest };
}

describe("up", () => {
  it("creates a new stack with two processes, and updates it with one", async () => {
    const { engine, spec, shelf } = await openBench();
    const created = await engine.up(spec, options({ a: "1", b: "1" }, { exists: false }));
    expect(engine.processes).toBe(2);
    expect(created.outputs).toEqual({ a: shelf.named("a")?.id, b: shelf.named("b")?.id });
    expect(created.changes).toEqual({ create: 3 });
    const updated = await engine.up(spec, options({ a: "2", b: "1" }));
    expect(engine.processes).toBe(3);
    expect(updated.changes).toEqual({ update: 1, same: 2 });
    expect(updated.outputs).toEqual(created.outputs);
  });

  it("reads a state in files without a process", async () => {
    const { engine, spec } = await openBench();
    await engine.up(spec, options({ a: "1" }, { exists: false }));
    const before = engine.processes;
    expect((await engine.state(spec))?.resources.map(({ name }) => name)).toContain("a");
    expect(engine.processes).toBe(before);
  });

  it("tells each resource as it is begun and done", async () => {
    const { engine, spec } = await openBench();
    const events: ResourceEvent[] = [];
    const onResource = (event: ResourceEvent) => events.push(event);
    await engine.up(spec, options({ a: "1" }, { exists: false, onResource }));
    const type = "shelf:index:Item";
    const urn = `urn:pulumi:pr-7::shop::${type}::a`;
    expect(events).toEqual([
      { status: "started", operation: "create", type, name: "a", urn },
      { status: "done", operation: "create", type, name: "a", urn },
    ]);
  });

  it("follows the state when the record is wrong about the stack", async () => {
    const { engine, spec } = await openBench();
    await engine.up(spec, options({ a: "1" }, { exists: true }));
    const again = await engine.up(spec, options({ a: "1" }, { exists: false }));
    expect(again.changes).toEqual({ same: 2 });
  });

  it("hands the program the configuration, and leaves no file behind", async () => {
    const { engine, spec, folder } = await openBench();
    const program = async () => {
      const { Config } = await import("@pulumi/pulumi");
      return new Config("moorage").requireObject<Record<string, unknown>>("services");
    };
    const { outputs } = await engine.up(spec, { program, exists: false, timeoutMs: 20_000 });
    expect(outputs).toEqual({ web: { port: 8080 } });
    expect(await readdir(join(folder, "work"))).toEqual([]);
  });

  it("masks secret outputs", async () => {
    const { engine, spec } = await openBench();
    const program = async () => {
      const { secret } = await import("@pulumi/pulumi");
      return { open: "yes", password: secret("hunter2") };
    };
    const { outputs } = await engine.up(spec, { program, exists: false, timeoutMs: 20_000 });
    expect(outputs).toEqual({ open: "yes", password: "[secret]" });
    expect(JSON.stringify(await engine.state(spec))).not.toContain("hunter2");
  });

  it("runs three stacks at once", async () => {
    const { engine, spec, shelf } = await openBench();
    const stacks = ["pr-1", "pr-2", "pr-3"];
    const results = await Promise.all(
      stacks.map((stack) => engine.up({ ...spec, stack }, options({ [stack]: "1" }, { exists: false }))),
    );
    expect(results.map(({ outputs }) => outputs)).toEqual(
      stacks.map((stack) => ({ [stack]: shelf.named(stack)?.id })),
    );
  });
});

describe("destroy", () => {
  it("destroys and removes the stack with one process, and says so when it is absent", async () => {
    const { engine, spec, shelf } = await openBench();
    await engine.up(spec, options({ a: "1", b: "1" }, { exists: false }));
    const before = engine.processes;
    expect(await engine.destroy(spec, { timeoutMs: 20_000 })).toMatchObject({
      result: "destroyed",
      deleted: 2,
    });
    expect(engine.processes - before).toBe(1);
    expect(shelf.items.size).toBe(0);
    expect(await engine.state(spec)).toBeUndefined();
    expect(await engine.destroy(spec, { timeoutMs: 20_000 })).toMatchObject({ result: "absent", deleted: 0 });
  });
});

describe("state", () => {
  it("lists what the stack has", async () => {
    const { engine, spec, shelf } = await openBench();
    await engine.up(spec, options({ a: "1" }, { exists: false }));
    const state = await engine.state(spec);
    expect(state?.pending).toEqual([]);
    expect(state?.resources.find(({ name }) => name === "a")).toMatchObject({
      type: "shelf:index:Item",
      id: shelf.named("a")?.id,
      inputs: { name: "a", label: "1" },
    });
  });
});
