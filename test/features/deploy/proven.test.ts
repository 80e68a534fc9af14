import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/context/context.js";
import { checkProven } from "../../../src/features/deploy/proven.js";
import type { DeployRequest } from "../../../src/features/deploy/request.js";
import { withDeployment, withdrawAfter } from "../../../src/adapters/record/history.js";
import { type Deployment, newRecord } from "../../../src/adapters/record/record.js";

const release = (tag: string) => ({ imageTag: tag, digests: { web: `sha256:${tag}` } });
const ran = (tag: string): Deployment => ({
  ...release(tag),
  result: "succeeded",
  good: true,
  startedAt: "",
  endedAt: "",
  by: "ann",
});
/** `moorage rollback` from v2 to v1. */
const wentBack = withDeployment(withdrawAfter([ran("v1"), ran("v2")], release("v1").digests), ran("v1"));

const histories: Record<string, Deployment[]> = { staging: wentBack, dev: wentBack };
const context = {
  records: {
    read: (stack: string) => {
      const record = { ...newRecord("hello", stack, new Date(0)), history: histories[stack] ?? [] };
      return Promise.resolve({ record, version: 1 });
    },
  },
} as unknown as Context;
const check = (request: Partial<DeployRequest>, tag: string, own: Deployment[] = []) =>
  checkProven(context, { stack: "prod", ...request } as DeployRequest, release(tag), {
    ...newRecord("hello", "prod", new Date(0)),
    history: own,
  });
const refused = { code: "not-proven", exitCode: 4 };

describe("correctness 12, F44: what the environment before rolled back from", () => {
  it("is refused, also to an approval that comes late, and says so", async () => {
    const late = check({ provenIn: "staging" }, "v2");
    await expect(late).rejects.toMatchObject(refused);
    await expect(late).rejects.toThrow(
      "staging was rolled back from v2 (web), so it is not deployed to prod.",
    );
    await expect(check({ provenIn: "staging" }, "v3")).rejects.toThrow("staging has not run v3 well (web)");
    await check({ provenIn: "staging" }, "v1");
  });

  it("is let through with a reason, and where this environment itself runs it well", async () => {
    await check({ provenIn: "staging", despite: "staging is broken" }, "v2");
    await check({ provenIn: "staging" }, "v2", [ran("v2")]);
  });

  it("is refused to the first environment of a release too, which else needs no proof", async () => {
    await expect(check({ stack: "staging", upstream: "dev" }, "v2")).rejects.toMatchObject(refused);
    await check({ stack: "staging", upstream: "dev" }, "v3");
  });

  it("is refused to a rollback that names it, and never stands in the way of one that does not", async () => {
    const back = { provenIn: "staging", purpose: "rollback" as const, rolledBackFrom: "v3" };
    await expect(check({ ...back, isNamed: true }, "v2", [ran("v2")])).rejects.toMatchObject(refused);
    await check({ ...back, isNamed: true, despite: "v3 loses orders" }, "v2", [ran("v2")]);
    await check(back, "v2", [ran("v2")]);
    await check({ ...back, isNamed: true }, "v0", [ran("v0")]);
  });
});
