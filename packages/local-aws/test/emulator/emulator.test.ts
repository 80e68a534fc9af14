import { GetObjectCommand, HeadBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cloud } from "../../src/cloud.js";
import { Emulator } from "../../src/emulator/emulator.js";
import { listenOn } from "../../src/listen.js";
import { Provider } from "../../src/provider/provider.js";
import type { Properties } from "../../src/provider/values.js";
import { resourceTypes } from "../../src/resources/index.js";
import { RecordedRows } from "../../src/resources/rows.js";
import { createSecretsManager } from "../../src/services/secretsmanager/secrets-manager.js";
import { createSsm } from "../../src/services/ssm/ssm.js";
import { secretReader } from "../../src/services/ecs/secrets.js";
import { Store } from "../../src/store.js";
import { type Ministack, startMinistack } from "../../../../test/fakes/ministack.js";
import { describeWith, pythonTool } from "../../../../test/harness/python-tool.js";

const site = { account: "111111111111", region: "us-east-1" };
const credentials = { accessKeyId: site.account, secretAccessKey: "local" };

describeWith(await pythonTool("ministack"), "Resources in an emulator", (tool) => {
  const home = mkdtempSync(join(tmpdir(), "moorage-emulator-"));
  let ministack: Ministack;
  let provider: Provider;
  let emulator: Emulator;
  beforeAll(async () => {
    ministack = await startMinistack(tool, home);
    const url = ministack.endpoint;
    emulator = new Emulator({ sqs: url, sns: url, s3: url, dynamodb: url, ssm: url, secretsmanager: url });
    provider = providerWith(emulator);
  }, 120_000);
  afterAll(async () => {
    await ministack.close();
    rmSync(home, { recursive: true, force: true });
  });

  function providerWith(one: Emulator): Provider {
    const types = new Map([...resourceTypes, ...one.types()]);
    const rows = new RecordedRows(Store.open(join(home, "state")));
    const uses = { cloud: one.over(new Cloud({})), rows, types, pace: { factor: 1000 } };
    return new Provider({ ...uses, saved: async () => undefined }, site);
  }

  /** Created as the engine creates it: what `check` refuses is not made. */
  async function make(type: string, name: string, news: Properties) {
    const subject = { type, name };
    const { inputs, failures } = provider.check(subject, {}, news, new Uint8Array());
    expect(failures).toEqual([]);
    const { id, outputs } = await provider.create(subject, inputs);
    const refresh = () => provider.read(subject, id, outputs, inputs);
    return {
      ...{ id, inputs, outputs, subject, refresh },
      /** What a refresh finds changed behind Pulumi's back. */
      drift: async () => {
        const now = await refresh();
        return [...provider.diff(subject, inputs, now?.inputs ?? {}).changes.keys()];
      },
      update: (change: Properties) => provider.update(subject, id, outputs, inputs, { ...inputs, ...change }),
      remove: () => provider.delete(subject, id, outputs),
    };
  }

  it("a queue is made, changed, found drifted and found gone by the emulator's answers", async () => {
    const queue = await make("aws:sqs/queue:Queue", "jobs", {
      delaySeconds: 3,
      tags: { team: "a", old: "b" },
    });
    expect(queue.outputs).toMatchObject({
      name: expect.stringMatching(/^jobs-[0-9a-f]{7}$/),
      arn: `arn:aws:sqs:us-east-1:111111111111:${String(queue.inputs["name"])}`,
      url: queue.id,
      delaySeconds: 3,
      visibilityTimeoutSeconds: 30,
    });
    expect(await queue.drift()).toEqual([]);
    const updated = await queue.update({
      delaySeconds: 0,
      visibilityTimeoutSeconds: 45,
      tags: { team: "c" },
    });
    expect(updated).toMatchObject({ delaySeconds: 0, visibilityTimeoutSeconds: 45, tags: { team: "c" } });
    expect((await queue.drift()).sort()).toEqual(["delaySeconds", "tags.team"]);
    const sqs = new SQSClient({ endpoint: ministack.endpoint, region: site.region, credentials });
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.id, MessageBody: "hello" }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.id }));
    expect(Messages?.[0]?.Body).toBe("hello");
    await queue.remove();
    expect(await queue.refresh()).toBeUndefined();
    await queue.remove();
  });

  it("a queue that somebody else made is not taken over, and one for first-in-first-out gets its ending", async () => {
    const fifo = await make("aws:sqs/queue:Queue", "orders", { fifoQueue: true });
    expect(fifo.outputs).toMatchObject({
      name: expect.stringMatching(/^orders-[0-9a-f]{7}\.fifo$/),
      fifoQueue: true,
    });
    const again = { name: fifo.outputs["name"], fifoQueue: true };
    await expect(make("aws:sqs/queue:Queue", "twin", again)).rejects.toThrow("is there already");
    await fifo.remove();
  });

  it("a topic tells a queue what it is told", async () => {
    const queue = await make("aws:sqs/queue:Queue", "inbox", { name: "inbox" });
    const topic = await make("aws:sns/topic:Topic", "news", { displayName: "News", tags: { team: "a" } });
    expect(topic.outputs).toMatchObject({ arn: topic.id, owner: site.account, displayName: "News" });
    const inputs = {
      topic: topic.id,
      protocol: "sqs",
      endpoint: queue.outputs["arn"],
      rawMessageDelivery: true,
    };
    const subscription = await make("aws:sns/topicSubscription:TopicSubscription", "inbox", inputs);
    expect(subscription.outputs).toMatchObject({ ...inputs, pendingConfirmation: false });
    expect([...(await topic.drift()), ...(await subscription.drift())]).toEqual([]);
    await emulator.call("sns", "Publish", { TopicArn: topic.id, Message: "ahoy" }, site);
    const { Messages } = await emulator.call<{ Messages?: { Body: string }[] }>(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: queue.id, WaitTimeSeconds: 5 },
      site,
    );
    expect(Messages?.[0]?.Body).toBe("ahoy");
    expect(await topic.update({ displayName: "Olds" })).toMatchObject({ displayName: "Olds" });
    for (const one of [subscription, topic, queue]) await one.remove();
    expect([await subscription.refresh(), await topic.refresh()]).toEqual([undefined, undefined]);
  });

  it("a bucket holds objects, and goes with them only when the program says so", async () => {
    const s3 = new S3Client({
      endpoint: ministack.endpoint,
      region: site.region,
      credentials,
      forcePathStyle: true,
    });
    const bucket = await make("aws:s3/bucket:Bucket", "files", {
      bucket: "files-of-a-test",
      tags: { team: "a" },
    });
    expect(bucket.outputs).toMatchObject({ arn: "arn:aws:s3:::files-of-a-test", tags: { team: "a" } });
    const versioning = await make("aws:s3/bucketVersioning:BucketVersioning", "files", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    const block = await make("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "files", {
      bucket: bucket.id,
      blockPublicAcls: true,
    });
    const object = { Bucket: bucket.id, Key: "a b/c+d é.txt" };
    await s3.send(new PutObjectCommand({ ...object, Body: "one" }));
    await s3.send(new PutObjectCommand({ ...object, Body: "two" }));
    expect(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString()).toBe("two");
    expect([...(await bucket.drift()), ...(await versioning.drift()), ...(await block.drift())]).toEqual([]);
    await expect(bucket.remove()).rejects.toThrow(/not empty/i);
    await s3.send(new HeadBucketCommand({ Bucket: bucket.id }));
    await provider.delete(bucket.subject, bucket.id, { ...bucket.outputs, forceDestroy: true });
    expect([await bucket.refresh(), await versioning.refresh(), await block.refresh()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("a table has its keys, its indexes and its items' time to live", async () => {
    const table = await make("aws:dynamodb/table:Table", "orders", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [
        { name: "id", type: "S" },
        { name: "customer", type: "S" },
      ],
      globalSecondaryIndexes: [{ name: "byCustomer", hashKey: "customer", projectionType: "ALL" }],
      ttl: { enabled: true, attributeName: "until" },
      tags: { team: "a" },
    });
    expect(table.outputs).toMatchObject({
      arn: `arn:aws:dynamodb:us-east-1:111111111111:table/${table.id}`,
      hashKey: "id",
      billingMode: "PAY_PER_REQUEST",
    });
    expect(await table.drift()).toEqual([]);
    const item = { id: { S: "1" }, customer: { S: "x" } };
    await emulator.call("dynamodb", "PutItem", { TableName: table.id, Item: item }, site);
    await table.update({ globalSecondaryIndexes: [], ttl: undefined, tags: { team: "b" } });
    expect((await table.refresh())?.outputs).toMatchObject({ tags: { team: "b" } });
    expect(await table.drift()).toContain("tags.team");
    await table.remove();
    expect(await table.refresh()).toBeUndefined();
  });

  it("a parameter and a secret are in the emulator, and tasks get them from there", async () => {
    const parameter = await make("aws:ssm/parameter:Parameter", "level", {
      type: "SecureString",
      value: "debug",
    });
    const secret = await make("aws:secretsmanager/secret:Secret", "token", { recoveryWindowInDays: 0 });
    const value = { secretId: secret.id, secretString: JSON.stringify({ key: "s3cret" }) };
    const version = await make("aws:secretsmanager/secretVersion:SecretVersion", "token", value);
    expect([...(await parameter.drift()), ...(await version.drift())]).toEqual([]);
    const uses = { store: Store.open(join(home, "own")), key: Buffer.alloc(32) };
    const read = secretReader(createSsm(uses), createSecretsManager(uses), () => [emulator]);
    expect(await read(String(parameter.outputs["arn"]), site)).toBe("debug");
    expect(await read(`${secret.id}:key::`, site)).toBe("s3cret");
    await parameter.remove();
    await secret.remove();
    expect([await parameter.refresh(), await secret.refresh()]).toEqual([undefined, undefined]);
    await expect(read(String(parameter.outputs["arn"]), site)).rejects.toThrow("not found");
  });

  it("what no call carries is refused before anything is made", () => {
    const refused = (type: string, inputs: Properties) =>
      provider
        .check({ type, name: "x" }, {}, inputs, new Uint8Array())
        .failures.map(({ property }) => property);
    expect(refused("aws:sns/topic:Topic", { archivePolicy: "{}" })).toEqual(["archivePolicy"]);
    expect(refused("aws:s3/bucket:Bucket", { website: { indexDocument: "i" } })).toEqual(["website"]);
    expect(refused("aws:dynamodb/table:Table", { replicas: [] })).toEqual(["replicas"]);
  });
});

describe("An emulator that does not answer as AWS does", () => {
  it("is never taken for the absence of a resource", async () => {
    const server = createServer((_request, response) => response.writeHead(404).end("<html>no page</html>"));
    const port = await listenOn(server, 0);
    const url = `http://127.0.0.1:${port}`;
    const strange = new Emulator({ sqs: url, sns: url, s3: url, dynamodb: url });
    const types = new Map(strange.types());
    const scope = { site, rows: {} as never, wait: async () => undefined, call: async () => ({}) as never };
    for (const token of [
      "aws:sqs/queue:Queue",
      "aws:sns/topic:Topic",
      "aws:s3/bucket:Bucket",
      "aws:dynamodb/table:Table",
    ]) {
      await expect(types.get(token)?.read("x", scope, {}), token).rejects.toThrow("does not answer as");
    }
    server.close();
    await expect(types.get("aws:sqs/queue:Queue")?.read("x", scope, {})).rejects.toThrow(
      "does not answer there",
    );
  });
});
