import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DevStage } from "../support/environment.js";
import { eventually } from "../support/eventually.js";
import { finished } from "../support/sandbox.js";

const timeout = 120_000;
let stage: DevStage;
let url: string;

beforeAll(async () => {
  stage = new DevStage();
  await stage.image("v1");
  await stage.image("slow", "slow");
  url = (await stage.deploy("v1")).url;
}, timeout);
afterAll(() => stage.close(), timeout);

/** As a runner cancels: SIGINT when `deploy` says `text`, SIGTERM 7.5 s later, SIGKILL 2.5 s after that. */
async function cancelledAt(text: string, pauseMs: number) {
  const child = stage.sandbox.start(["deploy", "dev", "--tag", "slow", "--json"]);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const run = finished(child);
  await eventually(`it says ${text}`, () => said.includes(text), 60_000);
  await delay(pauseMs);
  const startedAt = performance.now();
  child.kill("SIGINT");
  const timers = [
    setTimeout(() => child.kill("SIGTERM"), 7_500),
    setTimeout(() => child.kill("SIGKILL"), 10_000),
  ];
  const { code, stderr } = await run;
  timers.forEach(clearTimeout);
  return { code, stderr, tookMs: performance.now() - startedAt };
}

describe("F6: a runner that cancels", () => {
  it.each([
    ["Resolving", 0],
    ["Planning", 300],
    ["Updating", 300],
    ["Rolling out", 500],
  ])(
    "at %j: exits with 130 within 7 s, lets go of the lock; what ran before answers",
    { timeout },
    async (text, pauseMs) => {
      const { code, stderr, tookMs } = await cancelledAt(text, pauseMs);
      expect(code).toBe(130);
      expect(tookMs).toBeLessThan(7_000);
      if (text === "Rolling out")
        expect(stderr).toContain("ECS was asked to stop the rollout and to roll back");
      expect(stderr).toContain("goes on from what is there");
      await eventually(
        "ECS has rolled back",
        async () => {
          const { deployments = [] } = await stage.service();
          return deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
        },
        60_000,
      );
      expect(await stage.version(url)).toBe("v1");
    },
  );

  it("leaves it to the next deployment to go on: it just works", { timeout }, async () => {
    expect(await stage.deploy("slow", "--lock-timeout", "0s")).toMatchObject({ verdict: "succeeded" });
    expect(await stage.version(url)).toBe("slow");
    const results = (await stage.history()).map(({ result }) => result);
    expect(results[0]).toBe("succeeded");
    expect(results.slice(1, -1).every((result) => result === "failed")).toBe(true);
  });
});
