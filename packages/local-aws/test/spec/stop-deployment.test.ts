import { expect, it } from "vitest";
import { app, Stage } from "../services/ecs/ecs-harness.js";

it("a first deployment has nothing to roll back to, and ABORT stops it", async () => {
  const stage = new Stage({ slow: app("slow", "", 500) });
  await stage.create("slow", { healthCheckGracePeriodSeconds: 600 });
  const { serviceDeploymentArn } = await stage.deployment();
  await expect(
    stage.call("StopServiceDeployment", { serviceDeploymentArn, stopType: "ROLLBACK" }),
  ).rejects.toMatchObject({ code: "ClientException" });
  await stage.call("StopServiceDeployment", { serviceDeploymentArn, stopType: "ABORT" });
  await stage.ends("STOPPED");
  expect((await stage.service()).deployments?.[0]?.rolloutState).toBe("FAILED");
});
