import { DescribeRulesCommand, SetRulePrioritiesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DeleteServiceCommand } from "@aws-sdk/client-ecs";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
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

/** docs/importing.md, "Taking it over without a failed request": the commands are those that `init` prints. */
it(
  "issue 16.3: a service made by the API alone is imported and taken over under load",
  { timeout },
  async () => {
    const { sandbox } = rehearsal;
    const code = "response.end(process.env.MOORAGE_STACK ?? 'old');";
    const pushed = await rehearsal.image(writeApp(join(sandbox.folder, "legacy"), code), "taken", "v7");
    const image = `111111111111.dkr.ecr.us-east-1.amazonaws.com/taken@${pushed.split("@")[1] ?? ""}`;
    await rehearsal.create({ name: "legacy", image, host: "prod.localhost", priority: 30_000 });
    await rehearsal.ended("legacy");
    const folder = join(sandbox.folder, "taken");
    mkdirSync(folder);
    const cluster = rehearsal.foundation.cluster.split("/").at(-1) ?? "";
    const { next } = await sandbox.json<{ next: string[] }>(
      ...["init", "--cwd", folder, "--yes", "--app", "taken", "--repository", "acme/taken"],
      ...["--region", "us-east-1", "--import", `service:${cluster}/legacy`, "--environments", "prod"],
    );
    const { config } = parse(readFileSync(join(folder, "Pulumi.prod.yaml"), "utf8")) as {
      config: Record<string, unknown>;
    };
    expect(config).toMatchObject({
      "moorage:host": "prod.localhost",
      "moorage:services": {
        legacy: { repository: "taken", port: 8080, path: "/*", cpu: 256, memory: 512, desiredCount: 1 },
      },
    });
    const moves = next.flatMap((step) => {
      const [, RuleArn, priority] = /RuleArn=(\S+),Priority=(\d+)/.exec(step) ?? [];
      return RuleArn === undefined ? [] : [{ RuleArn, Priority: Number(priority) }];
    });
    expect(moves).toHaveLength(2);
    const address = `http://prod.localhost:${await rehearsal.port()}/`;
    const move = (at: number) =>
      rehearsal.elb.send(new SetRulePrioritiesCommand({ RulePriorities: moves.slice(at, at + 1) }));
    const says = async () => (await fetchAnswer(address, 5_000)).body;
    const { failures } = await underLoad(address, async () => {
      await move(0);
      await sandbox.json("deploy", "prod", "--tag", "v7", "--cwd", folder);
      expect(await says()).toBe("old");
      await move(1);
      expect(await says()).toBe("prod");
      await sandbox.json("smoke", "prod", "--cwd", folder);
      await rehearsal.ecs.send(new DeleteServiceCommand({ cluster, service: "legacy", force: true }));
      expect(await says()).toBe("prod");
    });
    expect(failures).toEqual([]);
  },
);
