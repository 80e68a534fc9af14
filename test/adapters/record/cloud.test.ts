import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cloudStacks } from "../../../src/adapters/backend/cloud.js";
import { readCloudLogin } from "../../../src/adapters/backend/cloud-login.js";
import { amend } from "../../../src/adapters/record/amend.js";
import { type ClaimTimes, cloudRecords } from "../../../src/adapters/record/cloud.js";
import type { Deployment } from "../../../src/adapters/record/record.js";
import { newRecord } from "../../../src/adapters/record/record.js";
import { claimName, fromTags, toTags } from "../../../src/adapters/record/tags.js";
import { recordStoreContract } from "../../contract/records.js";
import { temporaryFolder } from "../../harness/folder.js";
import { type CloudFake, openCloudFake } from "../../fakes/pulumi-cloud.js";

let cloud: CloudFake;
beforeAll(async () => void (cloud = await openCloudFake()));
afterAll(() => cloud.close());

const record = (stack: string) => newRecord("hello", stack, new Date(0));
const open = (project: string = randomUUID(), times?: ClaimTimes) =>
  cloudRecords(cloudStacks(cloud.url, { token: cloud.token, defaultOrg: undefined }, project), times);
const freeze = { by: "ann", reason: "Christmas", since: "2026-12-24T00:00:00.000Z" };

recordStoreContract("Pulumi Cloud", () => open());

describe("records in Pulumi Cloud", () => {
  it("makes the stack before its first update, and removes it when it never had one", async () => {
    const records = open("made");
    await records.write(record("dev"), 0);
    expect([...cloud.stacks.keys()]).toContain("acme/made/dev");
    expect(await records.remove("dev", 1)).toBe(true);
    expect([...cloud.stacks.keys()]).not.toContain("acme/made/dev");
  });

  it("leaves a stack that was updated, and its other tags", async () => {
    cloud.stacks.set("acme/kept/dev", { tags: { "pulumi:project": "kept" }, version: 7 });
    const records = open("kept");
    expect(await records.write(record("dev"), 0)).toBe(true);
    expect(cloud.stacks.get("acme/kept/dev")?.tags).toMatchObject({
      "pulumi:project": "kept",
      "moorage:record": "1",
    });
    expect(await records.remove("dev", 1)).toBe(true);
    expect(cloud.stacks.get("acme/kept/dev")).toEqual({ tags: { "pulumi:project": "kept" }, version: 7 });
  });

  it("is gone with its stack", async () => {
    const records = open("gone");
    await records.write(record("dev"), 0);
    cloud.stacks.delete("acme/gone/dev");
    expect(await records.remove("dev", 1)).toBe(true);
    expect(await records.write(record("dev"), 1)).toBe(false);
  });

  it.each([["after 503", 503] as const, ["when an answer is lost", "lost" as const]])(
    "writes once %s",
    async (_title, trouble) => {
      const records = open();
      for (const version of [0, 1, 2]) {
        cloud.troubles = [trouble, 200, trouble].filter((given) => given !== 200);
        expect(await records.write({ ...record("dev"), imageTag: `v${version}` }, version)).toBe(true);
      }
      expect(await records.read("dev")).toMatchObject({ version: 3, record: { imageTag: "v2" } });
    },
  );

  it("F48: comes after a writer that was killed once its claim was seen unchanged for long enough, whatever clocks say", async () => {
    const records = open("claims", { writeMs: 1_000, abandonedMs: 60, pauseMs: 1 });
    await records.write(record("dev"), 0);
    const { tags = {} } = cloud.stacks.get("acme/claims/dev") ?? {};
    tags[claimName(2)] = "of another writer";
    expect(await records.write(record("dev"), 1)).toBe(false);
    await vi.waitUntil(() => records.write(record("dev"), 1), 5_000);
    expect(Object.keys(cloud.stacks.get("acme/claims/dev")?.tags ?? {}).join()).not.toContain("claim");
    expect(await records.read("dev")).toMatchObject({ version: 2 });
  });

  it("F48: of two that come after a killed writer at once, one writes", async () => {
    const times = { writeMs: 5_000, abandonedMs: 0, pauseMs: 1 };
    const [one, other] = [open("both", times), open("both", times)];
    await one.write(record("dev"), 0);
    (cloud.stacks.get("acme/both/dev")?.tags ?? {})[claimName(2)] = "of a dead writer";
    const wrote = await Promise.all([one, other].map((records) => records.write(record("dev"), 1)));
    expect(wrote.filter(Boolean)).toHaveLength(1);
  });

  it("F48: a writer that was held up writes no more", async () => {
    const records = open("late", { writeMs: 0, abandonedMs: 60, pauseMs: 1 });
    await records.write(record("dev"), 0);
    await expect(records.write(record("dev"), 1)).rejects.toMatchObject({ code: "record-contended" });
    expect(await records.read("dev")).toMatchObject({ version: 1 });
  });

  it("correctness 21: tells why no tag is taken, and asks no more", async () => {
    const records = open("full", { writeMs: 1_000, abandonedMs: 60, pauseMs: 1 });
    await records.write(record("dev"), 0);
    cloud.refusal = "too many tags";
    const asked = cloud.requests;
    const amended = amend(records, { project: "full", stack: "dev" }, () => ({ freeze }));
    await expect(amended).rejects.toMatchObject({
      code: "cloud",
      message: expect.stringContaining("too many tags") as string,
    });
    expect(cloud.requests - asked).toBeLessThan(12);
    cloud.refusal = undefined;
  });

  it("lists more stacks than a page has", async () => {
    const records = open();
    await Promise.all(Array.from({ length: 250 }, (_, index) => records.write(record(`pr-${index}`), 0)));
    expect(await records.list()).toHaveLength(250);
  });

  it("says that the token is not taken", async () => {
    const stacks = cloudStacks(cloud.url, { token: "old", defaultOrg: undefined }, "hello");
    await expect(cloudRecords(stacks).list()).rejects.toMatchObject({ code: "cloud-login", exitCode: 2 });
  });
});

describe("a record as tags", () => {
  it("loses its oldest deployments when it is too long, never the newest good one", () => {
    const deployment = (index: number): Deployment => ({
      imageTag: `v${index}`,
      digests: Object.fromEntries(
        ["web", "api", "jobs"].map((name) => [name, `sha256:${randomBytes(32).toString("hex")}`]),
      ),
      result: index === 0 ? "succeeded" : "failed",
      good: index === 0,
      reason: randomBytes(100).toString("hex"),
      startedAt: "2026-01-01T00:00:00.000Z",
      endedAt: "2026-01-01T00:00:10.000Z",
      by: "ann",
    });
    const long = { ...record("dev"), history: Array.from({ length: 50 }, (_, index) => deployment(index)) };
    const tags = toTags({ record: long, version: 3 });
    expect(Object.keys(tags).length).toBeLessThanOrEqual(49);
    expect(Math.max(...Object.values(tags).map(({ length }) => length))).toBeLessThanOrEqual(256);
    const { history } = fromTags("dev", tags)?.record ?? record("dev");
    expect(history[0]?.imageTag).toBe("v0");
    expect(history.at(-1)?.imageTag).toBe("v49");
    expect(history.length).toBeGreaterThan(10);
  });

  const random = (bytes: number) => randomBytes(bytes).toString("hex");
  const run = (release: number, rest: Partial<Deployment> = {}): Deployment => ({
    imageTag: `v${release}`,
    digests: { web: `sha256:${String(release).padStart(64, "0")}` },
    result: "succeeded",
    good: true,
    startedAt: "2026-01-01T00:00:00.000Z",
    endedAt: "2026-01-01T00:00:10.000Z",
    by: "ann",
    ...rest,
  });
  const tagsOf = (history: Deployment[], rest: object = {}) =>
    toTags({ record: { ...record("dev"), history, ...rest }, version: 3 });
  const keptIn = (tags: ReturnType<typeof toTags>) =>
    (fromTags("dev", tags)?.record.history ?? []).map(({ imageTag }) => imageTag);

  it("correctness 18, F45: keeps the last ten releases, whatever failed since, and whatever was said of it", () => {
    const good = Array.from({ length: 12 }, (_, index) => run(index + 1));
    const failed = Array.from({ length: 38 }, (_, index) =>
      run(100 + index, { good: false, result: "failed", reason: random(4_000) }),
    );
    const tags = tagsOf([...good, ...failed]);
    expect(Object.keys(tags).length).toBeLessThanOrEqual(49);
    expect(keptIn(tags)).toEqual(expect.arrayContaining(good.slice(-10).map(({ imageTag }) => imageTag)));
    expect(keptIn(tags).at(-1)).toBe("v137");
  });

  it("F45: gives up the configuration before a release, and keeps at least the one before", () => {
    const wide = (release: number) =>
      run(release, {
        digests: Object.fromEntries(
          Array.from({ length: 40 }, (_, index) => [`s${index}`, `sha256:${random(32)}`]),
        ),
      });
    const goodConfig = { "moorage:services": random(3_000) };
    const two = tagsOf([wide(1), wide(2)], { goodConfig });
    expect(fromTags("dev", two)?.record).toMatchObject({ goodConfig });
    const ten = tagsOf(
      Array.from({ length: 10 }, (_, index) => wide(index + 1)),
      { goodConfig },
    );
    expect(Object.keys(ten).length).toBeLessThanOrEqual(49);
    expect(fromTags("dev", ten)?.record.goodConfig).toBeUndefined();
    expect(keptIn(ten).slice(-2)).toEqual(["v9", "v10"]);
  });

  it("is named when it cannot be read", () => {
    expect(() => fromTags("dev", { "moorage:record": "2", "moorage:record.0": "AAAA" })).toThrow(
      /tags of dev cannot be read/,
    );
  });
});

describe("a login to Pulumi Cloud", () => {
  const url = "https://api.pulumi.com";

  it("is PULUMI_ACCESS_TOKEN, else what pulumi login has stored", async () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "credentials.json"), JSON.stringify({ accessTokens: { [url]: "stored" } }));
    writeFileSync(
      join(folder, "config.json"),
      JSON.stringify({ backends: { [url]: { defaultOrg: "ours" } } }),
    );
    const env = { PULUMI_HOME: folder };
    expect(await readCloudLogin(url, env)).toEqual({ token: "stored", defaultOrg: "ours" });
    expect(await readCloudLogin(url, { ...env, PULUMI_ACCESS_TOKEN: "given" })).toMatchObject({
      token: "given",
    });
  });

  it("is asked for when there is none", async () => {
    await expect(readCloudLogin(url, { PULUMI_HOME: temporaryFolder() })).rejects.toMatchObject({
      code: "cloud-login",
      exitCode: 2,
    });
  });
});
