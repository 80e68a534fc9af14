import { moorageVersion } from "../../core/version.js";
import type { NotedProcess } from "./owner/process.js";
import type { Persistence } from "./contention.js";
import type { MoorageError } from "../../core/errors.js";
import type { Purpose } from "./purpose.js";

/** What Moorage remembers of a stack beside Pulumi's state: who deploys it, when it expires, what ran well. */

/** A process that holds a stack: enough to tell, on its own machine, whether it still lives. */
export interface Owner extends NotedProcess {
  user: string;
  host: string;
  /** When the process started, in milliseconds since the epoch, by its machine's clock. Nothing is decided by it. */
  processStartedAt: number;
  /** The workflow run's URL, in a GitHub run. */
  run?: string;
  /** Which attempt of that run, from 1: a later attempt begins when the one before is over. */
  attempt?: number;
}

export interface Lock {
  /** Random: told from every other lock. Older versions wrote none. */
  id?: string;
  owner: Owner;
  operation: "up" | "destroy";
  /** ISO 8601. */
  since: string;
}

/** A person's stop to all deployments of a stack. */
export interface Freeze {
  by: string;
  reason: string;
  since: string;
  /** ISO 8601; without it until somebody unlocks. */
  until?: string;
}

/** Which bytes each service of a stack runs. */
export interface ImageSet {
  imageTag: string;
  /** Tags by service, of those that run another than `imageTag`. */
  imageTags?: Record<string, string>;
  /** Digests by service. */
  digests: Record<string, string>;
  /** What its references were found to be, by their names: none of it is secret. */
  references?: Record<string, string>;
}

/** What puts two versions in order (design: newest wins). */
export interface Version {
  /** Whole commit that the image says it was built from. */
  commit?: string;
  /** When the image was made, ISO 8601. */
  created?: string;
  /** When the run that deploys it was started, ISO 8601, by its machine's clock. For people. */
  requestedAt: string;
  /** GitHub's id of that run, where it was one. */
  run?: number;
}

/** A service as the state names it. */
export interface RecordedService {
  name: string;
  /** In ECS. */
  serviceName: string;
  /** ARN with revision. */
  taskDefinition: string;
  /** Undefined for one that no load balancer leads to. */
  targetGroup?: string | undefined;
  /** Of further listeners. */
  furtherGroups?: string[] | undefined;
  /** Where a network load balancer listens for it. */
  network?: { host: string; port: number; internal: boolean } | undefined;
  logGroup: string;
}

/** A job as the state names it: what whoever starts it needs. */
export interface RecordedJob {
  name: string;
  /** The task definition's family. */
  family: string;
  /** ARN with revision. */
  taskDefinition: string;
  logGroup: string;
  securityGroup: string;
  /** Further ones, where its service has some. */
  securityGroups?: string[] | undefined;
}

/** What the engine put in place last, whether or not it ran well. */
export interface Deployed extends ImageSet {
  services: RecordedService[];
  jobs?: RecordedJob[];
  version: Version;
}

/** A deployment that has begun and not ended; without a living owner it was lost. */
export interface Running extends ImageSet {
  startedAt: string;
  by: string;
  run?: string;
  /** The tag that it was rolled back to, once it has failed. */
  restoring?: string;
  /** As in the history, where they stay when the run is lost. */
  purpose?: Purpose;
  rolledBackFrom?: string;
  despite?: string;
}

export interface Deployment extends ImageSet {
  /** `rolled back`: it failed, and Moorage rolled back to the last good release. */
  result: "succeeded" | "failed" | "rolled back" | "superseded";
  /** Rollout and smoke test both passed. */
  good: boolean;
  startedAt: string;
  endedAt: string;
  by: string;
  run?: string;
  /** Why it failed, in a sentence. */
  reason?: string;
  /** Task definitions by service, of a good one: they stay usable as long as it can be gone back to. */
  taskDefinitions?: Record<string, string>;
  /** A deployment unless it says otherwise: `purposeOf` reads it. */
  purpose?: Purpose;
  /** The tag that a rollback went away from, where that is known. */
  rolledBackFrom?: string;
  /** Why it did not have to run well in the environment before, in a person's words. */
  despite?: string;
  /** Its run was killed: nobody knows how far it came. */
  lost?: boolean;
  /** A person rolled back from it: no rollback chooses it by itself. */
  withdrawn?: boolean;
}

/** A command that somebody ran beside the services: `moorage run`, or `moorage exec` in a task of a service. */
export interface RanCommand {
  kind: "run" | "exec";
  service: string;
  /** ARN. */
  task: string;
  /** As it was typed, shortened. */
  command: string;
  by: string;
  /** The workflow run's URL, in a GitHub run. */
  run?: string;
  /** ISO 8601. */
  startedAt: string;
  /** Missing while it runs, where nobody waited, and where whoever waited was killed. */
  endedAt?: string;
  /** Null where it never ran, or nobody is told. */
  exitCode?: number | null;
}

export type Status = "deploying" | "ready" | "failed" | "destroying";

export interface StackRecord {
  /** The form that it is written in. */
  version: number;
  /** The version of Moorage that wrote it last; older ones wrote none. */
  moorage?: string;
  project: string;
  stack: string;
  status: Status;
  /** Whether the engine was ever asked to create the stack. */
  exists: boolean;
  imageTag?: string;
  url?: string;
  /** By service, where one has a host of its own. */
  urls?: Record<string, string>;
  clusterArn?: string;
  createdAt: string;
  updatedAt: string;
  expiresAt?: string;
  /** Of a preview: whose pull request it is, in which repository (`owner/name`). */
  pull?: { repository: string; author: string };
  /** Listener rule priorities by service, and of further rules by `<service>/<rule>`, kept as long as the stack lives. */
  priorities?: Record<string, number>;
  /** Names of jobs that the stack has or ever had: their task definitions go with it. */
  jobs?: string[];
  /** Whether its services find each other by name, or ever did: their namespace goes with it. */
  names?: boolean;
  /** Of several load balancers the listener that the stack stands at, as long as it lives. */
  entrance?: string;
  /** Of a foundation: what it told last. */
  foundation?: Record<string, unknown>;
  /** How the state's secrets are encrypted: what a later run's yaml is compared with (F32). */
  secretsProvider?: string;
  lock?: Lock;
  /** Set while an engine runs; still set when nobody holds the lock, it ended uncleanly. */
  unclean?: boolean;
  freeze?: Freeze;
  /** Commands that people ran, newest last, bounded. */
  commands?: RanCommand[];
  /** Somebody asked the deployment under way to stop. */
  cancel?: { by: string; at: string };
  running?: Running;
  deployed?: Deployed;
  /** The configuration of the last good deployment, as its yaml had it: what a rollback deploys with its digests. */
  goodConfig?: Record<string, unknown>;
  /** How that configuration's secrets are encrypted: `secretsprovider`, `encryptedkey`, `encryptionsalt` of its yaml. */
  goodSettings?: Record<string, string>;
  /** Newest last, bounded. */
  history: Deployment[];
}

/** A record and the version of it that a conditional write replaces. */
export interface Versioned {
  record: StackRecord;
  version: number;
}

/** Told a stack whose record is there and cannot be read: whoever lists goes on with the others. */
export type OnUnreadable = (stack: string, error: MoorageError) => void;

/**
 * One record per stack, written conditionally: of two writers that read the same version, one is told to read again.
 * Implementations share one contract test.
 */
export interface RecordStore {
  read(stack: string): Promise<Versioned | undefined>;
  /**
   * Writes version `after + 1`; false when somebody else wrote it first, or the record at `after` is another one by now: versions
   * begin anew with a record that was removed and made again. `after` is 0 for a new record.
   */
  write(record: StackRecord, after: number): Promise<boolean>;
  /** Removes the record, if it is still at that version, and the one that was made then where that is given. */
  remove(stack: string, version: number, createdAt?: string): Promise<boolean>;
  /**
   * The records of the project's stacks that are wanted, all of them by default, in no order. Others' are not read. One that
   * cannot be read is told to `onUnreadable`; without it `record-unreadable` is raised.
   */
  list(isWanted?: (stack: string) => boolean, onUnreadable?: OnUnreadable): Promise<StackRecord[]>;
  /** How long a write that others come before is tried again; half a minute unless given. */
  persistence?: Persistence;
}

/** The newest form of a record, and of the lock in it, that this copy knows. */
export const recordFormat = 3;

/**
 * The oldest form that says all of a record, so that older copies read what they can: 2 where a service has no target
 * group, which copies that know 1 alone take for granted; 3 where there are jobs, whose schedules older copies would leave.
 */
export function formatOf({ deployed, jobs = [] }: Pick<StackRecord, "deployed" | "jobs">): number {
  if (jobs.length > 0) return 3;
  return deployed?.services.some(({ targetGroup }) => targetGroup === undefined) === true ? 2 : 1;
}

/** Whether two looks saw one and the same record, at whatever versions. */
export function isSameRecord(
  one: Pick<StackRecord, "createdAt"> | undefined,
  other: Pick<StackRecord, "createdAt">,
): boolean {
  return one?.createdAt === other.createdAt;
}

export function newRecord(project: string, stack: string, now: Date): StackRecord {
  const at = now.toISOString();
  return {
    version: formatOf({}),
    moorage: moorageVersion(),
    project,
    stack,
    status: "deploying",
    exists: false,
    createdAt: at,
    updatedAt: at,
    history: [],
  };
}
