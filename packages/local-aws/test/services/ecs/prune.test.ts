import { expect, it } from "vitest";
import { newTask } from "../../../src/services/ecs/new-task.js";
import { prune } from "../../../src/services/ecs/prune.js";
import type { ServiceRow, Tables, TaskDefinitionRow } from "../../../src/services/ecs/rows.js";
import { service } from "./core/simulation.js";
import { site } from "./ecs-harness.js";

const hour = 3_600_000;
const now = 10 * hour;
const cluster = "arn:aws:ecs:us-east-1:111111111111:cluster/dev";
const definition: TaskDefinitionRow = {
  arn: "arn:aws:ecs:us-east-1:111111111111:task-definition/web:1",
  family: "web",
  revision: 1,
  site,
  status: "DELETE_IN_PROGRESS",
  definition: { containerDefinitions: [] },
  tags: [],
  registeredAt: 0,
};

function tables(): Tables {
  const taskDefinitions = { [definition.arn]: definition };
  return {
    clusters: {},
    taskDefinitions,
    families: {},
    services: {},
    revisions: {},
    operations: {},
    tasks: {},
  };
}

function add({ tasks }: Tables, id: string, stoppedAt?: number): void {
  const status = stoppedAt === undefined ? "RUNNING" : "STOPPED";
  const task = newTask(definition, cluster, id, 0);
  tasks[task.arn] = { ...task, lastStatus: status, desiredStatus: status, stoppedAt };
}

const ids = ({ tasks }: Tables) => Object.values(tasks).map(({ id }) => id);

it("stopped tasks are shown for an hour, running ones for as long as they run", () => {
  const rows = tables();
  add(rows, "running");
  add(rows, "just", now - hour + 1);
  add(rows, "long", now - hour - 1);
  prune(rows, now);
  expect(ids(rows)).toEqual(["running", "just"]);
});

it("of a crash loop the last 100 stopped tasks are kept", () => {
  const rows = tables();
  for (let index = 0; index < 120; index++) add(rows, String(index), now - index);
  prune(rows, now);
  expect(ids(rows)).toHaveLength(100);
  expect(ids(rows)).not.toContain("119");
});

it("a deleted service is INACTIVE for an hour, then MISSING", () => {
  const rows = tables();
  const deleted = { arn: "arn:web", deletedAt: now - hour, state: { ...service(0), status: "INACTIVE" } };
  rows.services["arn:web"] = deleted as ServiceRow;
  prune(rows, now);
  expect(Object.keys(rows.services)).toEqual(["arn:web"]);
  prune(rows, now + 1);
  expect(rows.services).toEqual({});
});

it("a task definition in deletion goes with the last task that uses it", () => {
  const rows = tables();
  add(rows, "running");
  prune(rows, now);
  expect(Object.keys(rows.taskDefinitions)).toHaveLength(1);
  rows.tasks = {};
  prune(rows, now);
  expect(rows.taskDefinitions).toEqual({});
});
