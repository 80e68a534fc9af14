/** What the scheduler of one service knows and decides. Plain data: it is kept in the store and compared in tests. */

/** Every duration is in milliseconds of our time: AWS's waits are already divided by the pace. */
export interface Rules {
  minimumHealthyPercent: number;
  maximumPercent: number;
  /** Bad health is overlooked for so long from when a task listens (`healthCheckGracePeriodSeconds`). */
  graceMs: number;
  /** The grace period of a task that does not listen yet: an app's own time does not run faster, so AWS's is not divided. */
  bootGraceMs: number;
  /** A task behind no load balancer counts as healthy after so long in RUNNING (AWS: 40 s). */
  settleMs: number;
  /** The first wait between restarts of tasks that fail, and the longest. */
  restartMs: number;
  restartCeilingMs: number;
  /** ARNs of the target groups that every task is registered in. */
  targetGroups: string[];
  breaker: Breaker;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
export interface Breaker {
  enable: boolean;
  rollback: boolean;
  resetOnHealthyTask: boolean;
  threshold: { type: "BOUNDED_PERCENT" | "UNBOUNDED_PERCENT" | "COUNT"; value: number };
}

/** Restarts are spaced by rounds: tasks that were started together and failed together are one round. */
export interface Throttle {
  rounds: number;
  since: number;
  until: number;
}

/** An entry of DescribeServices' `deployments`; the first of a service is its PRIMARY one. */
export interface Deployment {
  /** `ecs-svc/` and 19 digits. */
  id: string;
  /** ARN of the service revision: task definition, network, load balancers. */
  revision: string;
  status: "PRIMARY" | "ACTIVE";
  rollout: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  reason: string;
  failedTasks: number;
  throttle: Throttle;
  createdAt: number;
  updatedAt: number;
}

export type OperationStatus =
  | "PENDING"
  | "IN_PROGRESS"
  | "SUCCESSFUL"
  | "STOP_REQUESTED"
  | "STOPPED"
  | "ROLLBACK_REQUESTED"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_SUCCESSFUL"
  | "ROLLBACK_FAILED";

/** A service deployment (ListServiceDeployments): one for each deployment that a person or program started. */
export interface Operation {
  arn: string;
  deployment: string;
  target: string;
  sources: string[];
  status: OperationStatus;
  statusReason?: string;
  breaker: { status: "DISABLED" | "MONITORING" | "MONITORING_COMPLETE" | "TRIGGERED"; failures: number };
  rollback?: { reason: string; startedAt: number; revision: string };
  createdAt: number;
  startedAt?: number;
  updatedAt: number;
  stoppedAt?: number;
  finishedAt?: number;
}

export interface ServiceState {
  name: string;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  desired: number;
  rules: Rules;
  deployments: Deployment[];
  /** The latest service deployment, finished or not. */
  operation?: Operation;
  /** Tasks that have been healthy once. */
  proven: Record<string, true>;
  /** Ids of new tasks are derived from a seed and a counter, so that a decision depends on nothing else. */
  seed: string;
  started: number;
  steady: boolean;
  /** The last complaint told: ECS leaves duplicates out until the cause is gone. */
  complaint?: string;
}

export interface TaskFact {
  id: string;
  /** Id of its deployment. */
  deployment: string;
  phase: "pending" | "running" | "stopping";
  createdAt: number;
  startedAt?: number;
  /** Absent for one that does not listen yet. */
  listeningAt?: number | undefined;
  /** Whether it is registered in the target groups of its service. */
  registered: boolean;
  health: "unknown" | "healthy" | "unhealthy";
  /** What its essential containers' own checks say; undefined where none has one. */
  containers?: "UNKNOWN" | "HEALTHY" | "UNHEALTHY" | undefined;
  /** Why it is unhealthy, as the load balancer says. */
  fault?: { targetGroup: string; port: number; reason: string };
}

/** A task that has stopped since the last decision. */
export interface Exit {
  id: string;
  deployment: string;
  createdAt: number;
  /** Whether its containers were started at all. */
  started: boolean;
  /** Whether the app or its image is to blame: not one that was stopped by us, by a person or by a restart. */
  blamed: boolean;
  registered: boolean;
  reason: string;
}

export interface Facts {
  /** Tasks that have not stopped. */
  tasks: TaskFact[];
  exits: Exit[];
}

export type Action =
  | { kind: "start"; deployment: string; id: string }
  | { kind: "register"; id: string }
  | { kind: "stop"; id: string; reason: string };

export interface Decision {
  state: ServiceState;
  actions: Action[];
  /** Service events in order, oldest first. */
  events: string[];
  /** When to decide again if nothing happens before. */
  wakeAt?: number;
}

/** A decision in the making. */
export interface Turn {
  state: ServiceState;
  tasks: TaskFact[];
  now: number;
  actions: Action[];
  events: string[];
}
