import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DeployJson, DevStage } from "../harness/environment.js";
import { eventually } from "../harness/eventually.js";
import { killWithEngine } from "../harness/kill.js";
import { finished } from "../harness/sandbox.js";

const timeout = 120_000;
const push = { GITHUB_EVENT_NAME: "push" };
/** An image's creation, in seconds since the epoch. */
const madeAt = (seconds: number) => ({ SOURCE_DATE_EPOCH: String(1_700_000_000 + seconds) });
let stage: DevStage;
let url: string;

beforeAll(async () => {
  stage = new DevStage();
  await stage.image("v1", "good", madeAt(1));
  await stage.image("v2", "good", madeAt(2));
  await stage.image("v3", "good", madeAt(3));
  await stage.image("slow", "slow");
  url = (await stage.deploy("v1")).url;
}, timeout);
afterAll(() => stage.close(), timeout);

/** A run of `deploy dev`, and what it has said so far. */
function start(tag: string, env: NodeJS.ProcessEnv = {}) {
  const child = stage.sandbox.start(["deploy", "dev", "--tag", tag, "--json"], env);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const run = finished(child);
  const says = (text: string) => eventually(`it says ${text}`, () => said.includes(text), 60_000);
  return { child, run, says };
}

describe("two at once", () => {
  it(
    "F8, F14, F29: one waits and sees for whom, both end, and the newest is what runs",
    { timeout },
    async () => {
      const newer = start("v3", push);
      await newer.says("Planning");
      const older = start("v2", push);
      await older.says("Waiting for ");
      const [first, second] = await Promise.all([newer.run, older.run]);
      expect(first).toMatchObject({ code: 0 });
      expect(second).toMatchObject({ code: 0 });
      expect(first.json<DeployJson>()).toMatchObject({ imageTag: "v3", verdict: "succeeded" });
      expect(second.json<DeployJson>()).toMatchObject({
        imageTag: "v3",
        verdict: "superseded",
        result: "unchanged",
      });
      expect(second.stderr).toMatch(
        new RegExp(`Waiting for .* \\(up for \\d+ s, process ${newer.child.pid} on `),
      );
      expect(await stage.version(url)).toBe("v3");
    },
  );

  it("a person who names a tag means it, however old", { timeout }, async () => {
    expect(await stage.deploy("v2")).toMatchObject({ imageTag: "v2", verdict: "succeeded" });
  });
});

describe("a deployment that is to end", () => {
  it(
    "is stopped by `cancel` from another terminal; what ran before is rolled back to",
    { timeout },
    async () => {
      const running = start("slow");
      await running.says("Rolling out");
      const cancelled = await stage.json<{ result: string; owner: string }>(["cancel", "dev"]);
      expect(cancelled).toMatchObject({ environment: "dev", result: "cancelled" });
      expect(cancelled.owner).toContain(`process ${running.child.pid}`);
      const { code, json } = await running.run;
      expect(code).toBe(1);
      expect(json<DeployJson>()).toMatchObject({ verdict: "rolled back", error: { code: "cancelled" } });
      expect(await stage.version(url)).toBe("v2");
      expect((await stage.history())[0]).toMatchObject({
        imageTag: "slow",
        result: "rolled back",
        good: false,
      });
    },
  );

  it("`cancel` has nothing to do where nothing is under way", { timeout }, async () => {
    expect(await stage.json(["cancel", "dev"])).toMatchObject({ result: "nothing", owner: null });
  });

  it(
    "F8: killed, is a failed one in the history, and the next deployment just works",
    { timeout },
    async () => {
      const running = start("slow");
      await running.says("Rolling out");
      killWithEngine(running.child.pid ?? 0);
      await running.run;
      expect((await stage.history())[0]).toMatchObject({ imageTag: "slow", result: "failed", good: false });
      expect(await stage.deploy("v3")).toMatchObject({ verdict: "succeeded" });
      expect((await stage.history()).slice(0, 2).map(({ imageTag, result }) => [imageTag, result])).toEqual([
        ["v3", "succeeded"],
        ["slow", "failed"],
      ]);
    },
  );
});

describe("a person's lock", () => {
  it(
    "stops deployments and rollbacks with exit 5, says who and why, and is taken back",
    { timeout },
    async () => {
      await stage.json(["lock", "dev", "--reason", "the auditors are here", "--until", "2h"]);
      for (const command of [
        ["deploy", "dev", "--tag", "v1"],
        ["rollback", "dev"],
      ]) {
        const { code, json } = await stage.failing(...command);
        expect({ code, error: json.error?.code }).toEqual({ code: 5, error: "frozen" });
        expect(json.error?.message).toContain("the auditors are here");
      }
      const bob = { GITHUB_ACTOR: "bob" };
      const other = await stage.sandbox.moorage(["lock", "dev", "--reason", "mine", "--json"], bob);
      expect(other.code).toBe(5);
      expect(other.stdout).toContain("the auditors are here");
      expect(await stage.version(url)).toBe("v3");
      await stage.json(["unlock", "dev"]);
      expect(await stage.deploy("v1")).toMatchObject({ verdict: "succeeded" });
    },
  );

  it("wants a reason, and an end that is to come", { timeout }, async () => {
    const ends = ["2001-01-01", "99999999999h"].map((end) => ["--reason", "x", "--until", end]);
    for (const wrong of [[], ["--reason", " "], ...ends]) {
      expect((await stage.failing("lock", "dev", ...wrong)).code).toBe(2);
    }
  });
});

describe("F5: throttling and lost polls", () => {
  it("do not turn a good deployment into a failure", { timeout }, async () => {
    await stage.json(["local", "fault", "throttle"]);
    for (const operation of ["ListServiceDeployments", "DescribeTasks", "DescribeServiceRevisions"]) {
      const details = [
        "--operation",
        operation,
        "--nth",
        "2",
        "--times",
        "3",
        "--code",
        "ServerException",
        "--status",
        "500",
      ];
      await stage.json(["local", "fault", "error", ...details]);
    }
    const deployed = await stage.deploy("v2").finally(() => stage.json(["local", "fault", "--clear"]));
    expect(deployed).toMatchObject({ verdict: "succeeded", imageTag: "v2" });
  });
});
