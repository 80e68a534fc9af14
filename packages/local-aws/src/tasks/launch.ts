import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve, sep } from "node:path";
import { AwsError } from "../cloud.js";
import type { UnpackedImage } from "../ports.js";
import { hasUnusualName } from "./keeper.js";
import type { ContainerSpec } from "./task.js";

/** How a container's process is started. */
export interface Launch {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  stopSignal: NodeJS.Signals;
}

/** What the machine gives every container besides what its image and task definition say. */
export interface LaunchDeps {
  /** The host's PATH, so that the image finds `node`. */
  path: string;
  /** A scratch folder of the task: its HOME and TMPDIR. */
  scratch: string;
  /** Its HOME, where that is another folder. */
  home?: string;
  port?: number;
}

/**
 * The command, folder and environment of a container, as the OCI image specification and the task definition combine:
 * a definition's entry point drops the image's command. Paths that exist in the image are taken from there. Nothing of
 * our own environment is passed on but PATH. Throws an AwsError in ECS's words when there is nothing to run.
 */
export function launchOf(container: ContainerSpec, image: UnpackedImage, surroundings: LaunchDeps): Launch {
  const { config, rootfs } = image;
  const env = environmentOf(container, image, surroundings);
  const cwd = inside(rootfs, container.workingDirectory ?? config.WorkingDir ?? "/") ?? rootfs;
  const [command, ...args] = withoutShell(commandOf(container, image), env);
  if (command === undefined) throw cannotStart("no command specified");
  const file = find(command, rootfs, cwd, env.PATH ?? "");
  if (file === undefined) throw cannotStart(`exec: "${command}": executable file not found in $PATH`);
  return {
    file,
    args: args.map((arg) => fromImage(arg, rootfs)),
    cwd,
    env,
    stopSignal: signalOf(config.StopSignal),
  };
}

function commandOf(container: ContainerSpec, { config }: UnpackedImage): string[] {
  const entryPoint = container.entryPoint?.length ? container.entryPoint : undefined;
  const command = container.command?.length ? container.command : undefined;
  if (entryPoint) return [...entryPoint, ...(command ?? [])];
  return [...(config.Entrypoint ?? []), ...(command ?? config.Cmd ?? [])];
}

/**
 * `sh -c "exec node server.js"` as the command itself, where the shell of this machine would drop a variable's name. Anything
 * that a shell has to read stays with it, as in a container.
 */
function withoutShell(command: string[], env: Record<string, string>): string[] {
  const [shell, option, script = "", ...rest] = command;
  if (shell !== "sh" || option !== "-c" || rest.length > 0 || !hasUnusualName(env)) return command;
  const words = /^exec ([\w@%+:,./-][\w@%+=:,./ -]*)$/.exec(script)?.[1];
  return words === undefined ? command : words.trim().split(/ +/);
}

function environmentOf(
  container: ContainerSpec,
  { config, rootfs }: UnpackedImage,
  { path, scratch, home = scratch, port }: LaunchDeps,
): Record<string, string> {
  const image = Object.fromEntries((config.Env ?? []).map(assignment));
  const env: Record<string, string> = { HOME: home, TMPDIR: scratch, ...image, ...container.environment };
  env.PATH = [...pathIn(rootfs, env.PATH ?? ""), path].join(delimiter);
  const manifest = env["npm_package_json"];
  if (manifest !== undefined) env["npm_package_json"] = fromImage(manifest, rootfs);
  if (port !== undefined) Object.assign(env, { PORT: String(port), HOST: "127.0.0.1" });
  return env;
}

function assignment(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** The image's own entries of PATH that it really has. */
function pathIn(rootfs: string, path: string): string[] {
  const entries = path.split(":").filter(isAbsolute);
  return entries
    .map((entry) => inside(rootfs, entry))
    .filter((entry) => entry !== undefined && existsSync(entry)) as string[];
}

/** A path of the image as a path of this machine; undefined when it would lead out of the image's folder. */
function inside(rootfs: string, path: string): string | undefined {
  const full = resolve(join(rootfs, path));
  return full === resolve(rootfs) || full.startsWith(resolve(rootfs) + sep) ? full : undefined;
}

/** Absolute paths in arguments (`node /app/server.js`) that name a file of the image. */
function fromImage(argument: string, rootfs: string): string {
  if (!isAbsolute(argument) || argument === "/") return argument;
  const full = inside(rootfs, argument);
  return full !== undefined && existsSync(full) ? full : argument;
}

function find(command: string, rootfs: string, cwd: string, path: string): string | undefined {
  if (isAbsolute(command)) return [fromImage(command, rootfs), command].find(isExecutable);
  if (command.includes("/")) return [join(cwd, command)].find(isExecutable);
  return path
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `SIGTERM`, `TERM` or a number, as Docker takes them. */
function signalOf(text: string | undefined): NodeJS.Signals {
  const names: Record<string, NodeJS.Signals> = {
    "1": "SIGHUP",
    "2": "SIGINT",
    "3": "SIGQUIT",
    "9": "SIGKILL",
  };
  if (text === undefined || text === "") return "SIGTERM";
  const name = text.startsWith("SIG") ? text : `SIG${text}`;
  const known: NodeJS.Signals[] = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGKILL",
    "SIGUSR1",
    "SIGUSR2",
    "SIGWINCH",
  ];
  return names[text] ?? known.find((signal) => signal === name) ?? "SIGTERM";
}

function cannotStart(why: string): AwsError {
  return new AwsError(
    "CannotStartContainerError",
    `CannotStartContainerError: Error response from daemon: failed to create task for container: ${why}`,
  );
}
