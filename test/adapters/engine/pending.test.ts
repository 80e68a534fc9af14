import { describe, expect, it } from "vitest";
import type { StateDeployment, Row } from "../../../src/adapters/engine/deployment.js";
import { resolvePending } from "../../../src/adapters/engine/pending.js";

type Pending = NonNullable<StateDeployment["deployment"]["pending_operations"]>[number];

function row(urn: string, rest: Partial<Row> = {}): Row {
  return { urn, type: "shelf:index:Item", custom: true, ...rest };
}

function deployment(resources: Row[], ...pending: [Pending["type"], Row][]): StateDeployment {
  const operations = pending.map(([type, resource]) => ({ type, resource }));
  return { version: 3, deployment: { resources, pending_operations: operations } };
}

function rowsAfter(before: StateDeployment, found: Record<string, string>): Row[] {
  return resolvePending(before, new Map(Object.entries(found))).deployment.deployment.resources ?? [];
}

describe("resolvePending", () => {
  it("F7: adopts what was found, to be read before the next update, and forgets the rest", () => {
    const before = deployment([row("s")], ["creating", row("a")], ["creating", row("b")]);
    const {
      adopted,
      forgotten,
      unread,
      deployment: after,
    } = resolvePending(before, new Map([["a", "id-a"]]));
    expect({ adopted, forgotten, unread }).toEqual({ adopted: ["a"], forgotten: ["b"], unread: ["a"] });
    expect(after.deployment.pending_operations).toEqual([]);
    expect(after.deployment.resources).toEqual([
      row("s"),
      row("a", { id: "id-a", outputs: {}, refreshBeforeUpdate: true }),
    ]);
  });

  it.each(["updating", "deleting"] as const)("F7: has what was %s read from the target", (kind) => {
    const before = deployment([row("a", { id: "1" }), row("b", { id: "2" })], [kind, row("a", { id: "1" })]);
    expect(resolvePending(before, new Map()).unread).toEqual(["a"]);
    expect(rowsAfter(before, {})[0]).toMatchObject({ id: "1", refreshBeforeUpdate: true });
  });

  it("drops operations that change nothing on the target", () => {
    const before = deployment([row("a", { id: "1" })], ["reading", row("x")], ["importing", row("y")]);
    expect(resolvePending(before, new Map())).toMatchObject({ adopted: [], forgotten: [], unread: [] });
    expect(rowsAfter(before, {})).toEqual([row("a", { id: "1" })]);
  });

  it("keeps a replaced resource to be deleted, and puts the new one before what depends on it", () => {
    const old = row("a", { id: "old" });
    const dependent = row("d", { id: "d", dependencies: ["a"] });
    const after = rowsAfter(deployment([old, dependent], ["creating", row("a")]), { a: "new" });
    expect(after.map(({ id, delete: deleted }) => [id, deleted ?? false])).toEqual([
      ["old", true],
      ["new", false],
      ["d", false],
    ]);
  });

  it("does not take the resource that is to be replaced for its successor", () => {
    const before = deployment([row("a", { id: "old" })], ["creating", row("a")]);
    expect(resolvePending(before, new Map([["a", "old"]]))).toMatchObject({ adopted: [], forgotten: ["a"] });
    expect(rowsAfter(before, { a: "old" })).toEqual([row("a", { id: "old" })]);
  });

  it("takes the place of a resource that was deleted first, also under the same id", () => {
    const before = deployment([row("a", { id: "same", pendingReplacement: true })], ["creating", row("a")]);
    const after = rowsAfter(before, { a: "same" });
    expect(after).toEqual([row("a", { id: "same", outputs: {}, refreshBeforeUpdate: true })]);
  });

  it("orders rows after all that they refer to", () => {
    const provider = row("p", { type: "pulumi:providers:shelf", id: "1" });
    const child = row("c", { parent: "s", provider: "p::1", propertyDependencies: { x: ["a"], y: null } });
    const after = rowsAfter(deployment([child, row("s"), provider], ["creating", row("a")]), { a: "1" });
    expect(after.map(({ urn }) => urn)).toEqual(["s", "p", "a", "c"]);
  });
});
