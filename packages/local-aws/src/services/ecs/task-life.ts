import { setTimeout as delay } from "node:timers/promises";
import type { TaskStopCode } from "@aws-sdk/client-ecs";
import type { TargetGroups } from "../../ports.js";
import type { OpenNames } from "../../connect/mesh.js";
import type { Launch } from "../../tasks/launch.js";
import type { ContainerExit, TaskEvent, TaskHandle, TaskRunner, TaskSpec } from "../../tasks/task.js";
import type { TaskNames } from "./connect/task-names.js";
import type { TaskRow, TaskStatus, Tables } from "./rows.js";
import type { SecretReader } from "./task-spec.js";
import { taskSpec, withNames } from "./task-spec.js";

const loopback = "127.0.0.1";
/** A draining target is looked at again after so long, should the load balancer not say that it is gone. */
const drainLookMs = 5_000;
/** A task that waits for capacity asks again after so long. */
const capacityLookMs = 100;

export interface TaskLifeOptions {
  tables: Tables;
  runner: TaskRunner;
  targetGroups: TargetGroups;
  secrets: SecretReader | undefined;
  /** Whether there is room for one more task. */
  capacity: (() => boolean) | undefined;
  /** Gives tasks the names of the services that they may find. */
  names?: TaskNames | undefined;
  now: () => number;
  /** A task's row has changed. `exit` when it has stopped: whether the app or its image is to blame. */
  onChange: (task: TaskRow, exit?: { blamed: boolean; registered: boolean }) => void;
}

/** Takes tasks through ECS's states: starts them, registers them, drains and stops them. */
export class TaskLife {
  private readonly handles = new Map<string, TaskHandle>();
  private readonly names = new Map<string, OpenNames>();
  private readonly draining = new Map<string, NodeJS.Timeout>();
  private closed = false;

  constructor(private readonly options: TaskLifeOptions) {}

  start(task: TaskRow): void {
    void this.launch(task).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.ended(task, [], { code: "TaskFailedToStart", reason });
    });
  }

  /** Registers the task's ports in the target groups that its service's load balancers name. */
  register(
    task: TaskRow,
    loadBalancers: { targetGroupArn?: string; containerName?: string; containerPort?: number }[],
  ): void {
    for (const { targetGroupArn: group, containerName, containerPort } of loadBalancers) {
      const port = task.containers.find(({ name }) => name === containerName)?.port;
      if (group === undefined || port === undefined || !this.options.targetGroups.exists(group)) continue;
      task.targets.push({ group, port, containerPort: containerPort ?? port });
      this.options.targetGroups.register(group, { id: loopback, port, ports: this.portsOf(task) });
    }
    task.registered = true;
    this.changed(task);
  }

  /** Where its containers really listen, by the port of their definition. */
  private portsOf(task: TaskRow): Record<string, number> {
    const { definition } = this.options.tables.taskDefinitions[task.taskDefinitionArn] ?? {};
    const ports = task.containers.flatMap(({ name, port }): [number, number][] => {
      const own = definition?.containerDefinitions?.find((one) => one.name === name)?.portMappings?.[0];
      return own?.containerPort === undefined || port === undefined ? [] : [[own.containerPort, port]];
    });
    return Object.fromEntries(ports);
  }

  /** Out of the load balancer first; the stop signal when its targets have drained. */
  stop(task: TaskRow, code: TaskStopCode, reason: string): void {
    if (task.desiredStatus === "STOPPED") return;
    Object.assign(task, {
      desiredStatus: "STOPPED",
      stopCode: code,
      stoppedReason: reason,
      stoppingAt: this.options.now(),
    });
    if (reason.startsWith("Task failed ELB health checks")) void this.explainSilence(task);
    if (task.targets.length > 0) {
      this.move(task, "DEACTIVATING");
      this.deregister(task);
      this.awaitDrain(task);
    } else {
      this.changed(task);
      this.halt(task);
    }
  }

  /** What runs another command in a container of the task; undefined where that does not run. */
  exec(task: TaskRow, container: string, command: string[], terminal: boolean): Launch | undefined {
    return this.handles.get(task.id)?.exec(container, command, terminal);
  }

  /** The task is lost, as if its machine were: it ends at once, as one that failed. */
  lose(task: TaskRow): void {
    this.handles.get(task.id)?.kill();
  }

  /** A target's state has changed: tasks may have drained. */
  targetsChanged(): void {
    for (const id of [...this.draining.keys()]) {
      const task = Object.values(this.options.tables.tasks).find((row) => row.id === id);
      if (task) this.awaitDrain(task);
    }
  }

  /** Forgets the processes, which end with the runner: what they tell from now on says nothing of the app. */
  close(): void {
    this.closed = true;
    for (const timer of this.draining.values()) clearTimeout(timer);
    this.draining.clear();
    this.handles.clear();
  }

  deregister(task: TaskRow): void {
    for (const { group, port } of task.targets)
      if (this.options.targetGroups.exists(group))
        this.options.targetGroups.deregister(group, { id: loopback, port });
  }

  private async launch(task: TaskRow): Promise<void> {
    const definition = this.options.tables.taskDefinitions[task.taskDefinitionArn];
    if (definition === undefined) throw new Error("TaskDefinition not found.");
    await this.placed(task);
    const spec = await this.named(task, await taskSpec(task, definition, this.options.secrets));
    if (task.desiredStatus === "STOPPED") return this.ended(task, [], undefined);
    task.pullStartedAt = this.options.now();
    this.move(task, "PENDING");
    this.handles.set(
      task.id,
      this.options.runner.start(spec, (event) => this.heard(task, event)),
    );
  }

  /** The task with its names, which it keeps until it ends. */
  private async named(task: TaskRow, spec: TaskSpec): Promise<TaskSpec> {
    const names = await this.options.names?.open(task);
    if (names === undefined) return spec;
    this.names.set(task.id, names);
    return withNames(spec, names);
  }

  /** Resolves when there is room for the task, or it is not wanted any more. */
  private async placed(task: TaskRow): Promise<void> {
    const { capacity } = this.options;
    while (capacity?.() === false && task.desiredStatus === "RUNNING" && !this.closed)
      await delay(capacityLookMs, undefined, { ref: false });
  }

  private heard(task: TaskRow, event: TaskEvent): void {
    if (this.closed) return;
    if (event.kind === "stopped") return this.ended(task, event.containers, event.failure);
    if (event.kind === "pulled") {
      for (const container of task.containers) container.digest = event.digests[container.name];
      task.pullStoppedAt = this.options.now();
      this.changed(task);
    } else if (event.kind === "started") {
      for (const container of task.containers) container.port = event.ports[container.name];
      task.startedAt = this.options.now();
      if (task.desiredStatus === "RUNNING") this.move(task, "ACTIVATING");
    } else if (event.kind === "running") {
      if (task.desiredStatus === "RUNNING") this.move(task, "RUNNING");
    } else if (event.kind === "listening") {
      task.listeningAt = this.options.now();
      for (const { group, port } of task.targets)
        this.options.targetGroups.listening(group, { id: loopback, port });
      this.changed(task);
    } else if (event.kind === "health") {
      const container = task.containers.find(({ name }) => name === event.container);
      if (container) container.health = event.health;
      this.changed(task);
    } else this.move(task, "STOPPING");
  }

  private ended(
    task: TaskRow,
    exits: ContainerExit[],
    failure: { code: TaskStopCode; reason: string } | undefined,
  ): void {
    const ours = task.desiredStatus === "STOPPED";
    const registered = task.targets.length > 0 && !ours;
    if (registered) this.deregister(task);
    this.stopWaiting(task.id);
    this.handles.delete(task.id);
    void this.names.get(task.id)?.close();
    this.names.delete(task.id);
    for (const { name, exitCode, reason } of exits) {
      const container = task.containers.find((candidate) => candidate.name === name);
      if (container) Object.assign(container, { exitCode, reason });
    }
    const now = this.options.now();
    Object.assign(task, { desiredStatus: "STOPPED", stoppingAt: task.stoppingAt ?? now, stoppedAt: now });
    task.stopCode ??= failure?.code;
    task.stoppedReason ??= failure?.reason;
    this.move(task, "DEPROVISIONING");
    task.lastStatus = "STOPPED";
    this.options.onChange(task, { blamed: !ours && failure !== undefined, registered });
  }

  private awaitDrain(task: TaskRow): void {
    this.stopWaiting(task.id);
    const { targetGroups } = this.options;
    const left = task.targets.some(
      ({ group, port }) =>
        targetGroups.exists(group) && targetGroups.health(group, { id: loopback, port }) !== undefined,
    );
    if (!left) return this.halt(task);
    this.draining.set(
      task.id,
      setTimeout(() => this.awaitDrain(task), drainLookMs),
    );
  }

  private stopWaiting(id: string): void {
    clearTimeout(this.draining.get(id));
    this.draining.delete(id);
  }

  private halt(task: TaskRow): void {
    this.handles.get(task.id)?.stop();
  }

  /** A health check that fails because nothing listens on PORT is the commonest mistake of an app that is new here. */
  private async explainSilence(task: TaskRow): Promise<void> {
    const silent = (await this.handles.get(task.id)?.silent()) ?? [];
    for (const { name, port } of silent)
      task.stoppedReason += `: nothing listens on port ${port}, which container ${name} was given in the environment variable PORT; the app has to listen there`;
    if (silent.length > 0) this.changed(task);
  }

  private move(task: TaskRow, status: TaskStatus): void {
    task.lastStatus = status;
    this.changed(task);
  }

  private changed(task: TaskRow): void {
    task.version += 1;
    this.options.onChange(task);
  }
}
