import { bounds } from "../../../core/bounds.js";
import type { Tool } from "../../../adapters/engine/inspect.js";
import { inspectEngine } from "../../../adapters/engine/inspect.js";
import { firstOnPath } from "../../../adapters/engine/find.js";
import { runProcess } from "../../../adapters/engine/process.js";
import { gte } from "semver";
import type { Finding } from "../../inspect/verify/finding.js";
import { boundedSignal } from "../../../core/bounded-signal.js";

/** What this machine has, and what is done about the rest. */
export async function inspectTools(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Tool[]> {
  const [engine, ...containers] = await Promise.all([
    inspectEngine(env, signal),
    ...["docker", "podman"].map((name) => container(name, env, signal)),
  ]);
  return [node(), ...engine, ...containers];
}

/** A tool as a line of the tree: what is not there and not needed is no failure. */
export function findingOf({ name, found, note, problem }: Tool): Finding {
  const result = problem ? "NG" : found === undefined ? "SKIP" : "OK";
  const message = [found ?? "None", note && `(${note})`].filter(Boolean).join(" ");
  return { check: `tools/${name}`, result, message };
}

const oldestNode = "20.19.0";

function node(): Tool {
  const version = process.versions.node;
  const old = !gte(version, oldestNode);
  return {
    name: "Node",
    found: version,
    ...(old && { note: `${oldestNode} or later is needed` }),
    problem: old,
  };
}

/** Containers are for images that bring their own operating system; other images run without. */
async function container(name: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Tool> {
  const path = await firstOnPath(name, env);
  const title = name === "docker" ? "Docker" : "Podman";
  if (path === undefined) {
    return {
      name: title,
      found: undefined,
      note: "only needed for images that need a container",
      problem: false,
    };
  }
  const result = await runProcess(path, ["info"], {
    cwd: process.cwd(),
    env,
    signal: boundedSignal(bounds.toolAnswer, signal),
    graceMs: 0,
  });
  const note = result.code === 0 ? {} : { note: "it is installed, but does not answer" };
  return { name: title, found: path, ...note, problem: false };
}
