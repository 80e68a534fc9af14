import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../../tasks/tasks-harness.js";
import { app, Stage } from "./ecs-harness.js";

const alone = { loadBalancers: [], desiredCount: 1 };
const stay = "setInterval(() => undefined, 1000);";

/** A service whose containers ask with this line of shell; `<well>` is a file that the test may write. */
function checked(line: string, scripts: Record<string, string> = { one: stay, two: stay }) {
  const stage = new Stage(scripts);
  const well = join(stage.folder, "well");
  const command = ["CMD-SHELL", line.replace("<well>", well)];
  stage.container = { portMappings: [], healthCheck: { command, interval: 5, retries: 1 } };
  return { stage, well };
}

describe("a service whose containers have a health check", () => {
  it("is steady when they are healthy, and not before", async () => {
    const { stage, well } = checked("test -f <well>");
    stage.container.healthCheck = {
      ...stage.container.healthCheck,
      command: stage.container.healthCheck?.command,
      startPeriod: 300,
    };
    await stage.create("one", alone);
    await until(async () => (await stage.tasks("RUNNING"))[0]?.lastStatus === "RUNNING");
    expect((await stage.tasks("RUNNING"))[0]).toMatchObject({ healthStatus: "UNKNOWN" });
    expect((await stage.deployment()).status).toBe("IN_PROGRESS");
    writeFileSync(well, "");
    await stage.ends("SUCCESSFUL");
    const [task] = await stage.tasks("RUNNING");
    expect(task).toMatchObject({ healthStatus: "HEALTHY", containers: [{ healthStatus: "HEALTHY" }] });
  });

  it("F55: trips the circuit breaker where they are never healthy, and says so", async () => {
    const { stage } = checked('test "$MOORAGE_IMAGE" = one', { one: stay, two: stay });
    stage.container.environment = [{ name: "MOORAGE_IMAGE", value: "one" }];
    await stage.create("one", alone);
    await stage.ends("SUCCESSFUL");
    stage.container.environment = [{ name: "MOORAGE_IMAGE", value: "two" }];
    await stage.update("two");
    await stage.ends("ROLLBACK_SUCCESSFUL");
    const failed = (await stage.tasks("STOPPED")).find(({ stoppedReason = "" }) =>
      /health/.test(stoppedReason),
    );
    expect(failed).toMatchObject({
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Task failed container health checks",
    });
    const messages = (await stage.service()).events?.map(({ message = "" }) => message) ?? [];
    expect(
      messages.filter((message) => /failed container health checks\.$/.test(message)).length,
    ).toBeGreaterThan(2);
  });

  it("behind a load balancer needs both", async () => {
    const { stage } = checked("false", { one: app("one") });
    stage.container = {
      healthCheck: {
        ...stage.container.healthCheck,
        command: stage.container.healthCheck?.command,
        startPeriod: 300,
      },
    };
    await stage.create("one", { desiredCount: 1 });
    await until(() => stage.balancer.healthyTargets().length === 1);
    expect((await stage.deployment()).status).toBe("IN_PROGRESS");
  });
});

it.each([
  [{ command: ["curl", "localhost"] }, /must start with CMD or CMD-SHELL/],
  [{ command: ["CMD"] }, /and name a command/],
  [{ command: ["CMD", "true"], interval: 4 }, /healthCheck.interval must be between 5 and 300/],
  [{ command: ["CMD", "true"], timeout: 61 }, /healthCheck.timeout must be between 2 and 60/],
  [{ command: ["CMD", "true"], retries: 11 }, /healthCheck.retries must be between 1 and 10/],
  [{ command: ["CMD", "true"], startPeriod: 301 }, /healthCheck.startPeriod must be between 0 and 300/],
])("a health check is within AWS's ranges: %o", async (healthCheck, message) => {
  const stage = new Stage({});
  stage.container = { healthCheck };
  await expect(stage.define("one")).rejects.toThrow(message);
});
