import { describe, expect, it } from "vitest";
import type { RecordStore } from "../../src/adapters/record/record.js";
import { amend } from "../../src/adapters/record/amend.js";
import { acquire } from "../../src/adapters/record/lock.js";
import { newRecord, recordFormat } from "../../src/adapters/record/record.js";

/** What every implementation of the record's port does. */
export function recordStoreContract(name: string, open: () => RecordStore | Promise<RecordStore>): void {
  const fresh = (stack: string) => newRecord("hello", stack, new Date(0));

  describe(`record store: ${name}`, () => {
    it("knows nothing of a stack that was never written", async () => {
      const store = await open();
      expect(await store.read("pr-42")).toBeUndefined();
      expect(await store.list()).toEqual([]);
    });

    it("reads back what was written, with its version", async () => {
      const store = await open();
      expect(await store.write(fresh("pr-42"), 0)).toBe(true);
      expect(await store.write({ ...fresh("pr-42"), imageTag: "sha-1" }, 1)).toBe(true);
      expect(await store.read("pr-42")).toEqual({
        record: { ...fresh("pr-42"), imageTag: "sha-1" },
        version: 2,
      });
    });

    it("F57: reads a record of format 1 that names no version of Moorage", async () => {
      const store = await open();
      const { moorage: _unnamed, ...old } = { ...fresh("pr-42"), version: 1 };
      await store.write(old, 0);
      expect((await store.read("pr-42"))?.record).toEqual(old);
    });

    it("F57: writes the oldest format that says all: 2 where a service has no target group", async () => {
      const store = await open();
      const version = { requestedAt: "2026-01-01T00:00:00.000Z" };
      const service = { name: "web", serviceName: "web", taskDefinition: "web:1", logGroup: "/ecs/dev/web" };
      const deployed = { imageTag: "v1", digests: {}, version };
      await store.write({ ...fresh("dev"), deployed: { ...deployed, services: [service] } }, 0);
      expect((await store.read("dev"))?.record.version).toBe(2);
      const web = { ...service, targetGroup: "arn" };
      await store.write({ ...fresh("dev"), version: 2, deployed: { ...deployed, services: [web] } }, 1);
      expect((await store.read("dev"))?.record.version).toBe(1);
    });

    it("F57: refuses a newer format, names the version to use, and takes no lock and no freeze over", async () => {
      const store = await open();
      const owner = { user: "ann", host: "elsewhere", pid: 1, processStartedAt: 0 };
      const lock = { owner, operation: "up" as const, since: "2026-01-01T00:00:00.000Z" };
      const newer = { ...fresh("pr-42"), version: recordFormat + 1, moorage: "9.1.0", lock };
      await store.write(newer, 0);
      const refusal = {
        code: "format-newer",
        exitCode: 4,
        message: expect.stringContaining("9.1.0") as string,
      };
      await expect(store.read("pr-42")).rejects.toMatchObject(refusal);
      const stack = { project: "hello", stack: "pr-42" };
      const request = {
        ...stack,
        operation: "destroy" as const,
        owner,
        timeoutMs: 0,
        signal: new AbortController().signal,
      };
      await expect(acquire(store, request)).rejects.toMatchObject(refusal);
      await expect(amend(store, stack, () => ({}))).rejects.toMatchObject(refusal);
      const [listed] = await store.list();
      expect(listed).toMatchObject({ stack: "pr-42", version: recordFormat + 1, moorage: "9.1.0" });
      expect(listed?.lock).toBeUndefined();
    });

    it("refuses a write after a version that is not the newest", async () => {
      const store = await open();
      await store.write(fresh("pr-42"), 0);
      expect(await store.write({ ...fresh("pr-42"), imageTag: "lost" }, 0)).toBe(false);
      expect(await store.write({ ...fresh("pr-42"), imageTag: "lost" }, 2)).toBe(false);
      expect((await store.read("pr-42"))?.record.imageTag).toBeUndefined();
    });

    it("correctness 4: a record that was removed and made again is another one, whatever its version", async () => {
      const store = await open();
      const again = newRecord("hello", "pr-42", new Date(1));
      await store.write(fresh("pr-42"), 0);
      await store.remove("pr-42", 1);
      await store.write(again, 0);
      expect(await store.write({ ...fresh("pr-42"), imageTag: "lost" }, 1)).toBe(false);
      expect(await store.remove("pr-42", 1, fresh("pr-42").createdAt)).toBe(false);
      expect((await store.read("pr-42"))?.record).toEqual(again);
      expect(await store.remove("pr-42", 1, again.createdAt)).toBe(true);
    });

    it("F14: lets exactly one of many concurrent writers of a version win", async () => {
      const store = await open();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.write({ ...fresh("pr-42"), imageTag: `sha-${index}` }, 0),
        ),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      const winner = `sha-${outcomes.indexOf(true)}`;
      expect((await store.read("pr-42"))?.record.imageTag).toBe(winner);
    });

    it("removes a record at its version only, and starts anew after it", async () => {
      const store = await open();
      await store.write(fresh("pr-42"), 0);
      await store.write(fresh("pr-42"), 1);
      expect(await store.remove("pr-42", 1)).toBe(false);
      expect(await store.remove("pr-42", 2)).toBe(true);
      expect(await store.read("pr-42")).toBeUndefined();
      expect(await store.write(fresh("pr-42"), 0)).toBe(true);
    });

    it("F51: lists of the stacks that are wanted alone: who may read no others' records can list", async () => {
      const store = await open();
      for (const stack of ["pr-1", "pr-2", "dev"]) await store.write(fresh(stack), 0);
      const listed = await store.list((stack) => stack.startsWith("pr-"));
      expect(listed.map(({ stack }) => stack).sort()).toEqual(["pr-1", "pr-2"]);
    });

    it("lists the newest version of every stack", async () => {
      const store = await open();
      await store.write(fresh("pr-1"), 0);
      await store.write(fresh("pr-2"), 0);
      await store.write({ ...fresh("pr-2"), imageTag: "sha-2" }, 1);
      const listed = (await store.list()).map(({ stack, imageTag }) => `${stack} ${imageTag ?? "-"}`);
      expect(listed.sort()).toEqual(["pr-1 -", "pr-2 sha-2"]);
    });
  });
}
