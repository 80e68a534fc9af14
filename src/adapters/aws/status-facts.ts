/** What a status is judged from: what ECS says, beside what was deployed. Plain values, without I/O. */

export interface TaskNow {
  /** ARN with revision. */
  taskDefinition: string;
  /** Digest that the agent pulled; undefined where ECS does not tell. */
  digest: string | undefined;
  /** Whether one of its essential containers fails its health check. */
  isUnhealthy?: boolean;
}

/** One ECS service as it is. */
export interface ServiceNow {
  desired: number;
  running: number;
  /** ARN that its PRIMARY deployment runs. */
  taskDefinition: string | undefined;
  /** `IN_PROGRESS`, `COMPLETED`, `FAILED`. */
  rolloutState: string | undefined;
  /** Those that run. */
  tasks: TaskNow[];
}

/** A service as it was deployed, and its current state. */
export interface ServiceView {
  name: string;
  /** Undefined where ECS has no such service, or only an inactive one. */
  now: ServiceNow | undefined;
  /** ARN in the record, which the engine's last update put there; undefined where the record is older than that. */
  taskDefinition: string | undefined;
  /** Digests that a task of it may report: the image's and, where it is an index, its children's; empty where unknown. */
  digests: readonly string[];
  /** Configured count, or the bounds within which autoscaling sets it. */
  wanted: { min: number; max: number };
  /** Targets that the load balancer finds healthy, of a worker the tasks that are not unhealthy; undefined where that was not read. */
  healthy: number | undefined;
}
