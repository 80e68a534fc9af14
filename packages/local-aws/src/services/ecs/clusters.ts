import type {
  CapacityProviderStrategyItem,
  Cluster,
  CreateClusterRequest,
  DeleteClusterRequest,
  DescribeClustersRequest,
  ListClustersRequest,
  PutClusterCapacityProvidersRequest,
  UpdateClusterRequest,
  UpdateClusterSettingsRequest,
} from "@aws-sdk/client-ecs";
import type { Site } from "../../cloud.js";
import { AwsError } from "../../cloud.js";
import { invalid, noCluster } from "./errors.js";
import { fargateProviders } from "./fargate.js";
import { ecsArn, lastPart } from "./ids.js";
import { ecsPage } from "./pages.js";
import type { ClusterRow, Tables } from "./rows.js";
import { checkedTags } from "./tags.js";

const namePattern = /^[a-zA-Z][a-zA-Z0-9_-]{0,254}$/;

/** The cluster by name or ARN, `default` when none is named. Throws ClusterNotFoundException. */
export function activeCluster(tables: Tables, site: Site, reference: string | undefined): ClusterRow {
  const row = findCluster(tables, site, reference);
  if (row?.status !== "ACTIVE") throw noCluster();
  return row;
}

function findCluster(tables: Tables, site: Site, reference = "default"): ClusterRow | undefined {
  const arn = reference.startsWith("arn:") ? reference : ecsArn.cluster(site, reference);
  return tables.clusters[arn];
}

export function clusterOperations(tables: Tables, changed: () => void) {
  return {
    CreateCluster: (input: CreateClusterRequest, site: Site) => {
      const name = input.clusterName ?? "default";
      if (!namePattern.test(name))
        throw invalid("Identifier was unexpected length or contained invalid characters.");
      const arn = ecsArn.cluster(site, name);
      const existing = tables.clusters[arn];
      if (existing?.status === "ACTIVE") return { cluster: clusterView(existing, tables) };
      const row: ClusterRow = {
        arn,
        name,
        site,
        status: "ACTIVE",
        settings: input.settings ?? [{ name: "containerInsights", value: "disabled" }],
        capacityProviders: checkedProviders(input.capacityProviders),
        defaultStrategy: checkedDefault(
          input.defaultCapacityProviderStrategy,
          checkedProviders(input.capacityProviders),
        ),
        tags: checkedTags(input.tags),
      };
      tables.clusters[arn] = row;
      changed();
      return { cluster: clusterView(row, tables) };
    },
    DescribeClusters: ({ clusters }: DescribeClustersRequest, site: Site) => {
      const asked = clusters?.length ? clusters : ["default"];
      const found = asked.map((reference) => ({ reference, row: findCluster(tables, site, reference) }));
      return {
        clusters: found.flatMap(({ row }) => (row ? [clusterView(row, tables)] : [])),
        failures: found
          .filter(({ row }) => row === undefined)
          .map(({ reference }) => ({ arn: ecsArn.cluster(site, lastPart(reference)), reason: "MISSING" })),
      };
    },
    ListClusters: (input: ListClustersRequest, site: Site) => {
      const mine = Object.values(tables.clusters).filter(
        (row) => row.status === "ACTIVE" && isAt(row.site, site),
      );
      const { items, nextToken } = ecsPage(mine, input);
      return { clusterArns: items.map(({ arn }) => arn), nextToken };
    },
    PutClusterCapacityProviders: (input: PutClusterCapacityProvidersRequest, site: Site) => {
      const row = activeCluster(tables, site, input.cluster);
      const providers = checkedProviders(input.capacityProviders);
      refuseUsedProviders(row, providers, tables);
      row.defaultStrategy = checkedDefault(input.defaultCapacityProviderStrategy, providers);
      row.capacityProviders = providers;
      changed();
      return { cluster: clusterView(row, tables) };
    },
    UpdateCluster: (input: UpdateClusterRequest, site: Site) => {
      const row = activeCluster(tables, site, input.cluster);
      row.settings = input.settings ?? row.settings;
      changed();
      return { cluster: clusterView(row, tables) };
    },
    UpdateClusterSettings: (input: UpdateClusterSettingsRequest, site: Site) => {
      const row = activeCluster(tables, site, input.cluster);
      row.settings = input.settings ?? row.settings;
      changed();
      return { cluster: clusterView(row, tables) };
    },
    DeleteCluster: ({ cluster }: DeleteClusterRequest, site: Site) => {
      const row = activeCluster(tables, site, cluster);
      refuseInUse(row, tables);
      row.status = "INACTIVE";
      changed();
      return { cluster: clusterView(row, tables) };
    },
  };
}

function checkedProviders(names: string[] | undefined): string[] {
  for (const name of names ?? [])
    if (!fargateProviders.includes(name))
      throw invalid(`The specified capacity provider '${name}' was not found.`);
  return names ?? [];
}

/** Source: PutClusterCapacityProviders: the default strategy names providers of the cluster. */
function checkedDefault(
  strategy: CapacityProviderStrategyItem[] | undefined,
  providers: string[],
): CapacityProviderStrategyItem[] {
  if (strategy?.some(({ capacityProvider = "" }) => !providers.includes(capacityProvider)))
    throw invalid(
      "The specified default capacity provider strategy cannot contain a capacity provider that is not associated with the cluster.",
    );
  return strategy ?? [];
}

/** Source: PutClusterCapacityProviders, ResourceInUseException: what a service's strategy or a task uses stays. */
function refuseUsedProviders(row: ClusterRow, providers: string[], tables: Tables): void {
  const dropped = row.capacityProviders.filter((name) => !providers.includes(name));
  const tasks = Object.values(tables.tasks).filter(({ lastStatus }) => lastStatus !== "STOPPED");
  const used = tasks.flatMap(({ clusterArn, capacityProvider }) =>
    clusterArn === row.arn && capacityProvider !== undefined ? [capacityProvider] : [],
  );
  const inServices = Object.values(tables.services)
    .filter(({ clusterArn, state }) => clusterArn === row.arn && state.status === "ACTIVE")
    .flatMap(({ state }) => state.deployments.map(({ revision }) => tables.revisions[revision]?.config))
    .flatMap((config) => config?.capacityProviderStrategy ?? [])
    .map(({ capacityProvider }) => capacityProvider);
  const held = dropped.find((name) => used.includes(name) || inServices.includes(name));
  if (held !== undefined)
    throw new AwsError(
      "ResourceInUseException",
      `The specified capacity provider ${held} is in use and cannot be removed.`,
    );
}

function refuseInUse({ arn }: ClusterRow, tables: Tables): void {
  const services = Object.values(tables.services).some(
    ({ clusterArn, state }) => clusterArn === arn && state.status !== "INACTIVE",
  );
  if (services)
    throw new AwsError(
      "ClusterContainsServicesException",
      "The Cluster cannot be deleted while Services are active.",
    );
  const tasks = Object.values(tables.tasks).some(
    (task) => task.clusterArn === arn && task.lastStatus !== "STOPPED",
  );
  if (tasks)
    throw new AwsError(
      "ClusterContainsTasksException",
      "The Cluster cannot be deleted while Tasks are active.",
    );
}

export function isAt(a: Site, b: Site): boolean {
  return a.account === b.account && a.region === b.region;
}

function clusterView(row: ClusterRow, tables: Tables): Cluster {
  const tasks = Object.values(tables.tasks).filter(({ clusterArn }) => clusterArn === row.arn);
  const services = Object.values(tables.services).filter(
    ({ clusterArn, state }) => clusterArn === row.arn && state.status === "ACTIVE",
  );
  return {
    clusterArn: row.arn,
    clusterName: row.name,
    status: row.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => isPending(lastStatus)).length,
    activeServicesCount: services.length,
    statistics: [],
    tags: row.tags,
    settings: row.settings,
    capacityProviders: row.capacityProviders,
    defaultCapacityProviderStrategy: row.defaultStrategy,
  };
}

export function isPending(status: string): boolean {
  return ["PROVISIONING", "PENDING", "ACTIVATING"].includes(status);
}
