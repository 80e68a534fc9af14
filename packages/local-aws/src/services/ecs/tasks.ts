import type {
  DescribeTasksRequest,
  ListTasksRequest,
  RunTaskRequest,
  StopTaskRequest,
  Tag,
} from "@aws-sdk/client-ecs";
import type { Site } from "../../cloud.js";
import { activeCluster } from "./clusters.js";
import { clientError, invalid } from "./errors.js";
import { ecsArn, hexId, lastPart } from "./ids.js";
import { networkOf, newTask } from "./new-task.js";
import { ecsPage } from "./pages.js";
import type { Tables, TaskDefinitionRow, TaskRow } from "./rows.js";
import { checkedCapacity } from "./service-checks.js";
import { findService } from "./services.js";
import { checkedTags } from "./tags.js";
import { findTaskDefinition } from "./task-definitions.js";
import type { TaskLife } from "./task-life.js";
import { taskView } from "./task-view.js";

const mostDescribed = 100;
const mostRun = 10;

export function taskOperations(tables: Tables, life: TaskLife, now: () => number) {
  return {
    ListTasks: (input: ListTasksRequest, site: Site) => {
      const cluster = activeCluster(tables, site, input.cluster);
      const service = input.serviceName
        ? findService(tables, site, cluster, input.serviceName).arn
        : undefined;
      const rows = Object.values(tables.tasks)
        .filter(
          ({ clusterArn, desiredStatus }) =>
            clusterArn === cluster.arn && desiredStatus === (input.desiredStatus ?? "RUNNING"),
        )
        .filter(({ serviceArn }) => service === undefined || serviceArn === service)
        .filter(({ startedBy }) => input.startedBy === undefined || startedBy === input.startedBy)
        .filter(
          ({ taskDefinitionArn }) =>
            input.family === undefined || familyOf(taskDefinitionArn) === input.family,
        );
      const { items, nextToken } = ecsPage(rows, input);
      return { taskArns: items.map(({ arn }) => arn), nextToken };
    },
    DescribeTasks: ({ cluster, tasks, include }: DescribeTasksRequest, site: Site) => {
      const at = activeCluster(tables, site, cluster);
      if (!tasks?.length) throw invalid("Tasks cannot be empty.");
      if (tasks.length > mostDescribed)
        throw invalid(`Tasks cannot have more than ${mostDescribed} elements`);
      const arns = tasks.map((reference) => ecsArn.task(site, at.name, lastPart(reference)));
      return {
        tasks: arns.flatMap((arn) => {
          const row = tables.tasks[arn];
          return row ? [taskView(row, tables, include?.includes("TAGS") ?? false)] : [];
        }),
        failures: arns
          .filter((arn) => tables.tasks[arn] === undefined)
          .map((arn) => ({ arn, reason: "MISSING" })),
      };
    },
    StopTask: ({ cluster, task, reason }: StopTaskRequest, site: Site) => {
      const at = activeCluster(tables, site, cluster);
      const row = tables.tasks[ecsArn.task(site, at.name, lastPart(task ?? ""))];
      if (row === undefined) throw invalid("The referenced task was not found.");
      life.stop(row, "UserInitiated", reason ?? "Task stopped by user");
      return { task: taskView(row, tables, true) };
    },
    RunTask: (input: RunTaskRequest, site: Site) => {
      const { rows, isNew } = run(tables, input, site, now());
      if (isNew) for (const row of rows) life.start(row);
      return { tasks: rows.map((row) => taskView(row, tables, true)), failures: [] };
    },
  };
}

interface Run {
  rows: TaskRow[];
  isNew: boolean;
}

function run(tables: Tables, input: RunTaskRequest, site: Site, now: number): Run {
  const cluster = activeCluster(tables, site, input.cluster);
  const definition = findTaskDefinition(tables, site, input.taskDefinition);
  if (definition === undefined) throw clientError("TaskDefinition not found.");
  if (definition.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  const count = input.count ?? 1;
  if (count < 1 || count > mostRun) throw invalid(`Count must be between 1 and ${mostRun}.`);
  const needsNetwork = definition.definition.networkMode === "awsvpc";
  if (needsNetwork && !input.networkConfiguration?.awsvpcConfiguration?.subnets?.length)
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const capacity = checkedCapacity(cluster, input);
  const before = startedWith(tables, cluster.arn, input.clientToken);
  if (before.length > 0) return { rows: before, isNew: false };
  const rows = Array.from({ length: count }, () =>
    newTask(definition, cluster.arn, hexId(), now, input.overrides),
  );
  for (const row of rows) {
    row.startedBy = input.startedBy;
    row.clientToken = input.clientToken;
    row.group = input.group ?? row.group;
    row.capacityProvider = capacity.capacityProviderStrategy?.[0]?.capacityProvider;
    row.platformVersion = input.platformVersion ?? "LATEST";
    row.network = networkOf(input.networkConfiguration);
    row.exec = input.enableExecuteCommand ?? false;
    row.tags = checkedTags([...propagated(definition, input), ...(input.tags ?? [])]);
    tables.tasks[row.arn] = row;
  }
  return { rows, isNew: true };
}

/** A task that no service has takes its definition's tags where it is told to; its own win. Source: RunTask, `propagateTags`. */
function propagated({ tags }: TaskDefinitionRow, { propagateTags, tags: own = [] }: RunTaskRequest): Tag[] {
  if (propagateTags === "SERVICE")
    throw invalid("propagateTags is TASK_DEFINITION or NONE for a task that no service starts.");
  if (propagateTags !== "TASK_DEFINITION") return [];
  return tags.filter(({ key }) => !own.some((tag) => tag.key === key));
}

/** The same token means the same request, asked again. Source: RunTask, `clientToken`. */
function startedWith(tables: Tables, cluster: string, token: string | undefined): TaskRow[] {
  if (token === undefined) return [];
  return Object.values(tables.tasks).filter(
    ({ clusterArn, clientToken }) => clusterArn === cluster && clientToken === token,
  );
}

/** `web` of `arn:...:task-definition/web:3`. */
function familyOf(taskDefinitionArn: string): string {
  return lastPart(taskDefinitionArn).replace(/:\d+$/, "");
}
