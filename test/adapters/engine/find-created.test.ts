import { describe, expect, it } from "vitest";
import type { StateDeployment, Row } from "../../../src/adapters/engine/deployment.js";
import type { LookupFinding, Lookup } from "../../../src/adapters/engine/engine.js";
import { findCreated } from "../../../src/adapters/engine/find-created.js";

const type = "aws:ec2/eip:Eip";
const row = (name: string, id?: string): Row => ({
  urn: `urn:pulumi:foundation-dev::hello::${type}::${name}`,
  type,
  custom: true,
  ...(id && { id }),
});

function killed(pending: Row[], resources: Row[] = []): StateDeployment {
  const pending_operations = pending.map((resource) => ({ resource, type: "creating" as const }));
  return { version: 3, deployment: { resources, pending_operations } };
}

const options = { stack: "foundation-dev", settleMs: 0 };

/** Answers one after the other. */
function answers(...findings: (LookupFinding | Error)[]): Lookup & { asked: number } {
  const lookup = async () => {
    const next = findings[Math.min(lookup.asked++, findings.length - 1)];
    if (next instanceof Error) throw next;
    return next ?? { is: "absent" };
  };
  lookup.asked = 0;
  return lookup as Lookup & { asked: number };
}

describe("what a killed engine was creating", () => {
  it("F41: cannot be told: ends with pending-operations, naming URN, type and reason", async () => {
    const lookup = answers({ is: "unknown", why: "the bucket x has no tags" });
    await expect(findCreated(killed([row("a")]), lookup, options)).rejects.toMatchObject({
      code: "pending-operations",
      exitCode: 1,
      message: expect.stringContaining(`${type} (${row("a").urn}): the bucket x has no tags`) as string,
    });
  });

  it("F41: a look that fails tells nothing, and is never taken for absence", async () => {
    const lookup = answers(new Error("AccessDenied"));
    await expect(findCreated(killed([row("a")]), lookup, options)).rejects.toMatchObject({
      code: "pending-operations",
      message: expect.stringContaining("AccessDenied") as string,
    });
  });

  it("F41: what turns up at the second look was still being made", async () => {
    const lookup = answers({ is: "absent" }, { is: "ours", id: "eipalloc-1" });
    const { ids } = await findCreated(killed([row("a")]), lookup, options);
    expect([...ids.values()]).toEqual(["eipalloc-1"]);
  });

  it("F42: a name of somebody else's ends an update, and is left alone by a destroy", async () => {
    const lookup = answers({
      is: "others",
      what: "log group /ecs/pr-9/web (of stack pr-9, project billing)",
    });
    await expect(findCreated(killed([row("a")]), lookup, options)).rejects.toMatchObject({
      code: "name-taken",
      message: expect.stringContaining("project billing") as string,
    });
    const { ids, others } = await findCreated(killed([row("a")]), lookup, { ...options, leavesOthers: true });
    expect(ids.size).toBe(0);
    expect(others.map(({ urn }) => urn)).toEqual([row("a").urn]);
  });

  it("F41: no two rows get one id, and none that the state holds already", async () => {
    const there = ["eipalloc-1", "eipalloc-2", "eipalloc-3"];
    const lookup: Lookup = async (_resource, known) => {
      const [id] = there.filter((one) => !known.has(one));
      return id === undefined ? { is: "absent" } : { is: "ours", id };
    };
    const state = killed([row("a"), row("b")], [row("c", "eipalloc-2")]);
    const { ids } = await findCreated(state, lookup, options);
    expect([...ids.values()]).toEqual(["eipalloc-1", "eipalloc-3"]);
  });
});
