import { delimiter, dirname } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { SemVer } from "semver";
import { inherited } from "./inherited.js";
import type { EngineBinary } from "./pinned.js";
import { type Trace, traced } from "../../core/trace.js";
import { type ProcessResult, runProcess } from "./process.js";

/** `pulumi` ended with another code than 0. Classified by `failure.ts`; never shown as it is. */
export class CliFailure extends Error {
  constructor(
    readonly verb: string,
    readonly result: ProcessResult,
  ) {
    super(result.stderr.trim() || result.stdout.trim() || `pulumi ${verb} exited with ${result.code}`);
    this.name = "CliFailure";
  }
}

/** Exit codes of the CLI that we act on (pulumi: pkg/cmd/pulumi/cmd/exit_codes.go). */
export const cliExitCodes = { unauthorised: 3, stackNotFound: 6 } as const;

export interface CliContext {
  cwd: string;
  env: Record<string, string>;
  signal: AbortSignal;
  /** Aborted when the CLI is to end what it has begun, and begin nothing. */
  giveUp?: AbortSignal | undefined;
  /** Told the pid of each CLI process that is started. */
  onStart?: (pid: number) => void;
}

/** The one way in which a CLI process is started. */
export class Cli {
  /** Processes started so far. */
  processes = 0;

  constructor(
    readonly binary: EngineBinary,
    /** What the CLI has to end an operation in after its one SIGINT, in milliseconds. */
    private readonly graceMs: number,
    /** Told each process once it has ended. */
    private readonly trace?: Trace,
  ) {}

  /** Raises a CliFailure when the exit code is not 0. */
  async run(
    args: readonly string[],
    { cwd, env, signal, giveUp, onStart }: CliContext,
  ): Promise<ProcessResult & { code: 0 }> {
    this.processes += 1;
    const call = { to: "engine", what: whatOf(args), outcome: exitOf } as const;
    const result = await traced(this.trace, call, () =>
      runProcess(this.binary.path, [...args, "--non-interactive", "--color", "never"], {
        cwd,
        env: this.environment(env),
        signal,
        giveUp,
        onStart,
        graceMs: this.graceMs,
      }),
    );
    if (result.code !== 0) throw new CliFailure(args[0] ?? "", result);
    return { ...result, code: 0 };
  }

  /** What the Automation API takes for its own way of starting the CLI. `run` is not in its published type. */
  asPulumiCommand(context: Pick<CliContext, "signal" | "giveUp" | "onStart">): PulumiCommand {
    const command = {
      command: this.binary.path,
      version: new SemVer(this.binary.version),
      run: (args: string[], cwd: string, env: Record<string, string>) =>
        this.run(args, { ...context, cwd, env }),
    };
    return command as unknown as PulumiCommand;
  }

  /** The binary's own folder comes first on PATH: its language hosts are beside it. */
  private environment(env: Record<string, string>): NodeJS.ProcessEnv {
    const path = [dirname(this.binary.path), process.env["PATH"]].filter(Boolean).join(delimiter);
    return { ...inherited(process.env), PATH: path, ...env, PULUMI_AUTOMATION_API: "true" };
  }
}

/** The verb and the stack: `pulumi stack export dev`. Other arguments may hold values, and are not told. */
function whatOf(args: readonly string[]): string {
  const verbs = args.slice(0, 2).filter((word) => /^[a-z]+$/.test(word));
  const at = args.findIndex((word) => word === "--stack" || word === "-s");
  const stack = at < 0 ? [] : args.slice(at + 1, at + 2);
  return [
    "pulumi",
    ...(["stack", "config", "state"].includes(args[0] ?? "") ? verbs : verbs.slice(0, 1)),
    ...stack,
  ].join(" ");
}

function exitOf({ code }: ProcessResult): string {
  return code === null ? "ended by a signal" : `exit ${code}`;
}
