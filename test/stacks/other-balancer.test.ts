import { expect, it } from "vitest";
import { inPlace } from "../../src/features/deploy/in-place.js";
import type { StackSpec } from "../../src/adapters/engine/engine.js";
import { getEngine } from "../../src/adapters/engine/get.js";
import { createEngine } from "../../src/adapters/engine/run.js";
import { engineEnvironment } from "../../packages/local-aws/src/daemon/process-env.js";
import { silentReporter } from "../../src/core/reporter.js";
import program from "../../stacks/index.js";
import { openBench, site } from "../../packages/local-aws/test/provider/provider-harness.js";
import { temporaryFolder } from "../harness/folder.js";
import { oneService } from "./program.js";

const notFound = [
  { Type: "fixed-response", FixedResponseConfig: { ContentType: "text/plain", StatusCode: "404" } },
];

/** A stack on the local target, with the real engine, and a second load balancer beside the first. */
async function openStage() {
  const { target, home } = await openBench();
  const { providerPort, foundation } = await target.sites.site(site);
  const call = <Output>(operation: string, input: object) =>
    target.own.call<Output>("elbv2", operation, input, site);
  const made = await call<{ LoadBalancers: { LoadBalancerArn: string }[] }>("CreateLoadBalancer", {
    Name: "second",
    Subnets: foundation.subnets,
    SecurityGroups: foundation.securityGroups,
  });
  const LoadBalancerArn = made.LoadBalancers[0]?.LoadBalancerArn;
  const listener = { LoadBalancerArn, Port: 80, Protocol: "HTTP", DefaultActions: notFound };
  const { Listeners } = await call<{ Listeners: { ListenerArn: string }[] }>("CreateListener", listener);
  const signal = new AbortController().signal;
  const binary = await getEngine({ env: process.env, reporter: silentReporter, signal });
  const env = engineEnvironment({ home, site, endpoint: "http://127.0.0.1:9", providerPort });
  const engine = createEngine({ binary, workFolder: temporaryFolder() });
  const spec = (config: Record<string, unknown>): StackSpec => ({
    project: "hello",
    stack: "dev",
    backendUrl: home.backendUrl,
    config: { ...oneService(), "aws:region": site.region, ...config },
    env,
  });
  return {
    call,
    foundation,
    second: { arn: LoadBalancerArn, listener: Listeners[0]?.ListenerArn ?? "" },
    engine,
    spec,
  };
}

// Source: Elastic Load Balancing, TargetGroupAssociationLimit: a target group belongs to one load balancer.
it("provider 14: a stack whose foundation names another load balancer gets a target group there, in one update", async () => {
  const { call, foundation, second, engine, spec } = await openStage();
  const options = (exists: boolean) => ({ program: () => program(), exists, timeoutMs: 60_000 });
  const first = spec({ "moorage:foundation": foundation });
  await engine.up(first, options(false));
  const { standing } = inPlace((await engine.state(first))?.resources ?? []);
  await engine.up(
    spec({
      "moorage:foundation": { ...foundation, listener: second.listener },
      "moorage:standing": standing,
    }),
    options(true),
  );
  const { TargetGroups } = await call<{
    TargetGroups: { TargetGroupName: string; LoadBalancerArns: string[] }[];
  }>("DescribeTargetGroups", {});
  expect(TargetGroups.map(({ LoadBalancerArns }) => LoadBalancerArns)).toEqual([[second.arn]]);
  expect(TargetGroups[0]?.TargetGroupName).not.toBe(standing["web"]?.targetGroup);
}, 120_000);

// Source: ECS, "Register multiple target groups with a service".
it("a service at two load balancers registers its tasks with a target group of each, and leaves none behind", async () => {
  const { call, foundation, second, engine, spec } = await openStage();
  const options = (exists: boolean) => ({ program: () => program(), exists, timeoutMs: 60_000 });
  const listeners = { internal: second.listener };
  const web = { repository: "hello", port: 8080, listeners: { internal: { hosts: ["web.inside.test"] } } };
  const both = spec({
    "moorage:foundation": { ...foundation, listeners },
    "moorage:services": { web },
    "moorage:priorities": { web: 7, "web/at-internal": 8 },
  });
  await engine.up(both, options(false));
  const groups = async () => {
    const { TargetGroups } = await call<{ TargetGroups: { LoadBalancerArns: string[] }[] }>(
      "DescribeTargetGroups",
      {},
    );
    return TargetGroups.flatMap(({ LoadBalancerArns }) => LoadBalancerArns).map((arn) => arn === second.arn);
  };
  expect((await groups()).sort()).toEqual([false, true]);
  const { Rules } = await call<{ Rules: { Priority: string }[] }>("DescribeRules", {
    ListenerArn: second.listener,
  });
  expect(Rules.map(({ Priority }) => Priority)).toEqual(["8", "default"]);
  const one = { repository: "hello", port: 8080 };
  await engine.up(
    spec({
      "moorage:foundation": { ...foundation, listeners },
      "moorage:services": { web: one },
      "moorage:priorities": { web: 7 },
    }),
    options(true),
  );
  expect(await groups()).toEqual([false]);
}, 120_000);
