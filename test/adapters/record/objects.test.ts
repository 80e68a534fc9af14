import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openObjects } from "../../../src/adapters/aws/objects.js";
import type { Condition, Objects } from "../../../src/adapters/backend/objects.js";
import { parseS3Url } from "../../../src/adapters/backend/s3-url.js";
import { objectRecords } from "../../../src/adapters/record/objects.js";
import { newRecord } from "../../../src/adapters/record/record.js";
import { objectBuilds } from "../../../src/adapters/record/builds/objects.js";
import { buildStoreContract } from "../../contract/builds.js";
import { recordStoreContract } from "../../contract/records.js";
import { describeWith, pythonTool } from "../../harness/python-tool.js";
import { openStateStore, type StateStore, storeCredentials } from "../../fakes/state-store.js";

describeWith(await pythonTool("ministack"), "records in a bucket", (tool) => {
  let store: StateStore;
  let objects: Awaited<ReturnType<typeof openObjects>>;
  beforeAll(async () => {
    Object.assign(process.env, storeCredentials);
    store = await openStateStore(tool);
    objects = await openObjects(parseS3Url(await store.makeBucket("records")));
  }, 90_000);
  afterAll(async () => {
    objects.close();
    await store.close();
  });
  const open = (beside: Objects = objects) => objectRecords(beside, `${randomUUID()}/.moorage/hello/`);

  recordStoreContract("S3", () => open());
  buildStoreContract("S3", () => objectBuilds(objects, `${randomUUID()}/.moorage-builds/hello/`));

  it("knows its own write again when the answer to it was lost", async () => {
    const lossy = {
      ...objects,
      write: async (key: string, body: string, condition: Condition) => {
        await objects.write(key, body, condition);
        return undefined;
      },
    };
    const records = open(lossy);
    expect(await records.write(newRecord("hello", "pr-1", new Date(0)), 0)).toBe(true);
    expect((await records.read("pr-1"))?.version).toBe(1);
  });

  it("lists 1,000 records, which is more than a page", async () => {
    const records = open();
    const names = Array.from({ length: 1000 }, (_, index) => `pr-${index + 1}`);
    for (let from = 0; from < names.length; from += 50) {
      await Promise.all(
        names.slice(from, from + 50).map((name) => records.write(newRecord("hello", name, new Date(0)), 0)),
      );
    }
    expect(await records.list()).toHaveLength(1000);
  }, 60_000);

  it("says which bucket is not there", async () => {
    const other = await openObjects({
      ...parseS3Url("s3://no-such-bucket-here"),
      endpoint: store.endpoint,
      region: "us-east-1",
      forcePathStyle: true,
    });
    await expect(other.list("")).rejects.toMatchObject({ code: "no-such-bucket", exitCode: 2 });
    other.close();
  });
});
