import { DescribeRulesCommand, SetRulePrioritiesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DeleteServiceCommand } from "@aws-sdk/client-ecs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { writeApp } from "../harness/apps.js";
import { type DeployJson, underLoad } from "../harness/environment.js";
import { Rehearsal } from "../harness/rehearsal.js";

const timeout = 120_000;
const host = "dev.localhost";
let rehearsal: Rehearsal;
let url: string;

beforeAll(async () => {
  rehearsal = await Rehearsal.open();
  url = `http://${host}:${await rehearsal.port()}/`;
  const app = (name: string) =>
    writeApp(join(rehearsal.sandbox.folder, name), `response.end(${JSON.stringify(name)});`);
  const old = await rehearsal.image(app("old"), "old", "v1");
  await rehearsal.create({ name: "old", image: old, host, priority: 40_000 });
  await rehearsal.ended("old");
  await rehearsal.image(app("new"), "hello", "v1");
}, timeout);
afterAll(() => rehearsal.sandbox.close(), timeout);

/** The rule of the service that was there before, known by its target group's name. */
async function move(priority: number): Promise<void> {
  const { listener } = rehearsal.foundation;
  const { Rules = [] } = await rehearsal.elb.send(new DescribeRulesCommand({ ListenerArn: listener }));
  const rule = Rules.find(({ Actions }) => Actions?.[0]?.TargetGroupArn?.includes("targetgroup/old"));
  const RulePriorities = [{ RuleArn: rule?.RuleArn, Priority: priority }];
  await rehearsal.elb.send(new SetRulePrioritiesCommand({ RulePriorities }));
}

const answer = async () => (await fetchAnswer(url, 5_000)).body;

/** docs/from-scripts.md, "Moving a running service". */
it("a running service moves over, and back, without one failed request", { timeout }, async () => {
  const { failures } = await underLoad(url, async () => {
    await move(1);
    const args = ["deploy", "dev", "--tag", "v1"];
    expect(await rehearsal.sandbox.json<DeployJson>(...args)).toMatchObject({ verdict: "succeeded", url });
    expect(await answer()).toBe("old");
    await move(50_000);
    expect(await answer()).toBe("new");
    await move(1);
    expect(await answer()).toBe("old");
    await move(50_000);
    await rehearsal.sandbox.json("smoke", "dev");
    const { cluster } = rehearsal.foundation;
    await rehearsal.ecs.send(new DeleteServiceCommand({ cluster, service: "old", force: true }));
    expect(await answer()).toBe("new");
  });
  expect(failures).toEqual([]);
});
