/**
 * What ECS says about one service, in plain values. Times are ECS's own, and only compared with each other: clocks of two
 * machines differ.
 */
export interface RolloutFacts {
  /** Undefined when ECS does not know the service. */
  service: ServiceFact | undefined;
  /** Empty where ECS lists none. Which is newer their times tell, and their order only where these are missing. */
  serviceDeployments: ServiceDeploymentFact[];
  /** Running and recently stopped tasks of the service, the one that stopped last at the end. */
  tasks: TaskFact[];
}

export interface ServiceFact {
  /** `ACTIVE`, `DRAINING`, `INACTIVE`. */
  status: string;
  desiredCount: number;
  runningCount: number;
  pendingCount: number;
  /** As in DescribeServices. */
  deployments: DeploymentFact[];
  /** Newest first. */
  events: string[];
}

export interface DeploymentFact {
  /** `ecs-svc/1234567890123456789`. */
  id: string;
  /** `PRIMARY`, `ACTIVE`, `INACTIVE`. */
  status: string;
  taskDefinition: string;
  /** `IN_PROGRESS`, `COMPLETED`, `FAILED`. */
  rolloutState: string | undefined;
  rolloutStateReason: string | undefined;
  desiredCount: number;
  runningCount: number;
  pendingCount: number;
  failedTasks: number;
  /** ECS's clock, in milliseconds since the epoch. */
  createdAt?: number;
}

export interface ServiceDeploymentFact {
  arn: string;
  /** Source: ServiceDeployment, `status`: `IN_PROGRESS`, `SUCCESSFUL`, `STOPPED`, `ROLLBACK_SUCCESSFUL`, ... */
  status: string;
  statusReason: string | undefined;
  /** Of its target service revision; undefined where that was not read. */
  taskDefinition: string | undefined;
  /** ECS's clock, in milliseconds since the epoch. */
  createdAt?: number;
}

export interface TaskFact {
  id: string;
  taskDefinition: string;
  /** `RUNNING`, `PENDING`, `STOPPED`, ... */
  lastStatus: string;
  desiredStatus: string;
  /** Digest that the agent pulled; undefined before it has. */
  digest: string | undefined;
  stoppedReason: string | undefined;
  /** `EssentialContainerExited`, `SpotInterruption`, ... */
  stopCode: string | undefined;
  exitCode: number | undefined;
  /** The name of the app's container. */
  container?: string | undefined;
  /** Whether the app's own health check fails. */
  isUnhealthy?: boolean | undefined;
  /** Its other containers, as far as they have ended or fail their health check. */
  sidecars?: readonly SidecarFact[];
  /** Where it listens; the port is known outside `awsvpc` networks alone. */
  address?: { ip: string; port?: number };
}

export interface SidecarFact {
  name: string;
  exitCode: number | undefined;
  /** Why it was ended or did not start, in ECS's words. */
  reason: string | undefined;
  isUnhealthy: boolean;
}

/** What a deployment was to bring about. */
export interface ExpectedRollout {
  taskDefinition: string;
  /** The image's digest and, where it is an index, its children's; empty where no digest is known. */
  digests: readonly string[];
  desiredCount: number;
  /** Whether the engine created or changed the ECS service in this run, or ECS was asked for new tasks. */
  changed: boolean;
  /** Whether ECS was asked for new tasks: then there is a deployment that was not there before. */
  forced?: boolean | undefined;
  /** Ids of deployments and ARNs of service deployments that were there before the update. */
  before: readonly string[];
  /** What the service ran before the update; undefined for a new service. */
  previousTaskDefinition?: string | undefined;
  /** Whether its target group was replaced: the tasks that ECS rolls back to then get no healthy target. */
  moved?: boolean | undefined;
  /** Our deployment, once it has been seen. */
  deploymentId?: string | undefined;
  /**
   * Whether an answer that contradicts what is known is believed: what ECS tells a moment after a change may be older than
   * the change (F43). Default: only at the deadline.
   */
  believes?: boolean | undefined;
}
