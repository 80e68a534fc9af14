import { bounds } from "../../core/bounds.js";
import { badRequest, MoorageError } from "../../core/errors.js";
import type { DockerfileBuild } from "@moorage/local-aws";
import { runCommand, type CommandOptions } from "./command.js";

export type ContainerTool = "docker" | "podman";

/** The first tool that is installed and answers (Docker without its daemon does not). Asks each for 5 s at most. */
export async function findContainerTool(env: NodeJS.ProcessEnv): Promise<ContainerTool | undefined> {
  for (const tool of ["docker", "podman"] as const) {
    if ((await runCommand(tool, ["info"], { env, timeoutMs: bounds.toolAnswer })).code === 0) return tool;
  }
  return undefined;
}

/** The arguments of a build; plain `build` of either tool, no plugin needed. */
export function buildArguments(name: string, build: DockerfileBuild): string[] {
  const pairs = (option: string, values: Record<string, string> = {}) =>
    Object.entries(values).map(([key, value]) => `--${option}=${key}=${value}`);
  return [
    "build",
    `--tag=${name}`,
    `--file=${build.dockerfile}`,
    ...(build.target === undefined ? [] : [`--target=${build.target}`]),
    ...(build.platform === undefined ? [] : [`--platform=${build.platform}`]),
    ...pairs("build-arg", build.args),
    ...pairs("label", build.labels),
    build.context,
  ];
}

/** Runs the tool. Raises `image-build-failed` or `image-push-failed` (exit 1) with its last lines. */
export async function runTool(tool: ContainerTool, args: string[], options: CommandOptions): Promise<void> {
  const { code, tail } = await runCommand(tool, args, options);
  if (code === 0) return;
  options.signal?.throwIfAborted();
  const verb = verbs.find((name) => args.includes(name)) ?? "";
  const pushing = verb === "login" || verb === "push";
  const byHand = `Run "${tool} ${verb}" by hand to see all of its output, and correct what it names.`;
  throw new MoorageError({
    code: pushing ? "image-push-failed" : "image-build-failed",
    message: `${tool} ${verb} failed:\n${tail}`,
    hint: pushing ? "Check that the repository exists and that the role may push to it." : byHand,
  });
}

const verbs = ["build", "save", "login", "push"];

/** Raised where no tool works (exit 2). */
export function noTool(): Error {
  return badRequest(
    "container-tool-missing",
    "Neither Docker nor Podman works here, and one of them is needed to build a Dockerfile.",
    "Start Docker, or install Podman.",
  );
}
