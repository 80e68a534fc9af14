import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AwsError } from "../cloud.js";
import type { UnpackedImage } from "../ports.js";
import type { Running } from "./container.js";
import { stopContainer } from "./container.js";
import { listens } from "./free-port.js";
import { startHealthCheck, withOwnPort } from "./health-check.js";
import type { Launch } from "./launch.js";
import { failedDependency, neverHealthy, startOrder } from "./order.js";
import { probeContainer } from "./probe-container.js";
import type { Workshop } from "./runner.js";
import { startContainer } from "./start-container.js";
import {
  type ContainerExit,
  type ContainerSpec,
  noteOf,
  type StopCode,
  type TaskEvent,
  type TaskHandle,
  type TaskSpec,
} from "./task.js";

/** Between two looks whether a process listens yet: at its start, and once it has had its time to. */
const lookMs = 20;
const lateLookMs = 200;

type Failure = { code: StopCode; reason: string };

/** One task from its start to its end: pull, start, listen, stop. */
export class RunningTask implements TaskHandle {
  /** Resolves when nothing of the task is left. */
  readonly ended: Promise<void>;
  private containers: Running[] = [];
  private readonly ports: number[] = [];
  private failure: Failure | undefined;
  private stopping: "no" | "asked" | "killed" = "no";
  private halted: Promise<void> | undefined;
  private finish: () => void = () => undefined;

  constructor(
    private readonly spec: TaskSpec,
    private readonly workshop: Workshop,
    private readonly tell: (event: TaskEvent) => void,
  ) {
    this.ended = new Promise((resolve) => (this.finish = resolve));
  }

  /** Starts the task; what goes wrong is told as an event. */
  begin(): void {
    void this.live().finally(() => this.finish());
  }

  stop(): void {
    if (this.stopping === "no") this.stopping = "asked";
    this.halted ??= this.halt();
  }

  kill(): void {
    this.stopping = "killed";
    for (const container of this.containers) container.process.signal("SIGKILL");
  }

  async silent(): Promise<{ name: string; port: number }[]> {
    const found: { name: string; port: number }[] = [];
    for (const { spec, port, exit } of this.containers)
      if (port !== undefined && exit === undefined && !(await listens(port)))
        found.push({ name: spec.name, port });
    return found;
  }

  exec(name: string, command: string[], terminal: boolean): Launch | undefined {
    const container = this.containers.find(({ spec }) => spec.name === name);
    if (container === undefined || container.exit !== undefined || !this.alive) return undefined;
    const ports = { asked: container.spec.containerPort, given: container.port };
    return container.exec(withOwnPort(command, ports), terminal);
  }

  private async live(): Promise<void> {
    const release = await this.workshop.slots.take();
    try {
      await this.start();
      await this.settle();
    } catch (error) {
      this.failure ??= { code: "TaskFailedToStart", reason: wordsOf(error) };
    } finally {
      release();
    }
    void this.awaitListening();
    await this.over();
  }

  private async start(): Promise<void> {
    if (this.stopping !== "no") return;
    const images = new Map<ContainerSpec, UnpackedImage>();
    const pulling = this.spec.containers.map(async (container) =>
      images.set(container, await this.workshop.images.unpack(container.image)),
    );
    await Promise.all(pulling);
    const digests = [...images].map(([{ name }, { digest }]) => [name, digest]);
    this.tell({ kind: "pulled", digests: Object.fromEntries(digests) as Record<string, string> });
    mkdirSync(this.scratch, { recursive: true });
    for (const container of startOrder(this.spec.containers)) {
      await this.dependenciesOf(container);
      await this.startOne(container, images.get(container) as UnpackedImage);
    }
    if (this.containers.length < this.spec.containers.length) return;
    const ports = this.containers.flatMap(({ spec, port }) =>
      port === undefined ? [] : [[spec.name, port] as const],
    );
    this.tell({ kind: "started", ports: Object.fromEntries(ports) });
  }

  /** Waits for those that have to end first. Throws in the agent's words where one that should succeed has not. */
  private async dependenciesOf(container: ContainerSpec): Promise<void> {
    for (const { container: name, condition } of container.waitsFor) {
      const dependency = this.containers.find(({ spec }) => spec.name === name);
      if (condition === "START" || dependency === undefined) continue;
      if (condition === "HEALTHY") await this.healthOf(dependency, container.name);
      else await dependency.process.ended;
    }
    const why = failedDependency(
      container,
      this.containers.flatMap(({ exit }) => exit ?? []),
    );
    if (why !== undefined && this.stopping === "no") throw new AwsError("DependencyError", why);
  }

  /** Throws in the agent's words where it ends before, or is not healthy within the bound. */
  private async healthOf(dependency: Running, container: string): Promise<void> {
    const waited = new AbortController();
    const became = await Promise.race([
      dependency.health?.healthy.then(() => "healthy") ?? "healthy",
      dependency.process.ended.then(() => "ended"),
      delay(this.workshop.dependencyMs, "late", { signal: waited.signal, ref: false }).catch(() => "late"),
    ]);
    waited.abort();
    if (became === "healthy" || this.stopping !== "no") return;
    throw new AwsError("DependencyError", neverHealthy(container, dependency.spec.name, became === "ended"));
  }

  private async startOne(container: ContainerSpec, image: UnpackedImage): Promise<void> {
    if (this.stopping !== "no" || this.failure) return;
    const port = container.listens ? await this.workshop.ports.take() : undefined;
    if (port !== undefined) this.ports.push(port);
    const running = await startContainer(this.spec, container, image, this.scratch, port, this.workshop);
    this.containers.push(running);
    this.watchHealth(running);
    void running.process.ended.then((exitCode) => this.exited(running, exitCode));
    if (this.killed) running.process.signal("SIGKILL");
    // The others were stopped while it was being started.
    else if (this.halted)
      this.halted = Promise.all([this.halted, stopContainer(running)]).then(() => undefined);
  }

  /** Until the container ends, or the task is told to. */
  private watchHealth(running: Running): void {
    const { healthCheck, name } = running.spec;
    if (healthCheck === undefined) return;
    const { workshop } = this;
    running.health = startHealthCheck(healthCheck, {
      ...workshop,
      tell: (health) => this.tell({ kind: "health", container: name, health }),
      probe: (command, timeoutMs, signal) =>
        probeContainer(running, noteOf(this.spec, running.spec), command, { timeoutMs, signal, workshop }),
    });
  }

  /** An essential container takes the others with it. */
  private exited(container: Running, exitCode: number): void {
    container.exit = { name: container.spec.name, exitCode };
    container.health?.stop();
    this.workshop.keeper.forget(noteOf(this.spec, container.spec));
    if (!container.spec.essential) return;
    if (this.stopping !== "asked")
      this.failure ??= { code: "EssentialContainerExited", reason: "Essential container in task exited" };
    this.halted ??= this.halt();
  }

  /** RUNNING when every process listens, or has had its time to: the load balancer judges it from there. */
  private async settle(): Promise<void> {
    const until = performance.now() + this.workshop.listenMs;
    while (this.alive && performance.now() < until && (await this.silent()).length > 0)
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    if (this.alive) this.tell({ kind: "running" });
  }

  /** For as long as the task lives: an app may take longer to boot than ECS takes to call its task RUNNING. */
  private async awaitListening(): Promise<void> {
    while (this.alive && (await this.silent()).length > 0)
      await new Promise((resolve) => setTimeout(resolve, lateLookMs).unref());
    if (this.alive) this.tell({ kind: "listening" });
  }

  private get alive(): boolean {
    return this.stopping === "no" && this.failure === undefined && this.containers.length > 0;
  }

  private async halt(): Promise<void> {
    for (const { health } of this.containers) health?.stop();
    if (this.containers.some(({ exit }) => exit === undefined)) this.tell({ kind: "stopping" });
    await Promise.all(this.containers.map(stopContainer));
  }

  /** Waits for the end and tells it. */
  private async over(): Promise<void> {
    if (this.failure) this.halted ??= this.halt();
    await Promise.all(this.containers.map(({ process }) => process.ended));
    await this.halted;
    for (const port of this.ports) this.workshop.ports.release(port);
    rmSync(this.scratch, { recursive: true, force: true });
    const containers: ContainerExit[] = this.spec.containers.map(
      ({ name }) =>
        this.containers.find(({ spec }) => spec.name === name)?.exit ?? {
          name,
          reason: this.failure?.reason,
        },
    );
    this.tell({ kind: "stopped", containers, failure: this.failure });
  }

  private get killed(): boolean {
    return this.stopping === "killed";
  }

  private get scratch(): string {
    return join(this.workshop.scratch, this.spec.id);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof AwsError) return error.message;
  return `ResourceInitializationError: ${error instanceof Error ? error.message : String(error)}`;
}
