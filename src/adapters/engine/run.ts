import type { Trace } from "../../core/trace.js";
import { bounds } from "../../core/bounds.js";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { Cli, CliFailure } from "./cli.js";
import type { Engine, Plan, ResourceEvent, RunOptions, StackSpec, UpOptions, UpResult } from "./engine.js";
import { isStackNotFound } from "./failure.js";
import { EngineListeners } from "./listeners.js";
import type { EngineBinary } from "./pinned.js";
import { PlanLog } from "./plan.js";
import { adopt, repair } from "./repair.js";
import { type Driver, type Session, withSession } from "./session.js";
import { readState } from "./state.js";
import { defaultPatience, type RelayTimeouts } from "./state-relay/run.js";

export interface EngineOptions {
  binary: EngineBinary;
  /** Where temporary work folders are made; the system's temporary folder unless given. */
  workFolder?: string;
  /** What the CLI has to end an operation in when it is interrupted, in milliseconds; 5,000 unless given (F6). */
  graceMs?: number;
  /** With a backend that fails. */
  patience?: RelayTimeouts;
  /** Who is told of what it does. */
  listeners?: EngineListeners;
  /** Told each process of the CLI. */
  trace?: Trace | undefined;
}

/** The real Pulumi CLI behind the port that commands use. */
export function createEngine({
  binary,
  workFolder,
  graceMs = bounds.engineGrace,
  patience = defaultPatience,
  listeners = new EngineListeners(),
  trace,
}: EngineOptions): Engine {
  const cli = new Cli(binary, graceMs, trace);
  const driver: Driver = { cli, workFolder, patience, trace };
  return {
    up: (spec, options) => {
      const program = listeners.announcing(spec, options.program);
      const onResource = (event: ResourceEvent) => {
        listeners.tellResource(event);
        options.onResource?.(event);
      };
      return up(driver, spec, { ...options, program, onResource });
    },
    preview: (spec, options) =>
      preview(driver, spec, { ...options, program: listeners.announcing(spec, options.program) }),
    destroy: (spec, options) => destroy(driver, spec, options),
    refresh: (spec, type, options) => refresh(driver, spec, type, options),
    state: (spec) => readState(driver, spec),
    repair: (spec, lookup, options) => repair(driver, spec, lookup, options),
    adopt: (spec, found, options) => adopt(driver, spec, found, options),
    get processes() {
      return cli.processes;
    },
  };
}

/** One process for a stack that exists, two for a new one; the record may be wrong either way. */
async function up(driver: Driver, spec: StackSpec, options: UpOptions): Promise<UpResult> {
  const startedAt = Date.now();
  return withSession(driver, spec, { ...options, verb: "up" }, async (session) => {
    await onStack(session, options.exists, async () => {
      const stack = await session.stack(options);
      await stack.up({ onEvent: session.events.read, ...quietly });
    });
    const { changes, outputs } = session.events;
    return { changes, outputs, durationMs: Date.now() - startedAt };
  });
}

/** As many processes as `up`. */
async function preview(driver: Driver, spec: StackSpec, options: UpOptions): Promise<Plan> {
  return withSession(driver, spec, { ...options, verb: "preview" }, async (session) => {
    let log = new PlanLog();
    await onStack(session, options.exists, async () => {
      const stack = await session.stack(options);
      log = new PlanLog();
      const onEvent = (event: EngineEvent) => {
        session.events.read(event);
        log.read(event);
      };
      await stack.preview({ onEvent, ...quietly });
    });
    return { changes: session.events.changes, steps: log.steps };
  });
}

const quietly = { suppressOutputs: true, userAgent: "moorage" } as const;

/** Runs `operate` on a stack that is there: created before it, or after the engine has said that there is none. */
async function onStack(session: Session, exists: boolean, operate: () => Promise<void>): Promise<void> {
  if (!exists) await createStack(session);
  await operate().catch(async (error: unknown) => {
    if (!isStackNotFound(error)) throw error;
    await createStack(session);
    await operate();
  });
}

/** Leaves nothing selected, so that nothing is written in Pulumi's home. */
async function createStack({ pulumi, spec }: Session): Promise<void> {
  const provider = spec.settings?.["secretsprovider"];
  try {
    await pulumi("stack", "init", "--no-select", ...(provider ? ["--secrets-provider", provider] : []));
  } catch (error) {
    if (!(error instanceof CliFailure && error.message.includes("already exists"))) throw error;
  }
}

async function destroy(driver: Driver, spec: StackSpec, options: RunOptions): ReturnType<Engine["destroy"]> {
  const startedAt = Date.now();
  return withSession(driver, spec, { ...options, verb: "destroy" }, async (session) => {
    const stack = await session.stack({ extraArgs: ["--remove"] });
    const result = await stack
      .destroy({ onEvent: session.events.read, ...quietly })
      .then(() => "destroyed" as const)
      .catch((error: unknown) => {
        if (isStackNotFound(error)) return "absent" as const;
        throw error;
      });
    return { result, deleted: session.events.deleted, durationMs: Date.now() - startedAt };
  });
}

/** One process. `**` in a target stands for any part of a URN (pulumi refresh --help). */
async function refresh(driver: Driver, spec: StackSpec, type: string, options: RunOptions): Promise<void> {
  await withSession(driver, spec, { ...options, verb: "refresh" }, async (session) => {
    const stack = await session.stack();
    await stack.refresh({ target: [`**${type}::**`], onEvent: session.events.read, ...quietly });
  });
}
