import { defineCommand } from "../command.js";
import type { Tool } from "../engine/inspect.js";

/** What a machine needs, what it has, and what Moorage would do about the rest. */
export const doctor = defineCommand({
  name: "doctor",
  describe: "Shows which tools are here, which engine is used, and what is missing",
  async run(_args, { env, signal }) {
    const { inspectEngine } = await import("../engine/inspect.js");
    const [engine, containers] = await Promise.all([
      inspectEngine(env, signal),
      Promise.all(["docker", "podman"].map((name) => container(name, env, signal))),
    ]);
    const tools = [await node(), ...engine, ...containers];
    const problems = tools.filter(({ problem }) => problem);
    if (problems.length > 0) throw await notReady(tools, problems);
    return { value: { ok: true, tools }, text: tools.map(line).join("\n") };
  },
});

const oldestNode = "20.19.0";

async function node(): Promise<Tool> {
  const { gte } = await import("semver");
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
  const [{ firstOnPath }, { runProcess }] = await Promise.all([
    import("../engine/find.js"),
    import("../engine/process.js"),
  ]);
  const path = await firstOnPath(name, env);
  const title = name === "docker" ? "Docker" : "Podman";
  if (path === undefined) {
    return {
      name: title,
      found: undefined,
      note: "only images that need a container want it",
      problem: false,
    };
  }
  const result = await runProcess(path, ["info"], {
    cwd: process.cwd(),
    env,
    signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    graceMs: 0,
  });
  const note = result.code === 0 ? {} : { note: "it is installed, but does not answer" };
  return { name: title, found: path, ...note, problem: false };
}

function line({ name, found, note, problem }: Tool): string {
  const mark = problem ? "missing" : found ? "ok" : "-";
  return `${mark.padEnd(8)}${name.padEnd(15)}${[found ?? "none", note && `(${note})`].filter(Boolean).join(" ")}`;
}

async function notReady(tools: Tool[], problems: Tool[]): Promise<Error> {
  const { exitCodes, MoorageError } = await import("../errors.js");
  return new MoorageError({
    code: "not-ready",
    message: `Something is missing on this machine:\n${tools.map(line).join("\n")}`,
    hint: problems.map(({ name, note }) => `${name}: ${note ?? "install it"}`).join("; "),
    exitCode: exitCodes.failed,
    fault: "platform",
    result: { ok: false, tools },
  });
}
