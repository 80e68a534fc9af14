/** What ECS says about one service, in plain values. Times are not compared: clocks differ; ids and ARNs are. */
export interface RolloutFacts {
  /** Undefined when ECS does not know the service. */
  service: ServiceFact | undefined;
  /** ListServiceDeployments, newest first; empty where ECS lists none. */
  serviceDeployments: ServiceDeploymentFact[];
  /** Running and recently stopped tasks of the service. */
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
}

export interface ServiceDeploymentFact {
  arn: string;
  /** Source: ServiceDeployment, `status`: `IN_PROGRESS`, `SUCCESSFUL`, `STOPPED`, `ROLLBACK_SUCCESSFUL`, ... */
  status: string;
  statusReason: string | undefined;
  /** Of its target service revision; undefined where that was not read. */
  taskDefinition: string | undefined;
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
  /** Where it listens; the port is known outside `awsvpc` networks alone. */
  address?: { ip: string; port?: number };
}

/** What a deployment was to bring about. */
export interface Wanted {
  taskDefinition: string;
  /** The image's digest and, where it is an index, its children's; empty where no digest is known. */
  digests: readonly string[];
  desiredCount: number;
  /** Whether the engine created or changed the ECS service in this run. */
  changed: boolean;
  /** Ids of deployments and ARNs of service deployments that were there before the update. */
  before: readonly string[];
  /** What the service ran before the update; undefined for a new service. */
  previousTaskDefinition?: string | undefined;
  /** Our deployment, once it has been seen. */
  deploymentId?: string | undefined;
}
