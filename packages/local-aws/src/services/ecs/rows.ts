import type { ContainerHealth } from "../../tasks/health-check.js";
import type {
  CapacityProviderStrategyItem,
  ClusterSetting,
  DeploymentConfiguration,
  KeyValuePair,
  LaunchType,
  LoadBalancer,
  NetworkConfiguration,
  PropagateTags,
  RegisterTaskDefinitionRequest,
  Tag,
  TaskOverride,
  TaskStopCode,
} from "@aws-sdk/client-ecs";
import type { Site } from "../../cloud.js";
import type { Store } from "../../store.js";
import type { Operation, ServiceState } from "./core/model.js";

/** What ECS keeps: plain JSON rows by ARN. Times are milliseconds since the epoch. */
export interface ClusterRow {
  arn: string;
  name: string;
  site: Site;
  status: "ACTIVE" | "INACTIVE";
  settings: ClusterSetting[];
  capacityProviders: string[];
  defaultStrategy: CapacityProviderStrategyItem[];
  tags: Tag[];
}

export interface TaskDefinitionRow {
  arn: string;
  family: string;
  revision: number;
  site: Site;
  status: "ACTIVE" | "INACTIVE" | "DELETE_IN_PROGRESS";
  /** With AWS's defaults filled in. */
  definition: Omit<RegisterTaskDefinitionRequest, "tags" | "family">;
  tags: Tag[];
  registeredAt: number;
  deregisteredAt?: number;
  deleteRequestedAt?: number;
}

/** What a change of starts a deployment. */
export interface RevisionConfig {
  taskDefinition: string;
  launchType?: LaunchType;
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  platformVersion?: string;
  loadBalancers: LoadBalancer[];
  networkConfiguration?: NetworkConfiguration;
  /** Fields that are kept as they came: Service Connect, with its namespace's ARN, registries, volumes. */
  other: Record<string, unknown>;
}

/** What can be changed without a deployment. */
export interface ServiceSettings {
  deploymentConfiguration: DeploymentConfiguration;
  healthCheckGracePeriodSeconds?: number;
  availabilityZoneRebalancing: "ENABLED" | "DISABLED";
  propagateTags: PropagateTags;
  enableECSManagedTags: boolean;
  enableExecuteCommand: boolean;
}

export interface RevisionRow {
  arn: string;
  serviceArn: string;
  clusterArn: string;
  config: RevisionConfig;
  createdAt: number;
}

export interface ServiceRow {
  arn: string;
  name: string;
  clusterArn: string;
  site: Site;
  createdAt: number;
  settings: ServiceSettings;
  state: ServiceState;
  deletedAt?: number;
  /** Newest first, at most 100. */
  events: { id: string; createdAt: number; message: string }[];
  tags: Tag[];
  /** Its Service Connect endpoints by discovery name: their Cloud Map service's id, and since when they are there. */
  endpoints?: Record<string, { id: string; createdAt: number }>;
}

export interface OperationRow {
  arn: string;
  serviceArn: string;
  clusterArn: string;
  operation: Operation;
  settings: DeploymentConfiguration;
  desired: number;
}

export interface ContainerRow {
  name: string;
  image: string;
  digest?: string;
  port?: number;
  exitCode?: number;
  reason?: string;
  /** What its health check says; undefined without one, and until it says something. */
  health?: ContainerHealth;
}

export interface TaskRow {
  arn: string;
  id: string;
  clusterArn: string;
  site: Site;
  serviceArn?: string;
  /** `ecs-svc/...`, or what RunTask was given. */
  startedBy?: string;
  /** What RunTask was given: asked again with it, it starts nothing. */
  clientToken?: string;
  group: string;
  taskDefinitionArn: string;
  launchType: LaunchType;
  capacityProvider?: string;
  platformVersion: string;
  /** Where its network interface is; undefined outside awsvpc. */
  network?: { subnet: string; groups: string[] };
  lastStatus: TaskStatus;
  desiredStatus: "RUNNING" | "STOPPED";
  containers: ContainerRow[];
  overrides: TaskOverride;
  tags: Tag[];
  version: number;
  registered: boolean;
  /** Whether commands may be run in it (ECS Exec): as it was when it was started. */
  exec?: boolean;
  /** Where it is registered: loopback ports by target group. */
  targets: { group: string; port: number; containerPort: number }[];
  createdAt: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  /** When each of its processes with a port listened on it. */
  listeningAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  stopCode?: TaskStopCode;
  stoppedReason?: string;
}

/** In ECS's order: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

export interface Tables {
  clusters: Record<string, ClusterRow>;
  taskDefinitions: Record<string, TaskDefinitionRow>;
  /** The last revision number of a family, by its ARN without one: numbers are never used again. */
  families: Record<string, number>;
  services: Record<string, ServiceRow>;
  revisions: Record<string, RevisionRow>;
  operations: Record<string, OperationRow>;
  tasks: Record<string, TaskRow>;
}

export function tablesOf(store: Store): Tables {
  return {
    clusters: store.table("ecs.clusters"),
    taskDefinitions: store.table("ecs.taskDefinitions"),
    families: store.table("ecs.families"),
    services: store.table("ecs.services"),
    revisions: store.table("ecs.serviceRevisions"),
    operations: store.table("ecs.serviceDeployments"),
    tasks: store.table("ecs.tasks"),
  };
}

/** Environment as AWS lists it, as an object. */
export function environmentOf(pairs: KeyValuePair[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map(({ name, value }) => [name ?? "", value ?? ""]));
}
