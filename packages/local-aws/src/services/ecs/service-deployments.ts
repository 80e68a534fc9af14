import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceRevisionsRequest,
  ListServiceDeploymentsRequest,
  ServiceDeployment,
  ServiceRevision,
  StopServiceDeploymentRequest,
} from "@aws-sdk/client-ecs";
import type { Site } from "../../cloud.js";
import { AwsError } from "../../cloud.js";
import { activeCluster } from "./clusters.js";
import { failureThreshold } from "./core/bounds.js";
import { rollbackTarget } from "./core/rollout.js";
import { clientError, invalid, noServiceDeployment } from "./errors.js";
import { operationsOf, recordOperation } from "./operations-table.js";
import { ecsPage } from "./pages.js";
import type { OperationRow, RevisionRow, ServiceRow, Tables } from "./rows.js";
import { countTasks, revisionView } from "./service-view.js";
import type { ServiceDeps } from "./services.js";
import { findService } from "./services.js";

const mostDescribed = 20;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html */
export function serviceDeploymentOperations(around: ServiceDeps) {
  const { tables } = around;
  return {
    ListServiceDeployments: (input: ListServiceDeploymentsRequest, site: Site) => {
      const cluster = activeCluster(tables, site, input.cluster ?? clusterIn(input.service));
      const service = findService(tables, site, cluster, input.service);
      const rows = operationsOf(tables, service.arn)
        .filter(({ operation }) => !input.status?.length || input.status.includes(operation.status))
        .filter(({ operation }) => isWithin(operation.createdAt, input.createdAt));
      const { items, nextToken } = ecsPage(rows, { maxResults: 20, ...input });
      return { serviceDeployments: items.map(briefView), nextToken };
    },
    DescribeServiceDeployments: ({ serviceDeploymentArns }: DescribeServiceDeploymentsRequest) => {
      const { found, failures } = lookUp(tables.operations, serviceDeploymentArns);
      return { serviceDeployments: found.map((row) => deploymentView(row, tables)), failures };
    },
    DescribeServiceRevisions: ({ serviceRevisionArns }: DescribeServiceRevisionsRequest) => {
      const { found, failures } = lookUp(tables.revisions, serviceRevisionArns);
      return { serviceRevisions: found.map((row) => revisionRowView(row, tables)), failures };
    },
    StopServiceDeployment: ({ serviceDeploymentArn, stopType }: StopServiceDeploymentRequest) => {
      const row = tables.operations[serviceDeploymentArn ?? ""];
      const service = row && tables.services[row.serviceArn];
      if (row === undefined || service === undefined) throw noServiceDeployment();
      requestStop(service, row, stopType ?? "ROLLBACK", around.now());
      recordOperation(tables, service);
      around.changed();
      around.wake(service.arn);
      return { serviceDeploymentArn: row.arn };
    },
  };
}

/** What is asked to stop, or rolls back already, goes on as it is. */
const onItsWay = new Set(["STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);

/**
 * A first deployment has nothing to roll back to. AWS does not document what it answers then; here it is refused with a
 * ClientException, and ABORT stops it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html
 */
function requestStop(service: ServiceRow, row: OperationRow, stopType: string, now: number): void {
  if (stopType !== "ROLLBACK" && stopType !== "ABORT") throw invalid("stopType must be ROLLBACK or ABORT.");
  const { operation } = service.state;
  if (operation?.arn !== row.arn || operation.finishedAt !== undefined)
    throw new AwsError("ConflictException", "The service deployment has already ended.");
  if (onItsWay.has(operation.status)) return;
  if (stopType === "ROLLBACK" && rollbackTarget(service.state) === undefined)
    throw clientError(
      "The service deployment cannot be rolled back: the service has no completed service revision.",
    );
  const status = stopType === "ABORT" ? "STOP_REQUESTED" : "ROLLBACK_REQUESTED";
  service.state = { ...service.state, operation: { ...operation, status, updatedAt: now } };
}

function lookUp<Row>(table: Record<string, Row>, arns: string[] | undefined) {
  if (!arns?.length) throw invalid("At least one ARN must be given.");
  if (arns.length > mostDescribed) throw invalid(`At most ${mostDescribed} ARNs can be given.`);
  return {
    found: arns.flatMap((arn) => table[arn] ?? []),
    failures: arns.filter((arn) => table[arn] === undefined).map((arn) => ({ arn, reason: "MISSING" })),
  };
}

/** The cluster in a service's long ARN. */
function clusterIn(service: string | undefined): string | undefined {
  return /:service\/([^/]+)\/[^/]+$/.exec(service ?? "")?.[1];
}

function isWithin(time: number, { after, before }: { after?: Date; before?: Date } = {}): boolean {
  return (after === undefined || time >= Number(after)) && (before === undefined || time <= Number(before));
}

const date = (time: number | undefined) => (time === undefined ? undefined : new Date(time));

function briefView({ arn, serviceArn, clusterArn, operation }: OperationRow) {
  return {
    serviceDeploymentArn: arn,
    serviceArn,
    clusterArn,
    startedAt: date(operation.startedAt),
    createdAt: date(operation.createdAt),
    finishedAt: date(operation.finishedAt),
    targetServiceRevisionArn: operation.target,
    status: operation.status,
    ...(operation.statusReason !== undefined && { statusReason: operation.statusReason }),
  };
}

function deploymentView(row: OperationRow, tables: Tables): ServiceDeployment {
  const { operation } = row;
  const { targetServiceRevisionArn, ...brief } = briefView(row);
  const threshold = row.settings.deploymentCircuitBreaker?.thresholdConfiguration ?? {
    type: "BOUNDED_PERCENT",
    value: 50,
  };
  return {
    ...brief,
    updatedAt: date(operation.updatedAt),
    stoppedAt: date(operation.stoppedAt),
    sourceServiceRevisions: operation.sources.map((arn) => summary(arn, row, tables)),
    targetServiceRevision: summary(targetServiceRevisionArn, row, tables),
    deploymentConfiguration: row.settings,
    ...(operation.rollback && {
      rollback: {
        reason: operation.rollback.reason,
        startedAt: date(operation.rollback.startedAt),
        serviceRevisionArn: operation.rollback.revision,
      },
    }),
    deploymentCircuitBreaker: {
      status: operation.breaker.status,
      failureCount: operation.breaker.failures,
      threshold: failureThreshold(row.desired, {
        type: threshold.type ?? "BOUNDED_PERCENT",
        value: threshold.value ?? 50,
      }),
    },
    alarms: { status: "DISABLED", alarmNames: [], triggeredAlarmNames: [] },
  };
}

function summary(arn: string, { serviceArn }: OperationRow, tables: Tables) {
  const deployment = tables.services[serviceArn]?.state.deployments.find(({ revision }) => revision === arn);
  const tasks = Object.values(tables.tasks).filter(({ startedBy }) => startedBy === deployment?.id);
  const { kept, running, pending } = deployment ? countTasks(tasks) : { kept: 0, running: 0, pending: 0 };
  return { arn, requestedTaskCount: kept, runningTaskCount: running, pendingTaskCount: pending };
}

function revisionRowView(row: RevisionRow, tables: Tables): ServiceRevision {
  const containers = tables.taskDefinitions[row.config.taskDefinition]?.definition.containerDefinitions ?? [];
  const task = Object.values(tables.tasks).find(
    ({ taskDefinitionArn }) => taskDefinitionArn === row.config.taskDefinition,
  );
  return {
    serviceRevisionArn: row.arn,
    serviceArn: row.serviceArn,
    clusterArn: row.clusterArn,
    ...revisionView(row.config),
    containerImages: containers.map(({ name, image }) => {
      const digest = task?.containers.find((container) => container.name === name)?.digest;
      return { containerName: name, image, ...(digest && { imageDigest: digest }) };
    }),
    guardDutyEnabled: false,
    createdAt: new Date(row.createdAt),
  };
}
