import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createBalancer } from "../../src/balancer/balancer.js";
import { bench, serve } from "../services/elbv2/support.js";
import { until } from "../services/elbv2/until.js";
import { ask } from "./ask.js";
import { stage, join } from "./support.js";

describe("the listener", () => {
  it("rejects when its port is taken", async () => {
    const { elbv2 } = bench();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void taken.close());
    const attempt = createBalancer({ elbv2, port: (taken.address() as AddressInfo).port });
    await expect(attempt).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("lets requests under way finish when it closes", async () => {
    const { elbv2, targetGroupArn, balancer, port } = await stage();
    let finish: (() => void) | undefined;
    const { target } = await serve((_, response) => {
      finish = () => response.end("done");
    });
    await join(elbv2, targetGroupArn, target);
    const answer = ask(port);
    await until(() => finish !== undefined, "the request has arrived");
    const closing = balancer.close();
    finish?.();
    expect((await answer).body).toBe("done");
    await closing;
    await expect(ask(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
