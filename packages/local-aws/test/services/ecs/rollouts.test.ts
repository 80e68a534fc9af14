import { describe, expect, it } from "vitest";
import { until } from "../../tasks/tasks-harness.js";
import { app, Stage } from "./ecs-harness.js";

describe("a service of real processes", () => {
  it("rolls from one version to the next and drains the old one", async () => {
    const stage = new Stage({ one: app("one"), two: app("two") });
    await stage.create("one");
    await stage.ends("SUCCESSFUL");
    expect(await stage.answers()).toEqual(["one", "one"]);
    await stage.update("two");
    await stage.ends("SUCCESSFUL");
    expect(await stage.answers()).toEqual(["two", "two"]);
    const service = await stage.service();
    expect(service).toMatchObject({ status: "ACTIVE", runningCount: 2, pendingCount: 0, desiredCount: 2 });
    expect(service.deployments).toHaveLength(1);
    expect(service.deployments?.[0]).toMatchObject({ status: "PRIMARY", rolloutState: "COMPLETED" });
    expect(service.events?.[0]?.message).toBe("(service web) has reached a steady state.");
    const [task] = await stage.tasks("RUNNING");
    expect(task).toMatchObject({ lastStatus: "RUNNING", containers: [{ imageDigest: "sha256:two" }] });
    const stopped = await stage.tasks("STOPPED");
    expect(stopped.map(({ stopCode }) => stopCode)).toEqual([
      "ServiceSchedulerInitiated",
      "ServiceSchedulerInitiated",
    ]);
    expect(stopped[0]?.stoppedReason).toMatch(
      /^Scaling activity initiated by \(deployment ecs-svc\/\d{19}\)$/,
    );
  });

  it("F22: rolls a crashing version back and says why its tasks stopped", async () => {
    const stage = new Stage({ one: app("one"), crash: "process.exit(3)" });
    await stage.create("one");
    await stage.ends("SUCCESSFUL");
    await stage.update("crash");
    const deployment = await stage.ends("ROLLBACK_SUCCESSFUL");
    expect(deployment).toMatchObject({
      deploymentCircuitBreaker: { status: "TRIGGERED", failureCount: 3, threshold: 3 },
      rollback: {
        reason: "Service deployment rolled back because the circuit breaker threshold was exceeded.",
      },
    });
    expect(await stage.answers()).toEqual(["one", "one"]);
    const crashed = (await stage.tasks("STOPPED")).filter(
      ({ stopCode }) => stopCode === "EssentialContainerExited",
    );
    expect(crashed[0]).toMatchObject({
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 3 }],
    });
  });

  it("F4: a first deployment that is unhealthy ends FAILED with its reason", async () => {
    const stage = new Stage({ sick: app("sick", "", 500) });
    await stage.create("sick", { desiredCount: 1 });
    expect(await stage.ends("ROLLBACK_FAILED")).toMatchObject({
      statusReason: "No rollback candidate was found to run the rollback.",
    });
    const service = await stage.service();
    expect(service.deployments?.[0]).toMatchObject({
      rolloutState: "FAILED",
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
      failedTasks: 3,
    });
    const messages = service.events?.map(({ message }) => message).join("\n");
    expect(messages).toContain("due to (reason Health checks failed with these codes: [500])");
    const [stopped] = await stage.tasks("STOPPED");
    expect(stopped?.stoppedReason).toMatch(/^Task failed ELB health checks in \(target-group /);
  });

  it("F22: says so when nothing listens on PORT", async () => {
    const stage = new Stage({ deaf: "setInterval(() => {}, 1000)" });
    await stage.create("deaf", { desiredCount: 1 });
    const task = await until(async () =>
      (await stage.tasks("STOPPED")).find(({ stoppedReason }) => stoppedReason?.includes("PORT")),
    );
    expect(task.stoppedReason).toMatch(
      /nothing listens on port \d+, which container web was given in the environment variable PORT/,
    );
  });

  it("F21: an image that cannot be pulled fails to start in ECS's words", async () => {
    const stage = new Stage({});
    await stage.create("absent", { desiredCount: 1 });
    await stage.ends("ROLLBACK_FAILED");
    const [task] = await stage.tasks("STOPPED");
    expect(task).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: "CannotPullContainerError: absent: not found",
    });
  });

  it("replaces a task that is lost, and one that a person stops", async () => {
    const stage = new Stage({ one: app("one") });
    await stage.create("one");
    await stage.ends("SUCCESSFUL");
    const [lost, stopped] = await stage.tasks("RUNNING");
    expect(stage.ecs.lose(lost?.taskArn ?? "")).toBe(true);
    await stage.call("StopTask", { cluster: "dev", task: stopped?.taskArn, reason: "to see" });
    await until(async () => {
      const running = await stage.tasks("RUNNING");
      const old = running.some(({ taskArn }) => [lost?.taskArn, stopped?.taskArn].includes(taskArn));
      return !old && stage.balancer.healthyTargets().length === 2;
    });
    const reasons = (await stage.tasks("STOPPED")).map(({ stopCode, stoppedReason }) => [
      stopCode,
      stoppedReason,
    ]);
    expect(reasons).toContainEqual(["EssentialContainerExited", "Essential container in task exited"]);
    expect(reasons).toContainEqual(["UserInitiated", "to see"]);
    expect((await stage.service()).deployments).toHaveLength(1);
  });

  it("F7: comes back with its tasks when the daemon does, in the middle of a rollout", async () => {
    const stage = new Stage({ one: app("one"), two: app("two") });
    await stage.create("one");
    await stage.ends("SUCCESSFUL");
    await stage.update("two");
    await stage.restart();
    await stage.ends("SUCCESSFUL");
    await until(async () => (await stage.answers()).join() === "two,two");
    const reasons = (await stage.tasks("STOPPED")).map(({ stoppedReason }) => stoppedReason);
    expect(reasons).toContain("The local target was restarted: its tasks ended with it.");
    expect((await stage.deployment()).deploymentCircuitBreaker?.failureCount).toBe(0);
  });

  it("stops a deployment and rolls back on request", async () => {
    const stage = new Stage({ one: app("one"), slow: "setInterval(() => {}, 1000)" });
    await stage.create("one", { healthCheckGracePeriodSeconds: 600 });
    await stage.ends("SUCCESSFUL");
    await stage.update("slow");
    const { serviceDeploymentArn } = await stage.deployment();
    const stop = { serviceDeploymentArn, stopType: "ROLLBACK" };
    await stage.call("StopServiceDeployment", stop);
    expect(await stage.call("StopServiceDeployment", stop)).toEqual({ serviceDeploymentArn });
    await stage.ends("ROLLBACK_SUCCESSFUL");
    expect(await stage.answers()).toEqual(["one", "one"]);
    await expect(stage.call("StopServiceDeployment", { serviceDeploymentArn })).rejects.toMatchObject({
      code: "ConflictException",
    });
  });

  it("deleted, drains, is INACTIVE, and can be created again", async () => {
    const stage = new Stage({ one: app("one") });
    await stage.create("one");
    await stage.ends("SUCCESSFUL");
    await expect(stage.call("DeleteService", { cluster: "dev", service: "web" })).rejects.toMatchObject({
      message: "The service cannot be stopped while it is scaled above 0.",
    });
    await stage.call("DeleteService", { cluster: "dev", service: "web", force: true });
    expect((await stage.service()).status).toBe("DRAINING");
    await expect(stage.create("one")).rejects.toMatchObject({
      message: "Unable to Start a service that is still Draining.",
    });
    await until(async () => (await stage.service()).status === "INACTIVE");
    expect(await stage.tasks("RUNNING")).toEqual([]);
    expect(await stage.deployment()).toEqual({});
    await stage.create("one");
    await stage.ends("SUCCESSFUL");
  });

  it("runs a task on its own", async () => {
    const stage = new Stage({ job: "console.log(process.argv)" });
    await stage.call("CreateCluster", { clusterName: "dev" });
    const taskDefinition = await stage.define("job");
    const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
    await stage.call("RunTask", { cluster: "dev", taskDefinition, networkConfiguration, startedBy: "test" });
    const [task] = await until(async () => {
      const stopped = await stage.tasks("STOPPED");
      return stopped.length > 0 && stopped;
    });
    expect(task).toMatchObject({ group: "family:web", startedBy: "test", containers: [{ exitCode: 0 }] });
  });
});
