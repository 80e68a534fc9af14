import { describe, expect, it } from "vitest";
import { isCrash, judgeSince } from "../../../../src/features/deploy/rollout/judge-stable.js";
import type { RolloutFacts, TaskFact } from "../../../../src/adapters/aws/rollout-facts.js";

const ours = "arn:aws:ecs:us-east-1:111111111111:task-definition/hello-web-dev:2";
const runs: TaskFact = {
  id: "1",
  taskDefinition: ours,
  lastStatus: "RUNNING",
  desiredStatus: "RUNNING",
  digest: undefined,
  stoppedReason: undefined,
  stopCode: undefined,
  exitCode: undefined,
};
const ended: TaskFact = {
  ...runs,
  lastStatus: "STOPPED",
  desiredStatus: "STOPPED",
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
  exitCode: 5,
};
const service = {
  status: "ACTIVE",
  desiredCount: 1,
  runningCount: 1,
  pendingCount: 0,
  deployments: [],
  events: [],
};
const deployment = {
  status: "PRIMARY",
  taskDefinition: ours,
  rolloutState: "COMPLETED",
  rolloutStateReason: undefined,
  desiredCount: 1,
  runningCount: 1,
  pendingCount: 0,
  failedTasks: 0,
};
const facts = (...tasks: TaskFact[]): RolloutFacts => ({ service: undefined, serviceDeployments: [], tasks });
const judge = (then: TaskFact[], now: TaskFact[]) =>
  judgeSince({ taskDefinition: ours, deploymentId: "ecs-svc/2", then: facts(...then) }, facts(...now));

describe("F22: since a rollout was completed", () => {
  it("its tasks run on", () => {
    expect(judge([runs], [runs])).toBe("quiet");
    expect(judge([runs], [runs, { ...runs, id: "2", lastStatus: "PENDING" }])).toBe("quiet");
  });

  it("one has crashed: that is a failure, and says with which exit code", () => {
    const verdict = judge([runs], [ended, { ...runs, id: "2" }]);
    expect(verdict).toMatchObject({ outcome: "failed", kind: "crashed", deploymentId: "ecs-svc/2" });
    expect(JSON.stringify(verdict)).toContain("exit code 5");
  });

  it("one has crashed that Fargate still takes down", () => {
    expect(judge([runs], [{ ...ended, lastStatus: "DEPROVISIONING" }])).toMatchObject({ kind: "crashed" });
  });

  it("a crash that was judged before is none", () => {
    expect(judge([ended, { ...runs, id: "2" }], [ended, { ...runs, id: "2" }])).toBe("quiet");
  });

  it("another version's task has crashed, which says nothing about ours", () => {
    expect(judge([runs], [runs, { ...ended, id: "0", taskDefinition: `${ours}0` }])).toBe("quiet");
  });

  it("F2: another deployment has replaced it", () => {
    const primary = (id: string) => ({ ...deployment, id });
    const given = (id: string) => ({ ...facts(runs), service: { ...service, deployments: [primary(id)] } });
    const completed = { taskDefinition: ours, deploymentId: "ecs-svc/2", then: facts(runs) };
    expect(judgeSince(completed, given("ecs-svc/2"))).toBe("quiet");
    expect(judgeSince(completed, given("ecs-svc/3"))).toMatchObject({ outcome: "superseded" });
  });

  it("one is gone without a word: looked at again", () => {
    expect(judge([runs], [])).toBe("missing");
    expect(judge([runs], [{ ...runs, lastStatus: "DEACTIVATING" }])).toBe("missing");
  });
});

describe("a crash is the app's own end", () => {
  it.each([
    ["EssentialContainerExited", "Essential container in task exited", true],
    ["ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group ...)", true],
    ["ServiceSchedulerInitiated", "Scaling activity initiated by deployment", false],
    ["SpotInterruption", "Your Spot Task was interrupted.", false],
    ["UserInitiated", "Task stopped by user", false],
    ["TerminationNotice", "ECS is performing maintenance", false],
  ])("%s, %s: %s", (stopCode, stoppedReason, crash) => {
    expect(isCrash({ ...ended, stopCode, stoppedReason })).toBe(crash);
  });
});
