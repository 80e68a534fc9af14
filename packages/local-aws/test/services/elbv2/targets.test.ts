import type { DescribeTargetHealthCommandOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import type { Target } from "../../../src/ports.js";
import { certificate } from "./certificate.js";
import {
  bench,
  rule,
  serve,
  targetGroup,
  temporaryFolder,
  wired,
  listener,
  loadBalancer,
} from "./support.js";
import { until } from "./until.js";

const fast = { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2 };

describe("targets", () => {
  it("is registered, becomes healthy by a real check, and drains", async () => {
    const { elbv2, call } = bench();
    const { targetGroupArn } = await wired(call, { ...fast, HealthCheckPath: "/health?deep=1" });
    const seen: (string | undefined)[] = [];
    const { target } = await serve((request, response) => {
      seen.push(request.url, request.headers["user-agent"]);
      response.end();
    });
    const health = async () => {
      const input = { TargetGroupArn: targetGroupArn, Targets: [{ Id: target.id, Port: target.port }] };
      const answer = await call<DescribeTargetHealthCommandOutput>("DescribeTargetHealth", input);
      return answer.TargetHealthDescriptions?.[0];
    };
    expect((await health())?.TargetHealth).toMatchObject({ State: "unused", Reason: "Target.NotRegistered" });
    await call("RegisterTargets", {
      TargetGroupArn: targetGroupArn,
      Targets: [{ Id: target.id, Port: target.port }],
    });
    expect(await health()).toMatchObject({
      Target: { Id: "127.0.0.1", Port: target.port },
      HealthCheckPort: String(target.port),
      TargetHealth: { State: "initial", Reason: "Elb.RegistrationInProgress" },
    });
    await until(async () => (await health())?.TargetHealth?.State === "healthy", "the target is healthy");
    expect(seen.slice(0, 2)).toEqual(["/health?deep=1", "ELB-HealthChecker/2.0"]);
    const changes: string[] = [];
    elbv2.targetGroups.onChange((arn) => changes.push(arn));
    await call("DeregisterTargets", {
      TargetGroupArn: targetGroupArn,
      Targets: [{ Id: target.id, Port: target.port }],
    });
    expect((await health())?.TargetHealth).toEqual({
      State: "draining",
      Reason: "Target.DeregistrationInProgress",
      Description: "Target deregistration is in progress",
    });
    await until(async () => (await health())?.TargetHealth?.State === "unused", "the target is gone");
    expect(changes).toEqual([targetGroupArn, targetGroupArn]);
  });

  const failing: [string, (target: Target) => Promise<Target> | Target, object][] = [
    [
      "a wrong code",
      async () => (await serve((_, response) => response.writeHead(500).end())).target,
      {
        state: "unhealthy",
        reason: "Target.ResponseCodeMismatch",
        description: "Health checks failed with these codes: [500]",
      },
    ],
    [
      "a refused connection",
      (target) => target,
      { state: "unhealthy", reason: "Target.FailedHealthChecks", description: "Health checks failed" },
    ],
    [
      "a malformed answer",
      async () => {
        const { server, target } = await serve(() => undefined);
        server.on("connection", (socket) =>
          socket.on("error", () => undefined).end("not HTTP at all\r\n\r\n"),
        );
        return target;
      },
      { state: "unhealthy", reason: "Target.FailedHealthChecks", description: "Health checks failed" },
    ],
    [
      "silence",
      async () => (await serve(() => undefined)).target,
      { state: "unhealthy", reason: "Target.Timeout", description: "Request timed out" },
    ],
  ];
  it.each(failing)("F22: tells unhealthy after %s", async (_what, make, expected) => {
    const { elbv2, call } = bench();
    const { targetGroupArn } = await wired(call, fast);
    const closed = await serve(() => undefined);
    await new Promise((resolve) => closed.server.close(resolve));
    const target = await make(closed.target);
    elbv2.targetGroups.register(targetGroupArn, target);
    const health = () => elbv2.targetGroups.health(targetGroupArn, target);
    await until(() => health()?.state === "unhealthy", "the target is unhealthy", 10_000);
    expect(health()).toEqual(expected);
  });

  it("checks an HTTPS target without verifying its certificate", async () => {
    const { elbv2, call } = bench();
    const { targetGroupArn } = await wired(call, { ...fast, HealthCheckProtocol: "HTTPS" });
    const { target } = await serve((_, response) => response.end(), { tls: certificate });
    elbv2.targetGroups.register(targetGroupArn, target);
    await until(
      () => elbv2.targetGroups.health(targetGroupArn, target)?.state === "healthy",
      "it is healthy",
    );
  });

  it("is not in use, and not checked, until a rule forwards to its group", async () => {
    const { elbv2, call } = bench();
    let checks = 0;
    const { target } = await serve((_, response) => response.end(String(++checks)));
    const arn = await targetGroup(call, "later", fast);
    const { targetGroups } = elbv2;
    targetGroups.register(arn, target);
    expect([targetGroups.exists(arn), targetGroups.attached(arn)]).toEqual([true, false]);
    expect(targetGroups.health(arn, target)).toMatchObject({ state: "unused", reason: "Target.NotInUse" });
    await rule(call, await listener(call, await loadBalancer(call)), arn);
    expect(targetGroups.attached(arn)).toBe(true);
    await until(() => targetGroups.health(arn, target)?.state === "healthy", "the target is healthy");
    expect(checks).toBeGreaterThan(0);
  });

  it("starts anew when it is registered while it drains", async () => {
    const { elbv2, call } = bench({ pace: { factor: 20 } });
    const { targetGroupArn } = await wired(call, fast);
    const { target } = await serve((_, response) => response.end());
    const { targetGroups } = elbv2;
    targetGroups.register(targetGroupArn, target);
    targetGroups.deregister(targetGroupArn, target);
    expect(targetGroups.health(targetGroupArn, target)?.state).toBe("draining");
    targetGroups.register(targetGroupArn, target);
    expect(targetGroups.health(targetGroupArn, target)?.state).toBe("initial");
    await until(
      () => targetGroups.health(targetGroupArn, target)?.state === "healthy",
      "the target is healthy",
    );
  });

  it("comes back after a restart: registered, healthy at once, and what was draining ends", async () => {
    const folder = temporaryFolder();
    const before = bench({ folder, pace: { factor: 20 } });
    const { targetGroupArn } = await wired(before.call, fast);
    const stays = (await serve((_, response) => response.end())).target;
    const goes = (await serve((_, response) => response.end())).target;
    for (const target of [stays, goes]) before.elbv2.targetGroups.register(targetGroupArn, target);
    const state = () => before.elbv2.targetGroups.health(targetGroupArn, stays)?.state;
    await until(() => state() === "healthy", "the target is healthy");
    before.elbv2.targetGroups.deregister(targetGroupArn, goes);
    before.elbv2.stop();
    await before.store.flush();

    const { elbv2 } = bench({ folder });
    expect(elbv2.targetGroups.health(targetGroupArn, stays)?.state).toBe("healthy");
    await until(() => elbv2.targetGroups.health(targetGroupArn, goes) === undefined, "draining has ended");
  });

  it("notices at once when traffic shows that a settled target has died", async () => {
    let alive = true;
    const { elbv2, call } = bench({
      pace: { factor: 1000 },
      probe: () =>
        Promise.resolve(
          alive
            ? { passed: true }
            : { passed: false, reason: "Target.FailedHealthChecks", description: "dead" },
        ),
    });
    const { targetGroupArn } = await wired(call, fast);
    const target = { id: "127.0.0.1", port: 1 };
    elbv2.targetGroups.register(targetGroupArn, target);
    const group = elbv2.routing.group(targetGroupArn);
    const row = group?.targets["127.0.0.1:1"];
    if (!group || !row) throw new Error("the target is not registered");
    await until(() => row.health.passes >= 10, "the target has settled");
    alive = false;
    elbv2.routing.suspect(group, row);
    await until(() => row.health.state === "unhealthy", "the target is unhealthy", 1000);
  });

  it.each([
    [{ Id: "i-0123", Port: 80 }, "ValidationError"],
    [{ Id: "127.0.0.1", Port: 70_000 }, "ValidationError"],
  ])("refuses the target %j", async (target, code) => {
    const { call } = bench();
    const { targetGroupArn } = await wired(call);
    const attempt = call("RegisterTargets", { TargetGroupArn: targetGroupArn, Targets: [target] });
    await expect(attempt).rejects.toMatchObject({ code });
  });

  it("has room for so many", async () => {
    const { call } = bench({ limits: () => ({ targets: 1 }) });
    const { targetGroupArn } = await wired(call);
    const Targets = [
      { Id: "127.0.0.1", Port: 1 },
      { Id: "127.0.0.1", Port: 2 },
    ];
    await expect(call("RegisterTargets", { TargetGroupArn: targetGroupArn, Targets })).rejects.toMatchObject({
      code: "TooManyTargets",
    });
  });
});
