import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ImageStore, LogSink, Pace } from "../ports.js";
import { FreePorts } from "./free-port.js";
import { type Playable, playableFinder } from "../platform/index.js";
import { containerEngineFinder } from "./engine.js";
import { EngineImages } from "./engine-images.js";
import type { Keeper } from "./keeper.js";
import { startKeeper } from "./keeper.js";
import { RunningTask } from "./running-task.js";
import { Slots } from "./slots.js";
import type { TaskRunner } from "./task.js";

export interface RunnerOptions {
  images: ImageStore;
  logs: LogSink;
  /** Where pid files and the tasks' scratch folders are kept; emptied at start. */
  folder: string;
  pace: Pace;
  /** Where file systems are kept; beside `folder` unless given. */
  fileSystems?: string;
  /** How many tasks start at once; a start ends when the task listens, or after `listenMs`. */
  parallelStarts?: number;
  /** How long a task that has a port may take to listen before it counts as RUNNING all the same (milliseconds). */
  listenMs?: number;
  /** For how long failed health checks of a container that has just started are ignored at least (milliseconds). */
  bootMs?: number;
  /** How long a container may wait for others to be healthy (milliseconds). */
  dependencyMs?: number;
  /** What processes here can be denied; looked for by default. */
  playable?: () => Promise<Playable>;
}

/** Source: ContainerDefinition, `startTimeout`: 3 minutes on Fargate where it is left out. */
const longestDependency = 180_000;

/** What all tasks of a runner share. */
export interface Workshop {
  images: ImageStore;
  logs: LogSink;
  scratch: string;
  fileSystems: string;
  keeper: Keeper;
  ports: FreePorts;
  slots: Slots;
  listenMs: number;
  bootMs: number;
  dependencyMs: number;
  pace: Pace;
  engine: ReturnType<typeof containerEngineFinder>;
  engineImages: EngineImages;
  playable: () => Promise<Playable>;
  /** What containers asked for that is not played here, for people. */
  unplayed: Set<string>;
}

/**
 * Runs tasks as real processes of this machine, each container in its own process group. They end with this process,
 * however it ends: a keeper kills them when it is gone.
 */
export function createTaskRunner(options: RunnerOptions): TaskRunner {
  const scratch = join(options.folder, "scratch");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const workshop: Workshop = {
    images: options.images,
    logs: options.logs,
    scratch,
    fileSystems: options.fileSystems ?? join(options.folder, "..", "file-systems"),
    keeper: startKeeper(join(options.folder, "pids")),
    ports: new FreePorts(),
    slots: new Slots(options.parallelStarts ?? 6),
    listenMs: options.listenMs ?? Math.max(500, 20_000 / options.pace.factor),
    bootMs: options.bootMs ?? 2_000,
    dependencyMs: options.dependencyMs ?? longestDependency,
    pace: options.pace,
    engine: containerEngineFinder(),
    engineImages: new EngineImages(scratch),
    playable: options.playable ?? playableFinder(),
    unplayed: new Set(),
  };
  const tasks = new Set<RunningTask>();
  return {
    start: (spec, listener) => {
      const task = new RunningTask(spec, workshop, (event) => {
        if (event.kind === "stopped") tasks.delete(task);
        listener(event);
      });
      tasks.add(task);
      task.begin();
      return task;
    },
    unplayed: () => [...workshop.unplayed],
    playable: workshop.playable,
    close: async () => {
      const ends = [...tasks].map((task) => task.ended);
      for (const task of tasks) task.kill();
      await Promise.all(ends);
      await workshop.engineImages.close();
      await workshop.keeper.close();
    },
  };
}
