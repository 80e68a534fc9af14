import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../cloud.js";
import type { UnpackedImage } from "../ports.js";
import type { Running } from "./container.js";
import { openVolumes } from "./volumes.js";
import { confined, confinementOf } from "./confined-launch.js";
import { containerLaunch } from "./engine.js";
import type { Wrapped } from "./keeper.js";
import type { Launch } from "./launch.js";
import { launchOf } from "./launch.js";
import { hostsFile, type MountedFolder } from "../platform/index.js";
import type { StartedProcess } from "./process.js";
import { startProcess } from "./process.js";
import { withRestarts } from "./restarts.js";
import type { Workshop } from "./runner.js";
import { type ContainerSpec, noteOf, type TaskSpec } from "./task.js";

/** Starts one container of a task: a process of this machine, or one of Docker or Podman where the image needs it. */
export async function startContainer(
  task: TaskSpec,
  container: ContainerSpec,
  image: UnpackedImage,
  scratch: string,
  port: number | undefined,
  workshop: Workshop,
): Promise<Running> {
  const name = noteOf(task, container);
  for (const line of container.unplayed ?? []) workshop.unplayed.add(`${container.name} ${line}`);
  const volumes = openVolumes(task, container, { scratch, fileSystems: workshop.fileSystems });
  const write = writer(task, container, workshop);
  const { stopSignal, exec, start } = image.needsContainer
    ? await inEngine(name, withVolumes(withNames(container, task), volumes), image, { port, workshop, write })
    : await asProcess(name, container, image, {
        port,
        scratch,
        workshop,
        write,
        hosts: hostsOf(task, scratch),
        volumes,
      });
  const { restart } = container;
  const started = restart === undefined ? start() : withRestarts(start, restart, workshop.pace);
  return { spec: container, image, port, process: await started, stopSignal, exec };
}

/** A container that can be started, more than once where its policy says so. */
interface Startable extends Pick<Running, "exec" | "stopSignal"> {
  start: () => Promise<StartedProcess>;
}

interface Surroundings {
  port: number | undefined;
  workshop: Workshop;
  write: (line: string) => void;
}

interface ProcessParts {
  scratch: string;
  hosts: string | undefined;
  volumes: readonly MountedFolder[];
}

/** Written once for all containers of the task; it goes with the task's folder. */
function hostsOf({ hosts = [] }: TaskSpec, scratch: string): string | undefined {
  if (hosts.length === 0) return undefined;
  const file = join(scratch, ".moorage-hosts");
  if (!existsSync(file)) writeFileSync(file, hostsFile(hosts));
  return file;
}

function withVolumes(container: ContainerSpec, volumes: readonly MountedFolder[]): ContainerSpec {
  const options = volumes.flatMap(({ source, path, readOnly }) => [
    "--volume",
    `${source}:${path}${readOnly ? ":ro" : ""}`,
  ]);
  return { ...container, engineOptions: [...(container.engineOptions ?? []), ...options] };
}

function withNames(container: ContainerSpec, { hosts = [] }: TaskSpec): ContainerSpec {
  const options = hosts.flatMap(({ address, name }) => ["--add-host", `${name}:${address}`]);
  return { ...container, engineOptions: [...(container.engineOptions ?? []), ...options] };
}

async function asProcess(
  name: string,
  container: ContainerSpec,
  image: UnpackedImage,
  { port, scratch, workshop, write, hosts, volumes }: Surroundings & ProcessParts,
): Promise<Startable> {
  const confinement = await confinementOf(container, image, { ...workshop, volumes });
  const home = confinement.readOnly ? image.rootfs : scratch;
  const surroundings = { path: process.env.PATH ?? "", scratch, home, port };
  const launchIn = (one: ContainerSpec): Launch =>
    confined(launchOf(one, image, surroundings), { ...confinement, hosts, image: image.rootfs, scratch });
  const launch = launchIn(container);
  return {
    stopSignal: launch.stopSignal,
    exec: (command) => launchIn({ ...container, entryPoint: command, command: [] }),
    start: () => start(workshop.keeper.wrap(name, launch.file, launch.args, launch.env), launch, write),
  };
}

async function inEngine(
  name: string,
  container: ContainerSpec,
  image: UnpackedImage,
  { port, workshop, write }: Surroundings,
): Promise<Startable> {
  const launch = await containerLaunch(name, container, image, port, workshop);
  const { stopSignal, exec } = launch;
  return {
    stopSignal,
    exec,
    start: async () => {
      const wrapped = workshop.keeper.wrap(name, launch.file, launch.args, launch.env);
      const started = await start(wrapped, launch, write);
      // Killing an engine's client leaves its container running.
      const ended = started.ended.then(async (exitCode) => {
        await launch.remove();
        return exitCode;
      });
      return { ...started, ended };
    },
  };
}

async function start(
  command: Wrapped,
  launch: Launch,
  write: (line: string) => void,
): Promise<StartedProcess> {
  try {
    return await startProcess(command, launch, write);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError("CannotStartContainerError", `CannotStartContainerError: ${why}`);
  }
}

/** awslogs: the stream is `prefix/container/task`. */
function writer(task: TaskSpec, container: ContainerSpec, { logs }: Workshop): (line: string) => void {
  const { log } = container;
  if (log === undefined) return () => undefined;
  const stream = `${log.prefix}/${container.name}/${task.id}`;
  return (message) =>
    logs.append({ site: task.site, group: log.group, stream, message, timestamp: Date.now() });
}
