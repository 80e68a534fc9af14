import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../../../../test/harness/folder.js";
import { AwsError, type Site } from "../../../src/cloud.js";
import type { Properties } from "../../../src/provider/values.js";
import type { ResourceType, Scope } from "../../../src/resources/resource.js";
import { RecordedRows } from "../../../src/resources/rows.js";
import { createEvents } from "../../../src/services/events/events.js";
import { transformed, transformerMistake } from "../../../src/services/events/transform.js";
import { eventTypes } from "../../../src/services/events/types/events.js";
import { Store } from "../../../src/store.js";
import { serve } from "../../wire/serve.js";

const site: Site = { account: "111111111111", region: "us-east-1" };
const roleArn = "arn:aws:iam::111111111111:role/starter";
const [, rule, target] = eventTypes as [ResourceType, ResourceType, ResourceType];
const created = {
  source: "aws.s3",
  detailType: "Object Created",
  detail: { bucket: { name: "in" }, object: { key: 'a "b".csv', size: 5 } },
};

/** An EventBridge that starts nothing but notes it; `refusals` are raised first. */
function bench(refusals: AwsError[] = []) {
  const store = Store.open(temporaryFolder());
  onTestFinished(() => store.flush());
  const rows = new RecordedRows(store);
  const trust = { Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" } }] };
  const properties = { arn: roleArn, assumeRolePolicy: JSON.stringify(trust) };
  rows.put({ type: "iam/role", id: "starter", site, properties });
  const [started, dead]: [string[], string[]] = [[], []];
  const events = createEvents({
    ...{ store, rows, now: () => 0, retryMs: 1 },
    queue: (arn, message) => arn !== "arn:absent" && dead.push(`${arn} ${message}`) > 0,
    async invoke(_target, input) {
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      started.push(input);
      return ["arn:task"];
    },
  });
  onTestFinished(() => {
    events.stop();
  });
  const scope = { site, rows, wait: async () => undefined } as unknown as Scope;
  const ready = async (more: Properties = {}, ofTarget: Properties = {}) => {
    const pattern = { source: ["aws.s3"] };
    await rule.create({ name: "in", eventPattern: JSON.stringify(pattern), ...more }, scope);
    await target.create(taskTarget(ofTarget), scope);
  };
  return { rows, events, scope, started, dead, ready };
}

function taskTarget(more: Properties = {}): Properties {
  const ecsTarget = { taskDefinitionArn: "arn:task-definition" };
  return { rule: "in", targetId: "job", arn: "arn:aws:ecs:cluster", roleArn, ecsTarget, ...more };
}

describe("a rule", () => {
  it("starts its target with what its transformer makes of an event, and nothing for other events", async () => {
    const { events, started, ready } = bench();
    const inputPaths = { key: "$.detail.object.key", size: "$.detail.object.size" };
    await ready({}, { inputTransformer: { inputPaths, inputTemplate: '{"key":<key>,"size":"<size>"}' } });
    expect(await events.put({ ...created, source: "aws.s4" }, site)).toEqual([]);
    const [delivery] = await events.put(created, site);
    expect(delivery).toMatchObject({ rule: "in", target: "arn:aws:ecs:cluster", started: ["arn:task"] });
    expect(started.map((one) => JSON.parse(one) as object)).toEqual([{ key: 'a "b".csv', size: "5" }]);
    expect(events.deliveries(site)).toHaveLength(1);
  });

  it("starts nothing while it is disabled, or on another bus", async () => {
    const { events, started, ready } = bench();
    await ready({ state: "DISABLED" });
    expect(await events.put(created, site)).toEqual([]);
    await expect(events.put({ ...created, bus: "other" }, site)).rejects.toThrow(
      "Event bus other does not exist.",
    );
    expect(started).toEqual([]);
  });

  it("F14: a start that was throttled is tried again, and one that is given up goes to the dead letter queue", async () => {
    const throttled = () => new AwsError("ThrottlingException", "Rate exceeded");
    const { events, started, dead, ready } = bench([
      throttled(),
      throttled(),
      new AwsError("InvalidParameterException", "no"),
    ]);
    await ready({}, { deadLetterConfig: { arn: "arn:queue" }, input: "{}" });
    expect(await events.put(created, site)).toMatchObject(
      [{ error: /tried again/ }].map(() => ({ started: [] })),
    );
    await events.settled();
    expect(dead).toEqual([expect.stringMatching(/^arn:queue .*Object Created/)]);
    expect(started).toEqual([]);
    expect(events.deliveries(site)).toMatchObject([{ error: "no", deadLetter: "arn:queue" }]);
  });

  it("one that is given up is lost where its dead letter queue is not there", async () => {
    const { events, dead, ready } = bench([new AwsError("InvalidParameterException", "no")]);
    await ready({}, { deadLetterConfig: { arn: "arn:absent" }, input: "{}" });
    await events.put(created, site);
    await events.settled();
    expect(dead).toEqual([]);
    expect(events.deliveries(site)).toEqual([expect.not.objectContaining({ deadLetter: "arn:absent" })]);
  });

  it("is refused as AWS does: its pattern, its bus, its target's role, and its deletion while it has targets", async () => {
    const { rows, scope, ready } = bench();
    expect(rule.check?.({ eventPattern: '{"source":[]}' })).toMatchObject([{ property: "eventPattern" }]);
    await expect(rule.create({ name: "x", eventBusName: "none" }, scope)).rejects.toThrow("Event bus none");
    await ready();
    await expect(rule.delete("in", {}, scope)).rejects.toThrow("since it has targets");
    await expect(target.create(taskTarget({ targetId: "b", roleArn: "arn:none" }), scope)).rejects.toThrow(
      "cannot assume",
    );
    await expect(target.create({ rule: "no", targetId: "b", arn: "arn:x" }, scope)).rejects.toThrow(
      "Rule no does not exist",
    );
    expect(rows.list("cloudwatch/eventTarget", site)).toHaveLength(1);
  });
});

it("PutEvents over HTTP refuses what is AWS's own source, and takes the rest", async () => {
  const { events, started, ready } = bench();
  await ready({ eventPattern: '{"source":["shop"]}' });
  const credentials = { accessKeyId: site.account, secretAccessKey: "local" };
  const client = new EventBridgeClient({ ...(await serve({ events })), region: site.region, credentials });
  const entry = { DetailType: "Order", Detail: "{}" };
  const answer = await client.send(
    new PutEventsCommand({
      Entries: [
        { ...entry, Source: "shop" },
        { ...entry, Source: "aws.s3" },
      ],
    }),
  );
  expect(answer).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ EventId: expect.any(String) as string }, { ErrorCode: "NotAuthorizedForSourceException" }],
  });
  expect(started).toHaveLength(1);
});

describe("an input transformer", () => {
  const names = { ruleArn: "arn:rule", ruleName: "in" };
  const make = (inputTemplate: string, inputPaths: object) =>
    transformed({ inputTemplate, inputPaths }, { detail: { list: ["a", "b"], text: 'x"y', n: 3 } }, names);

  it("writes values as JSON, and within quotes as they are", () => {
    expect(make('{"t":<t>,"n":<n>}', { t: "$.detail.text", n: "$.detail.n" })).toBe('{"t":"x\\"y","n":3}');
    expect(make('"<t> of <aws.events.rule-name>"', { t: "$.detail.text" })).toBe('"x"y of in"');
    expect(make('{"t":<t>}', { t: "$.detail.list[1]" })).toBe('{"t":"b"}');
    expect(make('{"t":<t>}', { t: "$.detail.none" })).toBe('{"t":}');
  });

  it.each([
    [{ inputPaths: {}, inputTemplate: '{"t":<t>}' }, /names t/],
    [{ inputPaths: { t: "detail" }, inputTemplate: "<t>" }, /Invalid InputPathsMap/],
    [{ inputPaths: { aws: "$.x" }, inputTemplate: "<aws>" }, /Invalid InputPathsMap/],
    [{ inputPaths: { t: "$.x" }, inputTemplate: '{"t":<t>' }, /must be JSON/],
  ])("is refused: %j", (transformer, why) => {
    expect(transformerMistake(transformer)).toMatch(why);
  });
});
