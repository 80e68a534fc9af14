import { mkdirSync, writeFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Cloud, type Site } from "../../../src/cloud.js";
import { createLogs } from "../../../src/services/logs/logs.js";
import { logFilter } from "../../../src/services/logs/pattern.js";
import { Store } from "../../../src/store.js";
import { temporaryFolder } from "../../../../../test/harness/folder.js";

const site: Site = { account: "111111111111", region: "us-east-1" };

function openLogs(folder = temporaryFolder()) {
  const store = Store.open(join(folder, "state"));
  onTestFinished(() => store.flush());
  const logs = createLogs({
    store,
    folder: join(folder, "logs"),
    now: () => 5000,
  });
  const cloud = new Cloud({ logs });
  const call = <Output>(operation: string, input: unknown, where = site) =>
    cloud.call<Output>("logs", operation, input, where);
  const write = (stream: string, ...lines: [number, string][]) => {
    for (const [timestamp, message] of lines)
      logs.sink.append({ site, group: "/g", stream, timestamp, message });
  };
  return { logs, call, write, folder, store };
}

type Events = { events: { message: string; logStreamName: string }[]; nextToken?: string };

describe("events", () => {
  it("of all streams come in the order of time, filtered", async () => {
    const { call, write } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g" });
    write("a/1", [1000, "ERROR one"], [3000, "fine"]);
    write("b/1", [2000, "ERROR two"]);
    const { events } = await call<Events>("FilterLogEvents", { logGroupName: "/g", filterPattern: "ERROR" });
    expect(events.map(({ message, logStreamName }) => [logStreamName, message])).toEqual([
      ["a/1", "ERROR one"],
      ["b/1", "ERROR two"],
    ]);
    const later = await call<Events>("FilterLogEvents", {
      logGroupName: "/g",
      logStreamNamePrefix: "a/",
      startTime: 2000,
      endTime: 3001,
    });
    expect(later.events.map(({ message }) => message)).toEqual(["fine"]);
  });

  it("come in pages", async () => {
    const { call, write } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g" });
    write("a", [1, "1"], [2, "2"], [3, "3"]);
    const first = await call<Events>("FilterLogEvents", { logGroupName: "/g", limit: 2 });
    const { nextToken } = first;
    const rest = await call<Events>("FilterLogEvents", { logGroupName: "/g", limit: 2, nextToken });
    expect([first, rest].map(({ events }) => events.map(({ message }) => message))).toEqual([
      ["1", "2"],
      ["3"],
    ]);
    expect(rest.nextToken).toBeUndefined();
  });

  it("outlive the process", async () => {
    const { call, write, logs, folder, store } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g" });
    write("a", [1, "one"]);
    logs.flush();
    await store.flush();
    const again = openLogs(folder);
    const { events } = await again.call<Events>("GetLogEvents", { logGroupName: "/g", logStreamName: "a" });
    expect(events).toMatchObject([{ message: "one" }]);
  });

  it("of one stream come newest page first, oldest line first, and page both ways", async () => {
    const { call, write } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g" });
    write("a", [1, "one"], [2, "two"], [3, "three"], [4, "four"], [5, "five"]);
    const get = async (input: object) => {
      const asked = { logGroupName: "/g", logStreamName: "a", limit: 2, ...input };
      const answer = await call<Events & Record<"nextForwardToken" | "nextBackwardToken", string>>(
        "GetLogEvents",
        asked,
      );
      return { ...answer, lines: answer.events.map(({ message }) => message) };
    };
    const last = await get({});
    expect(last.lines).toEqual(["four", "five"]);
    const before = await get({ nextToken: last.nextBackwardToken });
    expect(before.lines).toEqual(["two", "three"]);
    expect((await get({ nextToken: before.nextForwardToken })).lines).toEqual(["four", "five"]);
    const end = await get({ nextToken: last.nextForwardToken });
    expect(end).toMatchObject({ lines: [], nextForwardToken: last.nextForwardToken });
    expect((await get({ startFromHead: true })).lines).toEqual(["one", "two"]);
    expect((await get({ startTime: 2, endTime: 4 })).lines).toEqual(["two", "three"]);
    await expect(get({ nextToken: "5" })).rejects.toMatchObject({ code: "InvalidParameterException" });
  });

  it("of a stream that is not there are an error, of one without events none", async () => {
    const { call } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g" });
    const stream = { logGroupName: "/g", logStreamName: "a" };
    const missing = { code: "ResourceNotFoundException" };
    await expect(call("GetLogEvents", stream)).rejects.toMatchObject(missing);
    await expect(call("PutLogEvents", { ...stream, logEvents: [] })).rejects.toMatchObject(missing);
    await call("CreateLogStream", stream);
    expect(await call<Events>("GetLogEvents", stream)).toMatchObject({ events: [] });
    await expect(call("CreateLogStream", stream)).rejects.toMatchObject({
      code: "ResourceAlreadyExistsException",
    });
  });

  it("keep their ids, whatever was asked for", async () => {
    const { call, write } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g" });
    write("a", [1, "one"], [2, "two"]);
    type Ids = { events: { eventId: string }[] };
    const all = await call<Ids>("FilterLogEvents", { logGroupName: "/g" });
    const later = await call<Ids>("FilterLogEvents", { logGroupName: "/g", startTime: 2 });
    expect(later.events[0]?.eventId).toBe(all.events[1]?.eventId);
  });

  it("a line that was cut off by a kill is skipped", async () => {
    const { call, write, logs, folder } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g" });
    write("a", [1, "one"]);
    logs.flush();
    const root = join(folder, "logs", "111111111111-us-east-1");
    const [group = ""] = readdirSync(root);
    mkdirSync(join(root, group), { recursive: true });
    writeFileSync(join(root, group, "a.jsonl"), '{"timestamp":2,"mess', { flag: "a" });
    const { events } = await call<Events>("FilterLogEvents", { logGroupName: "/g" });
    expect(events).toHaveLength(1);
  });

  it("written to a group that does not exist are dropped, and do not bring it back", async () => {
    const { call, write } = openLogs();
    write("a", [1, "late"]);
    await expect(call("FilterLogEvents", { logGroupName: "/g" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });

  it("go with their group", async () => {
    const { call, write } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g" });
    write("a", [1, "old"]);
    await call("DeleteLogGroup", { logGroupName: "/g" });
    await call("CreateLogGroup", { logGroupName: "/g" });
    expect((await call<Events>("FilterLogEvents", { logGroupName: "/g" })).events).toEqual([]);
  });
});

describe("groups", () => {
  it("are refused in AWS's words when they exist, and kept apart by account and region", async () => {
    const { call } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g", tags: { a: "b" } });
    await expect(call("CreateLogGroup", { logGroupName: "/g" })).rejects.toMatchObject({
      code: "ResourceAlreadyExistsException",
    });
    await call("CreateLogGroup", { logGroupName: "/g" }, { account: "222222222222", region: "us-east-1" });
    const { logGroups } = await call<{ logGroups: unknown[] }>("DescribeLogGroups", {
      logGroupNamePrefix: "/",
    });
    expect(logGroups).toMatchObject([
      { logGroupName: "/g", arn: "arn:aws:logs:us-east-1:111111111111:log-group:/g:*", creationTime: 5000 },
    ]);
  });

  it("carry retention and tags", async () => {
    const { call } = openLogs();
    await call("CreateLogGroup", { logGroupName: "/g", tags: { a: "b" } });
    await call("PutRetentionPolicy", { logGroupName: "/g", retentionInDays: 7 });
    const resourceArn = "arn:aws:logs:us-east-1:111111111111:log-group:/g";
    await call("TagResource", { resourceArn, tags: { c: "d" } });
    await call("UntagResource", { resourceArn, tagKeys: ["a"] });
    expect(await call("ListTagsForResource", { resourceArn })).toEqual({ tags: { c: "d" } });
    expect(await call("DescribeLogGroups", {})).toMatchObject({ logGroups: [{ retentionInDays: 7 }] });
  });
});

describe("filter patterns", () => {
  it.each([
    ["", "anything", true],
    ["ERROR timeout", "timeout after ERROR", true],
    ["ERROR timeout", "ERROR", false],
    ["?ERROR ?WARN", "WARN: x", true],
    ["?ERROR ?WARN", "INFO", false],
    ["ERROR -health", "ERROR in health check", false],
    ['"two words"', "has two words in it", true],
    ['"two words"', "two other words", false],
  ])("%j on %j: %s", (pattern, message, expected) => {
    expect(logFilter(pattern)(message)).toBe(expected);
  });

  it("for JSON are refused, not ignored", () => {
    expect(() => logFilter("{ $.level = 1 }")).toThrow("not part of the local target");
  });
});
