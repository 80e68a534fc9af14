import type { ContainerHealth, HealthCheckSpec } from "./health-check.js";
import type { Site } from "../cloud.js";
import type { Playable } from "../platform/index.js";
import type { Launch } from "./launch.js";

/** One container of a task, with everything that the task definition says about running it. */
export interface ContainerSpec {
  name: string;
  image: string;
  essential: boolean;
  entryPoint?: string[];
  command?: string[];
  environment: Record<string, string>;
  workingDirectory?: string;
  /** Seconds between the stop signal and SIGKILL; the app's own time, never scaled. */
  stopTimeout: number;
  /** Containers that have to have started, ended, or be healthy before it starts. */
  waitsFor: readonly { container: string; condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY" }[];
  healthCheck?: HealthCheckSpec;
  /** In seconds. Source: ContainerRestartPolicy. */
  restart?: { ignoredExitCodes: readonly number[]; attemptPeriod: number };
  /** Where it sees the task's volumes. */
  mounts?: readonly VolumeMount[];
  /** What it asks for that nothing here plays, for people. */
  unplayed?: readonly string[];
  /** What only a container engine can see to. */
  engineOptions?: readonly string[];
  /** As a container engine takes it; a process is started as that user where this machine allows it. */
  user?: string;
  /** Whether its root file system can only be read; of a process, where this machine allows it. */
  readOnly: boolean;
  /** Whether it has a port mapping: its process is then given a free `PORT`. */
  listens: boolean;
  /** The port that it listens on in its task definition. */
  containerPort?: number;
  /** Where its output goes (awslogs); nowhere without it. */
  log?: { group: string; prefix: string };
}

/** A volume in a container: space of the task's own, or a folder of a file system, kept when the task is gone. */
export interface VolumeMount {
  volume: string;
  path: string;
  readOnly: boolean;
  fileSystem?: { id: string; folder: string; isOpen: boolean };
}

export interface TaskSpec {
  /** 32 hexadecimal digits. */
  id: string;
  site: Site;
  containers: ContainerSpec[];
  /** Names that only its own hosts file leads to. */
  hosts?: readonly { address: string; name: string }[] | undefined;
}

export type StopCode = "TaskFailedToStart" | "EssentialContainerExited";

export interface ContainerExit {
  name: string;
  /** 128 and the signal's number when a signal ended it: 137 for SIGKILL. */
  exitCode?: number;
  reason?: string;
}

export type TaskEvent =
  /** The images are there. */
  | { kind: "pulled"; digests: Record<string, string> }
  /** The processes have been started; they may not listen yet. */
  | { kind: "started"; ports: Record<string, number> }
  /** Each process listens, or has had its time to. */
  | { kind: "running" }
  /** Each process with a port listens on it; told once, and never of a task that stays silent. */
  | { kind: "listening" }
  /** A container's health check says otherwise than before. */
  | { kind: "health"; container: string; health: ContainerHealth }
  /** The stop signal has been sent. */
  | { kind: "stopping" }
  /** The task has ended. `failure` is absent if it was asked to stop. */
  | { kind: "stopped"; containers: ContainerExit[]; failure?: { code: StopCode; reason: string } };

export interface TaskHandle {
  /** Stop signal, stop timeout, SIGKILL. Idempotent. */
  stop(): void;
  /** SIGKILL at once, as if the machine were lost; the task ends as one that failed. */
  kill(): void;
  /** Which containers have a port on which nothing listens, now. */
  silent(): Promise<{ name: string; port: number }[]>;
  /** What runs another command in one of its containers; undefined where that does not run. */
  exec(container: string, command: string[], terminal: boolean): Launch | undefined;
}

/** Runs tasks as processes of this machine. */
export interface TaskRunner {
  start(task: TaskSpec, listener: (event: TaskEvent) => void): TaskHandle;
  /** What containers asked for that is not played here, for people. */
  unplayed(): string[];
  /** What processes here can be denied. */
  playable(): Promise<Playable>;
  /** Kills what is left and ends the keeper. */
  close(): Promise<void>;
}

/** The name of a container's note in the keeper's folder. */
export function noteOf(task: TaskSpec, container: ContainerSpec): string {
  return `${task.id}.${container.name}`;
}
