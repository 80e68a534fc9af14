import type { DeploymentConfiguration } from "@aws-sdk/client-ecs";
import type { OperationRow, ServiceRow, Tables } from "./rows.js";

/** Service deployments are kept for 90 days on AWS; here the last so many of each service. */
const kept = 100;

/**
 * Writes a service's service deployment to the table, and forgets the oldest finished ones; all of them once the service is
 * deleted: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
 */
export function recordOperation(tables: Tables, service: ServiceRow): void {
  const { operation, status } = service.state;
  if (status === "INACTIVE") return forget(tables, operationsOf(tables, service.arn));
  if (operation === undefined) return;
  const settings: DeploymentConfiguration = service.settings.deploymentConfiguration;
  const known = tables.operations[operation.arn];
  if (known) Object.assign(known, { operation, desired: service.state.desired });
  else
    tables.operations[operation.arn] = {
      arn: operation.arn,
      serviceArn: service.arn,
      clusterArn: service.clusterArn,
      operation,
      settings,
      desired: service.state.desired,
    };
  forget(tables, operationsOf(tables, service.arn).slice(kept));
}

/** Those of a service, newest first; rows stand in the order of their creation. */
export function operationsOf(tables: Tables, serviceArn: string): OperationRow[] {
  return Object.values(tables.operations)
    .filter((row) => row.serviceArn === serviceArn)
    .reverse();
}

function forget(tables: Tables, rows: OperationRow[]): void {
  for (const { arn } of rows) Reflect.deleteProperty(tables.operations, arn);
}
