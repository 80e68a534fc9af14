import { spawn } from "node:child_process";
import { finished, type Run } from "../../../../test/harness/sandbox.js";
import type { PythonTool } from "../../../../test/harness/python-tool.js";

/** AWS's command line, at one endpoint, with nothing of this machine's configuration. */
export class AwsCli {
  constructor(
    private readonly tool: PythonTool,
    /** What `local env` exports. */
    private readonly exports: Record<string, string> = {},
  ) {}

  /** As after `eval "$(moorage local env)"`. */
  run(...args: string[]): Promise<Run> {
    return this.start(args, this.exports);
  }

  /** With an environment that says all, the endpoint too. */
  start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
    const own = {
      PATH: process.env["PATH"],
      PYTHONPATH: this.tool.folder,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_PAGER: "",
    };
    const command = ["-S", "-m", "awscli", ...args, "--output", "json"];
    return finished(
      spawn(this.tool.python, command, { env: { ...own, ...env }, stdio: ["ignore", "pipe", "pipe"] }),
    );
  }

  /** Runs a command that must exit with 0, and gives its JSON. */
  async json<Value>(...args: string[]): Promise<Value> {
    const run = await this.run(...args);
    if (run.code !== 0) throw new Error(`aws ${args.join(" ")} ended ${String(run.code)}\n${run.stderr}`);
    return run.json<Value>();
  }
}
