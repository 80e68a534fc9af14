import { describe, expect, it } from "vitest";
import { hostCondition, rule, serve, targetGroup } from "../services/elbv2/support.js";
import { ask } from "./ask.js";
import { stage, join } from "./support.js";

describe("routing", () => {
  it("follows rules by priority over host and path, whatever the port in the Host header", async () => {
    const { elbv2, call, listenerArn, targetGroupArn, port } = await stage();
    const api = await targetGroup(call, "api");
    await rule(call, listenerArn, api, {
      Priority: 2,
      Conditions: [hostCondition("shop.localhost"), { Field: "path-pattern", Values: ["/api/*"] }],
    });
    await rule(call, listenerArn, targetGroupArn, {
      Priority: 3,
      Conditions: [hostCondition("shop.localhost")],
    });
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end("web"))).target);
    await join(elbv2, api, (await serve((_, response) => response.end("api"))).target);
    const bodies = await Promise.all(
      ["/", "/api", "/api/items"].map(
        async (path) => (await ask(port, { host: `Shop.localhost:${port}`, path })).body,
      ),
    );
    expect(bodies).toEqual(["web", "web", "api"]);
  });

  it("answers an unknown host with 404 that names the known ones", async () => {
    const { port } = await stage();
    const answer = await ask(port, { host: "nobody.localhost" });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('"nobody.localhost"');
    expect(answer.body).toContain("app.localhost/*");
  });

  it("gives fixed responses and redirects", async () => {
    const { call, listenerArn, targetGroupArn, port } = await stage();
    const fixed = {
      Type: "fixed-response",
      FixedResponseConfig: { StatusCode: "503", ContentType: "application/json", MessageBody: "{}" },
    };
    const away = { Type: "redirect", RedirectConfig: { Host: "new.localhost", StatusCode: "HTTP_302" } };
    await rule(call, listenerArn, targetGroupArn, {
      Priority: 2,
      Conditions: [hostCondition("fixed.localhost")],
      Actions: [fixed],
    });
    await rule(call, listenerArn, targetGroupArn, {
      Priority: 3,
      Conditions: [hostCondition("away.localhost")],
      Actions: [away],
    });
    expect(await ask(port, { host: "fixed.localhost" })).toMatchObject({
      status: 503,
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(await ask(port, { host: "away.localhost", path: "/x?y=1" })).toMatchObject({
      status: 302,
      headers: { location: `http://new.localhost:${port}/x?y=1` },
    });
  });

  it("uses a load balancer's default action for its own DNS name only", async () => {
    const { elbv2, call, listenerArn, targetGroupArn, port } = await stage();
    const fallback = [{ Type: "forward", TargetGroupArn: targetGroupArn }];
    await call("ModifyListener", { ListenerArn: listenerArn, DefaultActions: fallback });
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end("default"))).target);
    const host = elbv2.routing.listeners()[0]?.loadBalancer.dnsName ?? "";
    expect(await ask(port, { host })).toMatchObject({ status: 200, body: "default" });
    expect(await ask(port, { host: "nobody.localhost" })).toMatchObject({ status: 404 });
  });

  it("lists hosts with their targets", async () => {
    const { elbv2, targetGroupArn, balancer } = await stage();
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end())).target);
    expect(balancer.hosts()).toEqual([
      { host: "app.localhost", path: "/*", targetGroup: "app", targetGroupArn, healthy: 1, targets: 1 },
    ]);
  });

  it("shares traffic between target groups by weight", async () => {
    const { elbv2, call, listenerArn, targetGroupArn, port } = await stage();
    const none = await targetGroup(call, "none");
    const weighted = {
      Type: "forward",
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: targetGroupArn, Weight: 1 },
          { TargetGroupArn: none, Weight: 0 },
        ],
      },
    };
    await rule(call, listenerArn, targetGroupArn, {
      Priority: 2,
      Conditions: [hostCondition("w.localhost")],
      Actions: [weighted],
    });
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end("all"))).target);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(port, { host: "w.localhost" })));
    expect(new Set(answers.map((answer) => answer.body))).toEqual(new Set(["all"]));
  });
});
