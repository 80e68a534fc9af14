import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { openObjects } from "../../../src/adapters/aws/objects.js";
import { parseS3Url } from "../../../src/adapters/backend/s3-url.js";
import type { Lookup, StackSpec, UpOptions } from "../../../src/adapters/engine/engine.js";
import { forgetKept } from "../../../src/adapters/engine/state-relay/saved.js";
import { storedSecretsProvider } from "../../../src/adapters/engine/stored-state.js";
import { bootstrapState } from "../../../src/features/setup/infra/bootstrap.js";
import { openStateStore, type StateStore, storeCredentials, storeRegion } from "../../fakes/state-store.js";
import { describeWith, pythonTool } from "../../harness/python-tool.js";
import { openWire, type Wire } from "../../harness/wire.js";
import { type Bench, killedMidway, openBench } from "./support/engine.js";
import { type Items, itemsProgram } from "./support/program.js";

const bound = { timeoutMs: 60_000 };
const patience = { patienceMs: 1_500, lastTryMs: 500 };
const options = (items: Items, exists = true): UpOptions => ({
  ...bound,
  program: itemsProgram(items),
  exists,
});

const isStateWrite = (bytes: string) => /PUT \S*stacks\/shop\/pr-7\.json[? ]/.test(bytes);

/** A bench whose state is in a bucket of its own, reached over a wire that can be cut. */
interface S3Bench extends Bench {
  wire: Wire;
  objects: Awaited<ReturnType<typeof openObjects>>;
}

describeWith(await pythonTool("ministack"), "a state in S3", (tool) => {
  let store: StateStore;
  beforeAll(async () => {
    for (const [name, value] of Object.entries(storeCredentials)) vi.stubEnv(name, value);
    store = await openStateStore(tool);
  }, 90_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await store.close();
  });

  async function openS3Bench(): Promise<S3Bench> {
    const bench = await openBench({ patience });
    const wire = await openWire(store.endpoint);
    const backendUrl = await store.makeBucket(`state-${randomUUID()}`, wire.endpoint);
    const objects = await openObjects({ ...parseS3Url(backendUrl), endpoint: store.endpoint });
    const spec: StackSpec = { ...bench.spec, backendUrl };
    onTestFinished(async () => {
      objects.close();
      await wire.close();
      await forgetKept(spec);
    });
    return { ...bench, spec, wire, objects };
  }
  const locksOf = ({ objects }: S3Bench) => objects.list(".pulumi/locks/");

  it("is brought up, found unchanged, read and destroyed, and no lock is left", async () => {
    const bench = await openS3Bench();
    const { engine, spec, shelf, objects } = bench;
    expect((await engine.up(spec, options({ a: "1", b: "1" }, false))).changes).toEqual({ create: 3 });
    expect((await engine.up(spec, options({ a: "1", b: "1" }))).changes).toEqual({ same: 3 });
    expect((await engine.state(spec))?.resources).toHaveLength(4);
    expect(await objects.list(".pulumi/stacks/")).toContain(".pulumi/stacks/shop/pr-7.json");
    expect(await engine.destroy(spec, bound)).toMatchObject({ result: "destroyed" });
    expect(await engine.destroy(spec, bound)).toMatchObject({ result: "absent" });
    expect(shelf.items.size).toBe(0);
    expect(await locksOf(bench)).toEqual([]);
  });

  it("F7, F8: a killed engine's lock is broken, and what it had begun is adopted", async () => {
    const bench = await openS3Bench();
    const { engine, spec, shelf } = bench;
    await engine.up(spec, options({ a: "1" }, false));
    shelf.stuck.set("b", "after");
    await killedMidway(
      bench,
      { a: "1", b: "1" },
      () => locksOf(bench),
      async (key) => (await bench.objects.read(key))?.body ?? "",
    );
    await expect(engine.up(spec, options({ a: "1" }))).rejects.toMatchObject({
      code: "state-locked",
      exitCode: 5,
    });
    const lookup: Lookup = async ({ inputs }) => ({
      is: "ours",
      id: shelf.named(String(inputs["name"]))?.id ?? "",
    });
    expect((await engine.repair(spec, lookup, bound)).adopted).toHaveLength(1);
    expect((await engine.up(spec, options({ a: "1", b: "1" }))).changes).toEqual({ same: 3 });
    expect(shelf.created).toEqual(["a", "b"]);
    expect(await locksOf(bench)).toEqual([]);
  });

  it("F8: a lock of another machine is left, and its owner named", async () => {
    const bench = await openS3Bench();
    const { engine, spec, objects } = bench;
    await engine.up(spec, options({ a: "1" }, false));
    const lock = {
      pid: 1,
      username: "ann",
      hostname: `not-${hostname()}`,
      timestamp: new Date().toISOString(),
    };
    await objects.write(".pulumi/locks/organization/shop/pr-7/x.json", JSON.stringify(lock), {
      absent: true,
    });
    await expect(engine.repair(spec, async () => ({ is: "absent" }), bound)).rejects.toMatchObject({
      code: "state-locked",
      message: expect.stringContaining("created by ann@") as string,
    });
  });

  it("F14: of two at once one is told that the state is locked, and nothing is created twice", async () => {
    const bench = await openS3Bench();
    const { engine, spec, shelf } = bench;
    await engine.up(spec, options({}, false));
    shelf.stuck.set("a", "before");
    const stuck = shelf.gotStuck();
    const ending = new AbortController();
    const first = engine
      .up(spec, { ...options({ a: "1" }), signal: ending.signal })
      .catch((error: unknown) => error);
    await stuck;
    await expect(engine.up(spec, options({ a: "1" }))).rejects.toMatchObject({
      code: "state-locked",
      exitCode: 5,
    });
    ending.abort();
    await first;
    expect(shelf.created).toEqual([]);
    expect(await locksOf(bench)).toEqual([]);
  });

  it("F15: a connection that is lost in mid-write for a moment costs nothing but time", async () => {
    const bench = await openS3Bench();
    const { engine, spec, shelf, wire } = bench;
    await engine.up(spec, options({ a: "1" }, false));
    wire.cutIn((bytes) => isStateWrite(bytes) && shelf.created.includes("b"));
    const mending = vi.waitUntil(() => wire.cuts > 0, { timeout: 30_000 }).then(() => wire.mend());
    expect((await engine.up(spec, options({ a: "1", b: "1", c: "1" }))).changes).toEqual({
      create: 2,
      same: 2,
    });
    await mending;
    expect(wire.cuts).toBe(1);
    expect((await engine.up(spec, options({ a: "1", b: "1", c: "1" }))).changes).toEqual({ same: 4 });
  });

  it.each([
    ["in mid-write", "middle" as const, false],
    ["before the answer", "answer" as const, true],
  ])(
    "F15: a connection that is lost %s leaves the state in a file, and the next run goes on from it",
    async (_title, place, isStored) => {
      const bench = await openS3Bench();
      const { engine, spec, shelf, wire, objects } = bench;
      await engine.up(spec, options({ a: "1" }, false));
      wire.cutIn((bytes) => isStateWrite(bytes) && shelf.created.includes("b"), place);
      const error = await engine.up(spec, options({ a: "1", b: "1" })).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: "state-kept",
        exitCode: 1,
        hint: expect.stringContaining("pulumi stack import") as string,
      });
      const [, file = ""] = / is kept in (\S+)\.$/.exec((error as Error).message) ?? [];
      const { deployment } = JSON.parse(await readFile(file, "utf8")) as {
        deployment: { resources: { urn: string; id: string }[] };
      };
      expect(deployment.resources.find(({ urn }) => urn.endsWith("::b"))?.id).toBe(shelf.named("b")?.id);
      const stored = await objects.read(".pulumi/stacks/shop/pr-7.json");
      expect(stored?.body.includes(`"id":"${shelf.named("b")?.id}"`)).toBe(isStored);
      wire.mend();
      expect(await engine.repair(spec, async () => ({ is: "absent" }), bound)).toEqual({
        adopted: [],
        forgotten: [],
        others: [],
      });
      await expect(readFile(file)).rejects.toMatchObject({ code: "ENOENT" });
      expect((await engine.up(spec, options({ a: "1", b: "1" }))).changes).toEqual({ same: 3 });
      expect(shelf.created).toEqual(["a", "b"]);
      expect(await locksOf(bench)).toEqual([]);
    },
  );

  it("F30: a state that contradicts itself is kept as a copy, and the repair command is named", async () => {
    const { engine, spec, objects, folder } = await openS3Bench();
    const { XDG_CACHE_HOME: cacheBefore } = process.env;
    await engine.up(spec, options({ a: "1" }, false));
    const key = ".pulumi/stacks/shop/pr-7.json";
    const stored = await objects.read(key);
    const state = JSON.parse(stored?.body ?? "") as { checkpoint: { latest: { resources: unknown[] } } };
    state.checkpoint.latest.resources.reverse();
    await objects.write(key, JSON.stringify(state), { etag: stored?.etag ?? "" });
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
    onTestFinished(() => void vi.stubEnv("XDG_CACHE_HOME", cacheBefore));
    await expect(engine.up(spec, options({ a: "1" }))).rejects.toMatchObject({
      code: "state-broken",
      message: expect.stringMatching(/snapshot integrity failure[^]*A copy is in .*rescued/) as string,
      hint: expect.stringContaining("pulumi state repair") as string,
    });
  });

  it("F32: keeps the secrets encrypted by the KMS key that the stack's yaml names", async () => {
    const bucket = `state-${randomUUID()}`;
    const made = await bootstrapState({ aws: store.clients, bucket, region: storeRegion, alias: "moorage" });
    const bench = await openBench();
    const emulated = `&endpoint=${store.endpoint}`;
    const secretsprovider = `${made.secretsProvider}${emulated}`;
    const backendUrl = `${made.backendUrl}${emulated}&s3ForcePathStyle=true`;
    const spec: StackSpec = { ...bench.spec, backendUrl, settings: { secretsprovider } };
    const program = async () => {
      const { secret } = await import("@pulumi/pulumi");
      return { password: secret("hunter2") };
    };
    const { outputs } = await bench.engine.up(spec, { ...bound, program, exists: false });
    expect(outputs).toEqual({ password: "[secret]" });
    expect(await storedSecretsProvider(spec)).toBe(secretsprovider);
    expect(await storedSecretsProvider({ ...spec, stack: "other" })).toBeUndefined();
    await bench.engine.up(spec, { ...bound, program, exists: true });
    expect((await bench.engine.state(spec))?.secretsProvider).toBe(secretsprovider);
  });
});
