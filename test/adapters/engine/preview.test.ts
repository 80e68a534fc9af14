import { describe, expect, it } from "vitest";
import type { UpOptions } from "../../../src/adapters/engine/engine.js";
import { openBench } from "./support/engine.js";
import { itemsProgram, type Items } from "./support/program.js";

function options(items: Items, rest: Partial<UpOptions> = {}): UpOptions {
  return { program: itemsProgram(items), exists: true, timeoutMs: 20_000, ...rest };
}

describe("preview", () => {
  it("tells what an up would do, with one process, and does nothing", async () => {
    const { engine, spec, shelf } = await openBench();
    await engine.up(spec, options({ a: "1", b: "1", c: "1" }, { exists: false }));
    const before = engine.processes;
    const plan = await engine.preview(spec, options({ a: "2", b: "1", d: "1" }));
    expect(engine.processes - before).toBe(1);
    const steps = plan.steps.map(({ operation, name, changed }) => ({ operation, name, changed }));
    expect(steps).toEqual(
      expect.arrayContaining([
        { operation: "update", name: "a", changed: ["label"] },
        { operation: "create", name: "d", changed: [] },
        { operation: "delete", name: "c", changed: [] },
      ]),
    );
    expect(steps).toHaveLength(3);
    const update = plan.steps.find(({ name }) => name === "a");
    expect(update).toMatchObject({ type: "shelf:index:Item", protected: false });
    expect([update?.before?.["label"], update?.after?.["label"]]).toEqual(["1", "2"]);
    expect(plan.changes).toMatchObject({ create: 1, update: 1, delete: 1 });
    expect([...shelf.items.values()].map(({ name }) => name).sort()).toEqual(["a", "b", "c"]);
  });

  it("names what forces a replacement, as one step", async () => {
    const { engine, spec } = await openBench();
    await engine.up(spec, options({ a: "1" }, { exists: false }));
    const { steps } = await engine.preview(spec, options({ a: "other/1" }));
    expect(steps).toMatchObject([{ operation: "replace", name: "a", replacedBy: ["name"] }]);
  });

  it("of a new stack creates it, empty, so that the up which follows costs one process", async () => {
    const { engine, spec, shelf } = await openBench();
    const plan = await engine.preview(spec, options({ a: "1" }, { exists: false }));
    expect(plan.steps.map(({ operation, name }) => [operation, name])).toEqual([["create", "a"]]);
    expect(shelf.items.size).toBe(0);
    await engine.up(spec, options({ a: "1" }));
    expect(engine.processes).toBe(3);
  });

  it("F31: of a program that fails is an error with the program's own stack trace", async () => {
    const { engine, spec } = await openBench();
    const program = () => Promise.reject(new Error("no such service"));
    const failing = engine.preview(spec, { program, exists: false, timeoutMs: 20_000 });
    await expect(failing).rejects.toMatchObject({
      code: "program-failed",
      message: expect.stringMatching(/no such service[^]*preview\.test/) as string,
    });
  });
});
