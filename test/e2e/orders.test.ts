import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { type Ministack, startMinistack } from "../fakes/ministack.js";
import { eventually } from "../harness/eventually.js";
import type { DestroyJson, UpJson } from "../harness/preview.js";
import { describeWith, pythonTool } from "../harness/python-tool.js";
import { root, Sandbox } from "../harness/sandbox.js";

const example = join(root, "examples/orders");
const timeout = 180_000;

describeWith(await pythonTool("ministack"), "examples/orders, with an emulator", (tool) => {
  let sandbox: Sandbox;
  let ministack: Ministack;
  beforeAll(async () => {
    sandbox = new Sandbox(example);
    cpSync(join(example, "moorage.ts"), join(sandbox.project, "moorage.ts"));
    ministack = await startMinistack(tool, sandbox.folder);
    useEndpoint(ministack.endpoint);
    await sandbox.json("local", "image", join(example, "app"), "--repository", "orders", "--tag", "v1");
  }, timeout);
  afterAll(async () => {
    await sandbox.close();
    await ministack.close();
  }, timeout);

  /** In Pulumi.yaml, for all stacks. */
  function useEndpoint(url: string): void {
    const path = join(sandbox.project, "Pulumi.yaml");
    const file = parse(readFileSync(path, "utf8")) as { config: Record<string, unknown> };
    const endpoints = { dynamodb: url, s3: url, sqs: url };
    file.config["moorage:local"] = { value: { endpoints } };
    writeFileSync(path, stringify(file));
  }

  /** What of the preview the emulator has. */
  async function emulated(): Promise<string[]> {
    const credentials = { accessKeyId: "111111111111", secretAccessKey: "local" };
    const connection = { endpoint: ministack.endpoint, region: "us-east-1", credentials };
    const { QueueUrls = [] } = await new SQSClient(connection).send(new ListQueuesCommand({}));
    const { Buckets = [] } = await new S3Client({ ...connection, forcePathStyle: true }).send(
      new ListBucketsCommand({}),
    );
    const names = [...QueueUrls.map((url) => url.split("/").at(-1)), ...Buckets.map(({ Name }) => Name)];
    return names.map(String).filter((name) => name.includes("pr-5"));
  }

  it(
    "issue 16.2: a queue that moorage.ts makes is written by web and read by the worker",
    { timeout },
    async () => {
      const up = await sandbox.json<UpJson>("preview", "up", "--pr", "5", "--tag", "v1");
      expect((await emulated()).sort()).toEqual([
        expect.stringMatching(/^orders-pr-5-orders-/),
        expect.stringMatching(/^orders-pr-5-receipts-/),
      ]);
      const at = (path: string) => new URL(path, up.url).href;
      const taken = await fetchAnswer(at("/orders/cleat"), 10_000, undefined, "POST");
      expect(taken.status, taken.body).toBe(202);
      const { order } = JSON.parse(taken.body) as { order: string };
      const receipt = await eventually("the worker writes the receipt", async () => {
        const { status, body } = await fetchAnswer(at(`/orders/${order}`), 10_000);
        return status === 200 ? (JSON.parse(body) as object) : undefined;
      });
      expect(receipt).toEqual({ order, item: "cleat", price: 7.9, by: "v1" });
      const again = await sandbox.json<UpJson>("preview", "up", "--pr", "5", "--tag", "v1");
      expect(again.result).toBe("unchanged");
      const gone = await sandbox.json<DestroyJson>("preview", "destroy", "--pr", "5");
      expect(gone.result).toBe("destroyed");
      expect(await emulated()).toEqual([]);
    },
  );

  it("issue 16.2: without its emulator nothing is made, and the error names it", { timeout }, async () => {
    useEndpoint("http://127.0.0.1:9");
    const run = await sandbox.moorage(["preview", "up", "--pr", "6", "--tag", "v1", "--json"]);
    expect(run.code).toBe(1);
    expect(run.json<{ error: { code: string; message: string } }>().error).toMatchObject({
      code: "emulator-unreachable",
      message: expect.stringContaining("http://127.0.0.1:9"),
    });
    expect(JSON.stringify(await sandbox.json("preview", "list"))).not.toContain("pr-6");
    useEndpoint("http://10.0.0.1:4566");
    const refused = await sandbox.moorage(["preview", "up", "--pr", "6", "--tag", "v1"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("moorage:local.endpoints.dynamodb");
  });
});
