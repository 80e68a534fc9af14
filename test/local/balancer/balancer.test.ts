import { describe, expect, it } from "vitest";
import { bench, serve, until, wired } from "../elbv2/support.js";
import { ask, balance } from "./support.js";

describe("balancer", () => {
  it("sends a request to a healthy target by host", async () => {
    const { elbv2, call } = bench();
    const { targetGroupArn } = await wired(call);
    const { target } = await serve((request, response) => response.end(`${request.method} ${request.url}`));
    const { port } = await balance(elbv2);
    elbv2.targetGroups.register(targetGroupArn, target);
    await until(
      () => elbv2.targetGroups.health(targetGroupArn, target)?.state === "healthy",
      "the target is healthy",
    );
    const answer = await ask(port, { path: "/hello?a=1" });
    expect(answer).toMatchObject({ status: 200, body: "GET /hello?a=1" });
  });
});
