import { expect, it } from "vitest";
import { bench, wired } from "../services/elbv2/support.js";
import { drill } from "./rollouts.js";
import { balance } from "./support.js";

it(
  "F23: no request is lost, and none served twice, while targets are replaced under load",
  { timeout: 60_000 },
  async () => {
    const { elbv2, call } = bench({ pace: { factor: 200 } });
    const { targetGroupArn } = await wired(call, {
      HealthCheckPath: "/check",
      HealthCheckIntervalSeconds: 10,
    });
    await call("ModifyTargetGroupAttributes", {
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "5" }],
    });
    const { port } = await balance(elbv2);
    const tally = await drill({
      elbv2,
      port,
      targetGroupArn,
      requests: 2000,
      perSecond: 400,
      rollouts: 10,
      slowMs: 150,
    });
    expect(tally).toMatchObject({ sent: 2000, lost: {}, served: 2000, versions: 11 });
  },
);
