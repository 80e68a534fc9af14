import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { AwsError } from "../cloud.js";
import { thisSystem } from "../platform/index.js";
import type { Keeper } from "./keeper.js";
import type { Launch } from "./launch.js";
import type { UnpackedImage } from "../ports.js";
import type { EngineImages } from "./engine-images.js";
import type { ContainerSpec } from "./task.js";

/** A container engine that works here: its command, and what `run` needs besides. */
export interface ContainerEngine {
  command: string;
  globals: string[];
  run: string[];
}

const docker: ContainerEngine = { command: "docker", globals: [], run: [] };

function podman(): ContainerEngine {
  const { globals, run } = thisSystem().podman;
  return { command: "podman", globals: [...globals], run: [...run] };
}

/** Docker or Podman, whichever answers; looked for once, when the first image wants it. */
export function containerEngineFinder(): () => Promise<ContainerEngine | undefined> {
  let found: Promise<ContainerEngine | undefined> | undefined;
  return () => (found ??= firstThatAnswers([docker, podman()]));
}

async function firstThatAnswers(engines: ContainerEngine[]): Promise<ContainerEngine | undefined> {
  for (const engine of engines)
    if (await succeeds(engine.command, [...engine.globals, "info"])) return engine;
  return undefined;
}

export function succeeds(command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000, killSignal: "SIGKILL" }, (error) => resolve(error === null));
  });
}

/** What starts the container, and what makes sure that it is gone. */
export interface ContainerLaunch extends Launch {
  remove: () => Promise<unknown>;
  /** Another command in the same container. */
  exec: (command: string[], terminal?: boolean) => Launch;
}

/**
 * The command that runs a container whose port is this machine's. Its environment goes by the engine's own environment, so that
 * no value stands in the process list. Throws TaskFailedToStart's words when no engine works here.
 */
export async function containerLaunch(
  name: string,
  container: ContainerSpec,
  image: UnpackedImage,
  port: number | undefined,
  workshop: {
    engine: () => Promise<ContainerEngine | undefined>;
    keeper: Keeper;
    engineImages: EngineImages;
  },
): Promise<ContainerLaunch> {
  const engine = await workshop.engine();
  if (engine === undefined) throw noEngine(container.image);
  const loaded = await workshop.engineImages.load(engine, image);
  const id = `moorage-${name}`;
  const network = thisSystem().containerNetwork(port);
  const env = {
    ...container.environment,
    ...(port !== undefined && { PORT: String(port), HOST: network.address }),
  };
  const remove = [...engine.globals, "rm", "--force", id];
  writeFileSync(workshop.keeper.containerNote(name), [engine.command, ...remove].join(" "));
  return {
    file: engine.command,
    args: [
      ...engine.globals,
      "run",
      ...engine.run,
      ...runOptions(id, container, Object.keys(env)),
      ...network.options,
      loaded,
      ...commandOf(container),
    ],
    cwd: "/",
    env: { ...hostEnv(), ...env },
    stopSignal: "SIGTERM",
    remove: () => succeeds(engine.command, remove),
    exec: (command, terminal) => ({
      file: engine.command,
      args: [
        ...engine.globals,
        "exec",
        "--interactive",
        ...(terminal === true ? ["--tty"] : []),
        id,
        ...command,
      ],
      cwd: "/",
      env: hostEnv(),
      stopSignal: "SIGTERM",
    }),
  };
}

function runOptions(id: string, container: ContainerSpec, variables: string[]): string[] {
  const [entryPoint] = container.entryPoint ?? [];
  return [
    ...["--rm", "--pull", "never", "--name", id],
    ...variables.flatMap((variable) => ["--env", variable]),
    ...(container.engineOptions ?? []),
    ...(container.user === undefined ? [] : ["--user", container.user]),
    ...(container.readOnly ? ["--read-only", "--tmpfs", "/tmp"] : []),
    ...(container.workingDirectory ? ["--workdir", container.workingDirectory] : []),
    ...(entryPoint === undefined ? [] : ["--entrypoint", entryPoint]),
  ];
}

function commandOf(container: ContainerSpec): string[] {
  return [...(container.entryPoint ?? []).slice(1), ...(container.command ?? [])];
}

/** What the engine's client itself needs. */
function hostEnv(): Record<string, string> {
  const names = ["PATH", "HOME", "DOCKER_HOST", "XDG_RUNTIME_DIR"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function noEngine(image: string): AwsError {
  return new AwsError(
    "CannotStartContainerError",
    `CannotStartContainerError: ${image} brings its own operating system and needs a container engine: start Docker, ` +
      "or install Podman with runc; or make the image from a folder with `moorage local image`.",
  );
}
