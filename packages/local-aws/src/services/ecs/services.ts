import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  UpdateServiceRequest,
} from "@aws-sdk/client-ecs";
import { randomUUID } from "node:crypto";
import type { Site } from "../../cloud.js";
import type { Pace, TargetGroups } from "../../ports.js";
import { activeCluster } from "./clusters.js";
import { checkedConnect, type NamespaceOf } from "./connect/checks.js";
import { keepEndpoints } from "./connect/endpoints.js";
import { begin, ended } from "./core/rollout.js";
import { reasons } from "./core/event-messages.js";
import { clientError, invalid, noService, notActive } from "./errors.js";
import { digits, ecsArn, lastPart } from "./ids.js";
import { checkRegistries } from "./registries.js";
import { recordOperation } from "./operations-table.js";
import { ecsPage } from "./pages.js";
import type {
  ClusterRow,
  RevisionConfig,
  RevisionRow,
  ServiceRow,
  ServiceSettings,
  Tables,
  TaskDefinitionRow,
} from "./rows.js";
import { schedulingRules } from "./rules.js";
import { checkDesiredCount, checkGrace, checkRevision, checkServiceName } from "./service-checks.js";
import { changedRevision, changedSettings, newRevision, same, settingsOf } from "./service-config.js";
import { primaryConfig, serviceView } from "./service-view.js";
import { checkedTags } from "./tags.js";
import { findTaskDefinition } from "./task-definitions.js";

/** What the operations need besides the tables. */
export interface ServiceDeps {
  tables: Tables;
  targetGroups: TargetGroups;
  pace: Pace;
  now: () => number;
  changed: () => void;
  /** Lets the scheduler look at a service again. */
  wake: (serviceArn: string) => void;
  namespaceOf: NamespaceOf;
}

/** DescribeServices takes at most so many. */
const mostDescribed = 10;

/** The service by name or ARN. Throws ServiceNotFoundException. */
export function findService(
  tables: Tables,
  site: Site,
  cluster: ClusterRow,
  reference: string | undefined,
): ServiceRow {
  const row = tables.services[ecsArn.service(site, cluster.name, lastPart(reference ?? ""))];
  if (row === undefined) throw noService();
  return row;
}

export function serviceOperations(around: ServiceDeps) {
  const { tables } = around;
  return {
    CreateService: (input: CreateServiceRequest, site: Site) => ({
      service: serviceView(createService(around, input, site), tables, true),
    }),
    UpdateService: (input: UpdateServiceRequest, site: Site) => ({
      service: serviceView(updateService(around, input, site), tables, true),
    }),
    DeleteService: (input: DeleteServiceRequest, site: Site) => ({
      service: serviceView(deleteService(around, input, site), tables, true),
    }),
    DescribeServices: ({ cluster, services, include }: DescribeServicesRequest, site: Site) => {
      const at = activeCluster(tables, site, cluster);
      if (!services?.length) throw invalid("Services cannot be empty.");
      if (services.length > mostDescribed)
        throw invalid(`Services cannot have more than ${mostDescribed} elements`);
      const arns = services.map((reference) => ecsArn.service(site, at.name, lastPart(reference)));
      const rows = arns.flatMap((arn) => tables.services[arn] ?? []);
      return {
        services: rows.map((row) => serviceView(row, tables, include?.includes("TAGS") ?? false)),
        failures: arns
          .filter((arn) => tables.services[arn] === undefined)
          .map((arn) => ({ arn, reason: "MISSING" })),
      };
    },
    ListServices: (input: ListServicesRequest, site: Site) => {
      const { arn } = activeCluster(tables, site, input.cluster);
      const rows = Object.values(tables.services).filter(
        ({ clusterArn, state }) => clusterArn === arn && state.status !== "INACTIVE",
      );
      const { items, nextToken } = ecsPage(rows, { maxResults: 10, ...input });
      return { serviceArns: items.map((row) => row.arn), nextToken };
    },
  };
}

function createService(around: ServiceDeps, input: CreateServiceRequest, site: Site): ServiceRow {
  const { tables } = around;
  const cluster = activeCluster(tables, site, input.cluster);
  const name = checkServiceName(input.serviceName);
  const task = knownTask(tables, site, input.taskDefinition);
  const arn = ecsArn.service(site, cluster.name, name);
  const config = checkedConnect(newRevision(input, cluster, task), task, { ...around, site, service: arn });
  checkRegistries(config, task);
  const settings = settingsOf(input);
  const desired = checkDesiredCount(input.desiredCount ?? 0);
  const existing = tables.services[arn];
  if (existing?.state.status === "ACTIVE") return repeated(existing, tables, config, settings, desired);
  if (existing?.state.status === "DRAINING")
    throw invalid("Unable to Start a service that is still Draining.");
  checkRevision(config, task, around.targetGroups);
  checkGrace(settings, config);
  const row: ServiceRow = {
    arn,
    name,
    clusterArn: cluster.arn,
    site,
    createdAt: around.now(),
    settings,
    state: {
      name,
      status: "ACTIVE",
      desired,
      rules: schedulingRules(settings, config, around.pace),
      deployments: [],
      proven: {},
      seed: randomUUID(),
      started: 0,
      steady: false,
    },
    events: [],
    tags: checkedTags(input.tags),
  };
  tables.services[arn] = row;
  startDeployment(around, row, cluster, config);
  return row;
}

/** CreateService is idempotent: the same request again is the same service. */
function repeated(
  row: ServiceRow,
  tables: Tables,
  config: RevisionConfig,
  settings: ServiceSettings,
  desired: number,
): ServiceRow {
  const asked = { config, settings, desired };
  const present = { config: primaryConfig(row, tables), settings: row.settings, desired: row.state.desired };
  if (!same(asked, present)) throw invalid("Creation of service was not idempotent.");
  return row;
}

function updateService(around: ServiceDeps, input: UpdateServiceRequest, site: Site): ServiceRow {
  const { tables } = around;
  const cluster = activeCluster(tables, site, input.cluster);
  const row = findService(tables, site, cluster, input.service);
  const current = primaryConfig(row, tables);
  if (row.state.status !== "ACTIVE" || current === undefined) throw notActive();
  const task = input.taskDefinition === undefined ? undefined : knownTask(tables, site, input.taskDefinition);
  const next = changedRevision(current, input, cluster, task);
  const runs = task ?? knownTask(tables, site, next.taskDefinition);
  const config = checkedConnect(next, runs, { ...around, site, service: row.arn });
  checkRegistries(config, runs);
  const settings = changedSettings(row.settings, input);
  const desired = checkDesiredCount(input.desiredCount ?? row.state.desired);
  const deploys = input.forceNewDeployment === true || !same(config, current);
  if (deploys) checkRevision(config, runs, around.targetGroups);
  checkGrace(settings, config);
  row.settings = settings;
  row.state = { ...row.state, desired, rules: schedulingRules(settings, config, around.pace), steady: false };
  if (deploys) startDeployment(around, row, cluster, config);
  around.changed();
  around.wake(row.arn);
  return row;
}

function deleteService(around: ServiceDeps, input: DeleteServiceRequest, site: Site): ServiceRow {
  const cluster = activeCluster(around.tables, site, input.cluster);
  const row = findService(around.tables, site, cluster, input.service);
  if (row.state.status === "INACTIVE") throw noService();
  if (row.state.desired > 0 && input.force !== true)
    throw invalid("The service cannot be stopped while it is scaled above 0.");
  row.state = { ...row.state, status: "DRAINING", desired: 0 };
  around.changed();
  around.wake(row.arn);
  return row;
}

/** A new revision of the service becomes its PRIMARY deployment; the service deployment under way is over. */
function startDeployment(
  around: ServiceDeps,
  row: ServiceRow,
  cluster: ClusterRow,
  config: RevisionConfig,
): void {
  const { tables } = around;
  const now = around.now();
  row.state.operation = ended(row.state.operation, "STOPPED", reasons.superseded, now);
  recordOperation(tables, row);
  const revision: RevisionRow = {
    arn: ecsArn.revision(row.site, cluster.name, row.name),
    serviceArn: row.arn,
    clusterArn: cluster.arn,
    config,
    createdAt: now,
  };
  tables.revisions[revision.arn] = revision;
  keepEndpoints(row, config, now);
  const operation = ecsArn.operation(row.site, cluster.name, row.name);
  row.state = begin(row.state, { id: `ecs-svc/${digits()}`, revision: revision.arn, operation }, now);
  recordOperation(tables, row);
  around.changed();
  around.wake(row.arn);
}

function knownTask(tables: Tables, site: Site, reference: string | undefined): TaskDefinitionRow {
  if (!reference) throw invalid("TaskDefinition cannot be blank.");
  const row = findTaskDefinition(tables, site, reference);
  if (row === undefined) throw clientError("TaskDefinition not found.");
  return row;
}
