import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../core/own-modules.js";
import { defineCommand, type Invocation } from "../../core/command.js";

export const localEnv = defineCommand({
  name: "local env",
  describe: "Prints exports for using the plain pulumi and aws commands with the local target",
  examples: ['eval "$(moorage local env)" && pulumi preview -s dev'],
  async run(_args, invocation) {
    const { configuredEndpoints, startLocalTarget } = await import("../../context/local-target.js");
    const local = await startLocalTarget(invocation);
    const endpoints = await configuredEndpoints(invocation.cwd);
    const { engineEnv, backendUrl, foundation, taskEnv } = await local.site(
      local.home.defaultSite,
      endpoints,
    );
    const exports = {
      ...engineEnv,
      PULUMI_BACKEND_URL: backendUrl,
      MOORAGE_FOUNDATION: JSON.stringify(foundation),
      ...(Object.keys(taskEnv).length > 0 && { MOORAGE_TASK_ENV: JSON.stringify(taskEnv) }),
      ...(fromSources() && { NODE_OPTIONS: nodeOptions(invocation.env["NODE_OPTIONS"]) }),
      ...(await enginePath(invocation)),
    };
    invocation.reporter.mask?.(engineEnv["AWS_SECRET_ACCESS_KEY"] ?? "");
    const lines = Object.entries(exports).map(([name, value]) => `export ${name}=${quoted(value)}`);
    return { value: exports, text: `${lines.join("\n")}\n`, isSecret: true };
  },
});

/** In Moorage's own repository the programs are TypeScript; what is installed is the bundle, and tsx is not there. */
function fromSources(): boolean {
  return existsSync(join(packageFolder(), "stacks", "index.ts"));
}

/** The language host of the built engine is too old to read `runtime.options` of Pulumi.yaml. */
function nodeOptions(own = ""): string {
  return /--import[= ]tsx/.test(own) ? own : `${own} --import tsx`.trim();
}

/** PATH with the engine's folder first; none where the engine has not been got yet. */
async function enginePath({ env }: Invocation): Promise<{ PATH?: string }> {
  const [{ findEngine }, { delimiter, dirname }] = await Promise.all([
    import("../../adapters/engine/find.js"),
    import("node:path"),
  ]);
  const engine = await findEngine({ env });
  if (engine === undefined) return {};
  const folders = (env["PATH"] ?? "").split(delimiter);
  const own = dirname(engine.path);
  return folders.includes(own) ? {} : { PATH: [own, ...folders].join(delimiter) };
}

/** As one word of a POSIX shell. */
export function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
