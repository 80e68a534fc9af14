import type { Deployment, Service } from "@aws-sdk/client-ecs";
import { isPending } from "./clusters.js";
import type { Deployment as DeploymentState } from "./core/model.js";
import { registriesOf } from "./registries.js";
import type { RevisionConfig, RevisionRow, ServiceRow, Tables, TaskRow } from "./rows.js";

/** How many tasks run, are about to, and are wanted. */
export interface Counts {
  running: number;
  pending: number;
  kept: number;
}

export function countTasks(tasks: TaskRow[]): Counts {
  return {
    running: tasks.filter(
      ({ lastStatus, desiredStatus }) => lastStatus === "RUNNING" && desiredStatus === "RUNNING",
    ).length,
    pending: tasks.filter(({ lastStatus }) => isPending(lastStatus)).length,
    kept: tasks.filter(
      ({ lastStatus, desiredStatus }) => desiredStatus === "RUNNING" && lastStatus !== "STOPPED",
    ).length,
  };
}

/** A service as DescribeServices shows it. */
export function serviceView(row: ServiceRow, tables: Tables, withTags: boolean): Service {
  const tasks = Object.values(tables.tasks).filter(({ serviceArn }) => serviceArn === row.arn);
  const { running, pending } = countTasks(tasks);
  const config = primaryConfig(row, tables);
  const { operation } = row.state;
  return {
    serviceArn: row.arn,
    serviceName: row.name,
    clusterArn: row.clusterArn,
    status: row.state.status,
    desiredCount: row.state.desired,
    runningCount: running,
    pendingCount: pending,
    ...(config && revisionView(config)),
    serviceRegistries: config === undefined ? [] : registriesOf(config),
    ...row.settings,
    deployments: row.state.deployments.map((deployment) => deploymentView(deployment, row, tables, tasks)),
    events: row.events.map(({ id, createdAt, message }) => ({ id, createdAt: new Date(createdAt), message })),
    createdAt: new Date(row.createdAt),
    createdBy: `arn:aws:iam::${row.site.account}:root`,
    ...(operation && operation.finishedAt === undefined && { currentServiceDeployment: operation.arn }),
    currentServiceRevisions: row.state.deployments.map(({ id, revision }) => {
      const mine = countTasks(tasks.filter(({ startedBy }) => startedBy === id));
      return {
        arn: revision,
        requestedTaskCount: mine.kept,
        runningTaskCount: mine.running,
        pendingTaskCount: mine.pending,
      };
    }),
    placementConstraints: [],
    placementStrategy: [],
    schedulingStrategy: "REPLICA",
    deploymentController: { type: "ECS" },
    ...(withTags && { tags: row.tags }),
  };
}

/** The configuration that the service wants: that of its PRIMARY deployment, or its last one when it is gone. */
export function primaryConfig(row: ServiceRow, tables: Tables): RevisionConfig | undefined {
  const arn = row.state.deployments[0]?.revision ?? row.state.operation?.target;
  return arn === undefined ? undefined : tables.revisions[arn]?.config;
}

export function revisionView(config: RevisionConfig) {
  return { ...deploymentConfig(config), loadBalancers: config.loadBalancers };
}

/** What an entry of `deployments` shows of its revision. */
function deploymentConfig(config: RevisionConfig) {
  return {
    taskDefinition: config.taskDefinition,
    ...(config.launchType && { launchType: config.launchType }),
    ...(config.capacityProviderStrategy && { capacityProviderStrategy: config.capacityProviderStrategy }),
    platformVersion: config.platformVersion,
    platformFamily: "Linux",
    networkConfiguration: config.networkConfiguration,
    ...config.other,
  };
}

function deploymentView(
  deployment: DeploymentState,
  row: ServiceRow,
  tables: Tables,
  all: TaskRow[],
): Deployment {
  const tasks = all.filter(({ startedBy }) => startedBy === deployment.id);
  const { running, pending, kept } = countTasks(tasks);
  const revision: RevisionRow | undefined = tables.revisions[deployment.revision];
  const config = revision ? deploymentConfig(revision.config) : {};
  const wanted = deployment.status === "PRIMARY" ? row.state.desired : kept;
  return {
    id: deployment.id,
    status: deployment.status,
    ...config,
    desiredCount: deployment.rollout === "FAILED" ? kept : wanted,
    runningCount: running,
    pendingCount: pending,
    failedTasks: deployment.failedTasks,
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    rolloutState: deployment.rollout,
    rolloutStateReason: deployment.reason,
  };
}
