import { describe, expect, it, onTestFinished } from "vitest";
import type { TaskRow, Tables } from "../../../src/services/ecs/rows.js";
import { TaskLife, type TaskLifeOptions } from "../../../src/services/ecs/task-life.js";
import { newTask } from "../../../src/services/ecs/new-task.js";
import type { TaskEvent, TaskSpec } from "../../../src/tasks/task.js";
import { eventually } from "../../../../../test/harness/eventually.js";
import { TestBalancer } from "./balancer.js";
import { group, site } from "./ecs-harness.js";

const definition = {
  arn: "arn:aws:ecs:us-east-1:111111111111:task-definition/web:1",
  family: "web",
  revision: 1,
  site,
  status: "ACTIVE" as const,
  definition: {
    containerDefinitions: [
      {
        name: "web",
        image: "web",
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: "PLAIN", value: "yes" }],
        secrets: [{ name: "PASSWORD", valueFrom: "/prod/password" }],
      },
    ],
  },
  tags: [],
  registeredAt: 0,
};

/** A task whose runner does what the test says. */
function stage(secrets?: TaskLifeOptions["secrets"]) {
  const balancer = new TestBalancer();
  balancer.groups.add(group);
  const statuses: string[] = [];
  const started: { spec?: TaskSpec; tell?: (event: TaskEvent) => void } = {};
  const tables = { taskDefinitions: { [definition.arn]: definition }, tasks: {} } as unknown as Tables;
  const task: TaskRow = newTask(definition, "arn:aws:ecs:us-east-1:111111111111:cluster/dev", "0123", 0);
  tables.tasks[task.arn] = task;
  const life = new TaskLife({
    tables,
    targetGroups: balancer,
    secrets,
    capacity: undefined,
    now: () => Date.now(),
    onChange: ({ lastStatus }) => lastStatus !== statuses.at(-1) && statuses.push(lastStatus),
    runner: {
      close: () => Promise.resolve(),
      unplayed: () => [],
      playable: () => Promise.resolve({ readOnly: "", user: "" }),
      start: (spec, tell) => {
        Object.assign(started, { spec, tell });
        const stop = () => {
          tell({ kind: "stopping" });
          tell({ kind: "stopped", containers: [{ name: "web", exitCode: 0 }] });
        };
        return { stop, kill: () => undefined, silent: () => Promise.resolve([]), exec: () => undefined };
      },
    },
  });
  balancer.onChange(() => life.targetsChanged());
  onTestFinished(() => life.close());
  life.start(task);
  return { life, task, balancer, statuses, started };
}

const read = (name: string) => Promise.resolve(`value of ${name}`);

describe("a task", () => {
  it("goes through ECS's states in ECS's order", async () => {
    const { life, task, balancer, statuses, started } = stage(read);
    await eventually("it is with the runner", () => started.tell);
    started.tell?.({ kind: "pulled", digests: { web: "sha256:1" } });
    started.tell?.({ kind: "started", ports: { web: 4000 } });
    started.tell?.({ kind: "running" });
    life.register(task, [{ targetGroupArn: group, containerName: "web", containerPort: 8080 }]);
    life.stop(task, "ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/1)");
    expect(balancer.health(group, { id: "127.0.0.1", port: 4000 })?.state).toBe("draining");
    await eventually("it has stopped", () => task.lastStatus === "STOPPED");
    expect(statuses.join(" ")).toBe(
      "PENDING ACTIVATING RUNNING DEACTIVATING STOPPING DEPROVISIONING STOPPED",
    );
    expect(task).toMatchObject({ desiredStatus: "STOPPED", stopCode: "ServiceSchedulerInitiated" });
  });

  it("that fails to start says why, and was never RUNNING", async () => {
    const { task, statuses, started } = stage(read);
    expect(task.lastStatus).toBe("PROVISIONING");
    await eventually("it is with the runner", () => started.tell);
    const reason = "CannotPullContainerError: web: not found";
    started.tell?.({ kind: "stopped", containers: [], failure: { code: "TaskFailedToStart", reason } });
    expect(statuses).toEqual(["PENDING", "DEPROVISIONING", "STOPPED"]);
    expect(task).toMatchObject({
      lastStatus: "STOPPED",
      stopCode: "TaskFailedToStart",
      stoppedReason: reason,
    });
  });

  it("that ends with the local target is not said to have failed by itself", async () => {
    const { life, task, started } = stage(read);
    await eventually("it is with the runner", () => started.tell);
    life.close();
    const failure = {
      code: "EssentialContainerExited",
      reason: "Essential container in task exited",
    } as const;
    started.tell?.({ kind: "stopped", containers: [{ name: "web", exitCode: 137 }], failure });
    expect([task.lastStatus, task.stoppedReason]).toEqual(["PENDING", undefined]);
  });

  it("gets its secrets in its environment, and not in its description", async () => {
    const { task, started } = stage(read);
    const spec = await eventually("it is with the runner", () => started.spec);
    expect(spec.containers[0]?.environment).toEqual({ PLAIN: "yes", PASSWORD: "value of /prod/password" });
    expect(JSON.stringify(task)).not.toContain("value of");
  });

  it("does not start without its secrets, and says so in ECS's words", async () => {
    const { task } = stage(() => Promise.reject(new Error("ParameterNotFound")));
    await eventually("it has stopped", () => task.lastStatus === "STOPPED");
    expect(task.stopCode).toBe("TaskFailedToStart");
    expect(task.stoppedReason).toMatch(
      /^ResourceInitializationError: unable to pull secrets or registry auth: .*\/prod\/password: ParameterNotFound$/,
    );
  });
});
