/** What Moorage remembers of a stack beside Pulumi's state: who deploys it, when it expires, what ran well. */

/** A process that holds a stack: enough to tell, on its own machine, whether it still lives. */
export interface Owner {
  user: string;
  host: string;
  pid: number;
  /** When the process started, in milliseconds since the epoch: a pid alone may have been given to another. */
  processStartedAt: number;
  /** The workflow run's URL, in a GitHub run. */
  run?: string;
}

export interface Lock {
  owner: Owner;
  operation: "up" | "destroy";
  /** ISO 8601. */
  since: string;
}

export interface Deployment {
  imageTag: string;
  /** Digests by service. */
  digests: Record<string, string>;
  result: "succeeded" | "failed";
  /** Rollout and smoke test both passed. */
  good: boolean;
  startedAt: string;
  endedAt: string;
  by: string;
}

export type Status = "deploying" | "ready" | "failed" | "destroying";

export interface StackRecord {
  version: 1;
  project: string;
  stack: string;
  status: Status;
  /** Whether the engine was ever asked to create the stack. */
  exists: boolean;
  imageTag?: string;
  url?: string;
  clusterArn?: string;
  createdAt: string;
  updatedAt: string;
  expiresAt?: string;
  /** Listener rule priorities by service, kept as long as the stack lives. */
  priorities?: Record<string, number>;
  lock?: Lock;
  /** Set while an engine runs; still set when nobody holds the lock, it ended uncleanly. */
  unclean?: boolean;
  /** Newest last, at most 50. */
  history: Deployment[];
}

/** A record and the version of it that a conditional write replaces. */
export interface Versioned {
  record: StackRecord;
  version: number;
}

/**
 * One record per stack, written conditionally: of two writers that read the same version, one is told to read again.
 * Implementations share one contract test.
 */
export interface RecordStore {
  read(stack: string): Promise<Versioned | undefined>;
  /** Writes version `after + 1`; false when somebody else wrote it first. `after` is 0 for a new record. */
  write(record: StackRecord, after: number): Promise<boolean>;
  /** Removes the record, if it is still at that version. */
  remove(stack: string, version: number): Promise<boolean>;
  /** All records of the project, in no order. */
  list(): Promise<StackRecord[]>;
}

const historyLimit = 50;

export function withDeployment(record: StackRecord, deployment: Deployment): StackRecord {
  return { ...record, history: [...record.history, deployment].slice(-historyLimit) };
}

export function newRecord(project: string, stack: string, now: Date): StackRecord {
  const at = now.toISOString();
  return {
    version: 1,
    project,
    stack,
    status: "deploying",
    exists: false,
    createdAt: at,
    updatedAt: at,
    history: [],
  };
}
