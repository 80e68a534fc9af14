import { expect, it, onTestFinished } from "vitest";
import { Cloud, type Site } from "../../src/cloud.js";
import { recordedStatuses } from "../../src/daemon/own-resources.js";
import { parseDeclaration } from "../../src/provider/installed-facts.js";
import { Provider } from "../../src/provider/provider.js";
import { resourceTypes } from "../../src/resources/index.js";
import { RecordedRows } from "../../src/resources/rows.js";
import { Store } from "../../src/store.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

const site: Site = { account: "111111111111", region: "eu-west-1" };

function open() {
  const store = Store.open(temporaryFolder());
  onTestFinished(() => store.flush());
  const rows = new RecordedRows(store);
  const uses = { cloud: new Cloud({}), rows, pace: { factor: 1000 }, types: resourceTypes };
  return { rows, provider: new Provider({ ...uses, saved: () => store.flush() }, site) };
}

const seed = new Uint8Array([0xab, 0xcd, 0xef, 0x12]);

it("16.2: any type of the AWS package is recorded, under the name, id and ARN that are documented for it", async () => {
  const { provider } = open();
  const create = async (type: string, inputs: Record<string, unknown>) => {
    const checked = provider.check({ type, name: "jobs" }, {}, inputs, seed);
    expect(checked.failures).toEqual([]);
    return provider.create({ type, name: "jobs" }, checked.inputs);
  };
  const url = "https://sqs.eu-west-1.amazonaws.com/111111111111/jobs-abcdef1";
  expect(await create("aws:sqs/queue:Queue", { tags: { a: "b" } })).toMatchObject({
    id: url,
    outputs: {
      url,
      name: "jobs-abcdef1",
      arn: "arn:aws:sqs:eu-west-1:111111111111:jobs-abcdef1",
      tagsAll: { a: "b" },
    },
  });
  expect((await create("aws:sqs/queue:Queue", { fifoQueue: true })).outputs).toMatchObject({
    name: "jobs-abcdef1.fifo",
  });
  const topic = "arn:aws:sns:eu-west-1:111111111111:jobs-abcdef1";
  expect(await create("aws:sns/topic:Topic", {})).toMatchObject({
    id: topic,
    outputs: { arn: topic, owner: "111111111111" },
  });
  const table = await create("aws:dynamodb/table:Table", { name: "rows" });
  expect(table).toMatchObject({
    id: "rows",
    outputs: { arn: "arn:aws:dynamodb:eu-west-1:111111111111:table/rows" },
  });
  expect(table.outputs).not.toHaveProperty("streamArn");
  expect((await create("aws:efs/fileSystem:FileSystem", {})).id).toMatch(/^fs-[0-9a-f]{17}$/);
});

it("16.2: inputs of a recorded type are checked as the package declares them, and its name is taken once", async () => {
  const { provider } = open();
  const failures = (type: string, inputs: Record<string, unknown>) =>
    provider.check({ type, name: "x" }, {}, inputs, seed).failures.map(({ property }) => property);
  expect(failures("aws:rds/instance:Instance", { colour: "red" })).toEqual(["colour", "instanceClass"]);
  expect(() => failures("aws:sqs/nothing:Nothing", {})).toThrow(/is not part of the local target/);
  const twin = () => provider.create({ type: "aws:sqs/queue:Queue", name: "x" }, { name: "jobs" });
  await twin();
  await expect(twin()).rejects.toMatchObject({ code: "ResourceAlreadyExistsException" });
});

it("16.2: what is documented to force a new resource replaces it; all else updates it", async () => {
  const { provider } = open();
  const stream = { type: "aws:ec2/instance:Instance", name: "x" };
  const olds = { ami: "ami-1", instanceType: "t3.micro", tags: {} };
  const { changes } = provider.diff(stream, olds, { ...olds, tags: { a: "b" } });
  expect([...changes.values()].map(({ replace }) => replace)).toEqual([false]);
  const queue = { type: "aws:sqs/queue:Queue", name: "x" };
  expect(provider.diff(queue, { name: "a" }, { name: "b" }).changes.get("name")).toMatchObject({
    replace: true,
  });
  const { id, outputs } = await provider.create(queue, { name: "a" });
  const updated = await provider.update(queue, id, outputs, { name: "a" }, { name: "a", delaySeconds: 5 });
  expect(updated).toMatchObject({ delaySeconds: 5, arn: outputs["arn"] });
  expect((await provider.read(queue, id, outputs, { name: "a" }))?.id).toBe(id);
  await provider.delete(queue, id, outputs);
  expect(await provider.read(queue, id, outputs, { name: "a" })).toBeUndefined();
});

it("16.2, F28: a secret of a recorded type is written down nowhere", async () => {
  const { provider, rows } = open();
  const database = { type: "aws:rds/instance:Instance", name: "x" };
  await provider.create(database, { instanceClass: "db.t3.micro", password: "open sesame" });
  expect(JSON.stringify(rows.every())).not.toContain("open sesame");
});

it("16.2: the status lists what is recorded for a stack, and names the outputs that nothing documents", async () => {
  const { provider, rows } = open();
  const tags = { "moorage:stack": "dev" };
  await provider.create({ type: "aws:dynamodb/table:Table", name: "x" }, { name: "rows", tags });
  await provider.create({ type: "aws:ec2/vpc:Vpc", name: "x" }, { cidrBlock: "10.0.0.0/16" });
  expect(recordedStatuses(rows)).toEqual([
    { stack: "dev", type: "aws:dynamodb/table:Table", id: "rows", unknown: ["streamArn", "streamLabel"] },
  ]);
});

it("16.2: a declaration's words tell what forces a new resource", () => {
  const declaration = `
 * $ pulumi import aws:a/b:B example vpc-0123abcd
export interface BArgs {
    /** The size. */
    size?: number;
    /**
     * The key. Changing this forces a new resource to be created.
     */
    key: string;
}`;
  expect(parseDeclaration(declaration)).toEqual({ replaces: ["key"], imported: "vpc-0123abcd" });
});
