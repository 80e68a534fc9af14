import { expect, it } from "vitest";
import { judgeWithDoubt } from "../../../src/features/deploy/rollout/watch.js";
import { doubts } from "../../../src/features/deploy/rollout/doubt.js";
import type {
  DeploymentFact,
  RolloutFacts,
  TaskFact,
  ExpectedRollout,
} from "../../../src/adapters/aws/rollout-facts.js";

const digest = `sha256:${"a".repeat(64)}`;

function deployment(
  id: string,
  taskDefinition: string,
  status: "PRIMARY" | "ACTIVE",
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED",
  rolloutStateReason?: string,
): DeploymentFact {
  const counts = { desiredCount: 1, runningCount: 1, pendingCount: 0, failedTasks: 0 };
  return { id: `ecs-svc/${id}`, status, taskDefinition, rolloutState, rolloutStateReason, ...counts };
}

const task = (id: string, taskDefinition: string, running = true): TaskFact => ({
  id,
  taskDefinition,
  lastStatus: running ? "RUNNING" : "STOPPED",
  desiredStatus: running ? "RUNNING" : "STOPPED",
  digest,
  stoppedReason: running ? undefined : "Essential container in task exited",
  stopCode: running ? undefined : "EssentialContainerExited",
  exitCode: running ? undefined : 3,
});

const record = (arn: string, taskDefinition: string, status: string, createdAt: number) => ({
  arn,
  taskDefinition,
  status,
  statusReason: undefined,
  createdAt,
});

function look(deployments: DeploymentFact[], more: Partial<RolloutFacts> = {}): RolloutFacts {
  const counts = { desiredCount: 1, runningCount: 1, pendingCount: 0 };
  return {
    service: { status: "ACTIVE", ...counts, deployments, events: [] },
    serviceDeployments: [],
    tasks: [],
    ...more,
  };
}

const was = record("sd/4", "task:4", "SUCCESSFUL", 1);
const begun = look(
  [deployment("5", "task:5", "PRIMARY", "IN_PROGRESS"), deployment("4", "task:4", "ACTIVE", "COMPLETED")],
  {
    serviceDeployments: [was, record("sd/5", "task:5", "IN_PROGRESS", 2)],
    tasks: [task("1", "task:4"), task("2", "task:5")],
  },
);

/** What ECS truly goes through, look by look; the last goes on. */
const courses: Record<string, RolloutFacts[]> = {
  succeeded: [
    begun,
    begun,
    look([deployment("5", "task:5", "PRIMARY", "COMPLETED")], {
      serviceDeployments: [was, record("sd/5", "task:5", "SUCCESSFUL", 2)],
      tasks: [task("2", "task:5"), task("1", "task:4", false)],
    }),
  ],
  superseded: [
    begun,
    look(
      [
        deployment("7", "task:7", "PRIMARY", "IN_PROGRESS"),
        deployment("5", "task:5", "ACTIVE", "IN_PROGRESS"),
      ],
      {
        serviceDeployments: [
          was,
          record("sd/5", "task:5", "STOPPED", 2),
          record("sd/7", "task:7", "IN_PROGRESS", 3),
        ],
        tasks: [task("2", "task:5"), task("3", "task:7")],
      },
    ),
  ],
  "rolled-back": [
    begun,
    look(
      [
        deployment("6", "task:4", "PRIMARY", "COMPLETED", "ECS deployment ecs-svc/6 completed."),
        deployment("5", "task:5", "ACTIVE", "FAILED", "tasks failed to start."),
      ],
      {
        serviceDeployments: [was, record("sd/5", "task:5", "ROLLBACK_SUCCESSFUL", 2)],
        tasks: [task("1", "task:4"), task("2", "task:5", false)],
      },
    ),
  ],
};

/** What ECS may answer once, whatever is true. */
const odd: Record<string, (now: RolloutFacts) => RolloutFacts> = {
  "the service is MISSING": () => ({ service: undefined, serviceDeployments: [], tasks: [] }),
  "the service is MISSING, its deployments are told": (now) => ({ ...now, service: undefined }),
  "the service of before, INACTIVE": (now) => ({
    ...now,
    service: now.service && { ...now.service, status: "INACTIVE", deployments: [] },
  }),
  "no deployments": (now) => ({ ...now, service: now.service && { ...now.service, deployments: [] } }),
  "the deployments of before": () =>
    look([deployment("4", "task:4", "PRIMARY", "COMPLETED")], {
      serviceDeployments: [was],
      tasks: [task("1", "task:4")],
    }),
  "no tasks": (now) => ({ ...now, tasks: [] }),
  "not the newest service deployment": (now) => ({
    ...now,
    serviceDeployments: now.serviceDeployments.slice(0, 2),
  }),
  "no service deployments": (now) => ({ ...now, serviceDeployments: [] }),
};

/** The same orders in every run. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const keys = items.map((item, at) => ({
    item,
    key: (((at + 1) * 2_654_435_761 * (seed + 7)) >>> 5) % 1_009,
  }));
  return keys.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
}

function inOrderOf(seed: number, given: RolloutFacts): RolloutFacts {
  const { service } = given;
  return {
    service: service && { ...service, deployments: shuffled(service.deployments, seed) },
    serviceDeployments: shuffled(given.serviceDeployments, seed + 1),
    tasks: shuffled(given.tasks, seed + 2),
  };
}

/** The verdict of a watch that looks every two seconds, ten minutes at most. */
function verdictOf(looks: readonly RolloutFacts[]): string {
  const wanted: ExpectedRollout = {
    taskDefinition: "task:5",
    digests: [digest],
    desiredCount: 1,
    changed: true,
    before: ["ecs-svc/4", "sd/4"],
    previousTaskDefinition: "task:4",
  };
  const believes = doubts(60_000);
  for (let at = 0; at <= 300; at++) {
    const facts = looks[Math.min(at, looks.length - 1)];
    if (facts === undefined) throw new Error("no look");
    const verdict = judgeWithDoubt(facts, wanted, believes, { now: at * 2_000, deadline: 600_000 });
    wanted.deploymentId = verdict.deploymentId;
    if (verdict.outcome === "failed") return verdict.kind;
    if (verdict.outcome !== "in-progress") return verdict.outcome;
  }
  return "no verdict";
}

it.each(Object.entries(courses))(
  "correctness 11, 22, F43: %s stays so in any order, and with one odd answer at any look",
  (outcome, course) => {
    for (let seed = 0; seed < 12; seed++) {
      const looks = course.map((one) => inOrderOf(seed, one));
      expect([seed, verdictOf(looks)]).toEqual([seed, outcome]);
      for (const [what, make] of Object.entries(odd)) {
        for (let at = 0; at < looks.length; at++) {
          const now = looks[at];
          if (now === undefined) continue;
          const disturbed = [...looks.slice(0, at), inOrderOf(seed, make(now)), ...looks.slice(at)];
          expect([what, at, seed, verdictOf(disturbed)]).toEqual([what, at, seed, outcome]);
        }
      }
    }
  },
);
