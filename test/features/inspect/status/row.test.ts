import { describe, expect, it } from "vitest";
import { type Deployment, newRecord, type StackRecord } from "../../../../src/adapters/record/record.js";
import { describeStatus } from "../../../../src/features/inspect/status/describe.js";
import { rowOf } from "../../../../src/features/inspect/status/row.js";

const a = { web: `sha256:${"a".repeat(64)}` };
const b = { web: `sha256:${"b".repeat(64)}` };

function deployment(
  imageTag: string,
  digests: Record<string, string>,
  good: boolean,
  hour: number,
): Deployment {
  const at = `2026-01-02T0${hour}:00:00.000Z`;
  const result = good ? "succeeded" : "rolled back";
  return { imageTag, digests, good, result, startedAt: at, endedAt: at, by: good ? "ann" : "bob" };
}

function recordOf(change: Partial<StackRecord>): StackRecord {
  const url = "http://dev.localhost/";
  return { ...newRecord("hello", "dev", new Date(0)), status: "ready", exists: true, url, ...change };
}

function known(record: StackRecord | undefined) {
  return { stack: "dev", environment: "dev", place: undefined, config: undefined, record };
}

const version = { requestedAt: "2026-01-02T00:00:00.000Z" };
const gone = {
  name: "web",
  now: undefined,
  taskDefinition: undefined,
  digests: [],
  wanted: { min: 1, max: 1 },
  healthy: undefined,
};

describe("a row of status", () => {
  it("says since when and by whom the bytes in place run, though a later deployment failed and was rolled back", () => {
    const deployed = { imageTag: "v1", digests: a, services: [], version };
    const history = [deployment("v1", a, true, 1), deployment("v2", b, false, 2)];
    const row = rowOf(known(recordOf({ deployed, history })), { services: [], alarms: [] });
    expect(row).toMatchObject({
      imageTag: "v1",
      digests: a,
      deployedAt: "2026-01-02T01:00:00.000Z",
      by: "ann",
    });
  });

  it("shows no drift while a deployment is under way", () => {
    const owner = { user: "ann", host: "h", pid: 1, processStartedAt: 0 };
    const lock = { owner, operation: "up" as const, since: version.requestedAt };
    const seen = { services: [gone], alarms: [] };
    expect(rowOf(known(recordOf({ lock })), seen).drift).toEqual([]);
    expect(rowOf(known(recordOf({})), seen).drift).toEqual(["web does not exist any more."]);
  });

  it("tells health only where ECS was seen, and gives the problem otherwise", () => {
    const row = rowOf({ ...known(recordOf({})), problem: "No credentials." });
    expect(row).toMatchObject({ health: null, alarms: null, problem: "No credentials." });
  });

  it("names a stack that was never deployed", () => {
    const rows = [rowOf(known(undefined), { services: [], alarms: [] })];
    expect(rows[0]).toMatchObject({ status: "absent", imageTag: null, health: "down" });
    expect(describeStatus(rows, new Date())).toMatch(/dev +- +never deployed/);
  });
});
