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
