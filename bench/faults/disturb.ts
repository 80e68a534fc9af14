import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { killWithEngine } from "../../test/harness/kill.js";
import type { Act } from "./acts.js";
import { untilPending } from "./pending.js";
import type { FaultName, Schedule } from "./schedule.js";
import { clock, type Ended, type World } from "./world.js";

/** What a disturbed run came to. */
export interface Disturbed {
  run: Ended;
  /** The second run, of two at once. */
  second?: Ended;
  /** Whether a person's freeze was confirmed while it ran. */
  frozen: boolean;
  /** From the first signal to the end, in milliseconds. */
  afterSignalMs?: number;
}

const minutes = 60_000;
const jump = (by: number) => ({ NODE_OPTIONS: `--import ${clock}`, MOORAGE_FAULTS_CLOCK_BY: String(by) });

/** The environment in which the command is started, for the faults that stand there. */
function environmentOf(fault: FaultName, atMs: number): NodeJS.ProcessEnv {
  if (fault === "clock ahead") return { ...jump(17 * minutes), MOORAGE_FAULTS_CLOCK_AFTER: String(atMs) };
  if (fault === "clock behind") return { ...jump(-17 * minutes), MOORAGE_FAULTS_CLOCK_AFTER: String(atMs) };
  if (fault === "another time zone") return { TZ: "CET-1CEST" };
  return {};
}

/** How long AWS takes over each call while it is slow, and over a creation that is killed, in milliseconds. */
const slowMs = 600;
const creationMs = 2_500;
/** How much longer a refused deployment takes then: it asks AWS for little. */
const slowRefusalMs = 3 * slowMs;

/** What is told to the target before the command starts. */
async function prepare(world: World, { fault, creation }: Schedule): Promise<void> {
  if (fault === "throttled") await world.fault("throttle");
  if (fault === "frozen while AWS is slow") await world.fault("latency", "--ms", String(slowMs));
  if (creation === undefined) return;
  await world.fault("latency", "--operation", creation, "--ms", String(creationMs));
}

/** Runs the command, and does to it what the fault says, `usualMs` being the time that it takes undisturbed. */
export async function disturb(
  world: World,
  act: Act,
  schedule: Schedule,
  usualMs: number,
): Promise<Disturbed> {
  const { fault, moment } = schedule;
  await prepare(world, schedule);
  const atMs = moment * (fault === "frozen while AWS is slow" ? usualMs + slowRefusalMs : usualMs);
  const child = world.start(act.args, { ...environmentOf(fault, atMs), ...act.env });
  const ended = world.ended(child);
  const over = ended.then(() => undefined);
  if (schedule.creation === undefined) await Promise.race([delay(atMs), over]);
  const signalledAt = performance.now();
  const { second, frozen } = await strike(world, act, schedule, child);
  const run = await ended;
  return {
    run,
    frozen,
    ...(second && { second: await second }),
    ...(fault.startsWith("SIG") && { afterSignalMs: performance.now() - signalledAt }),
  };
}

interface Struck {
  second?: Promise<Ended>;
  frozen: boolean;
}

async function strike(world: World, act: Act, schedule: Schedule, child: ChildProcess): Promise<Struck> {
  const { fault } = schedule;
  const calm = { frozen: false };
  switch (fault) {
    case "kill":
      kill(child);
      return calm;
    case "kill during a creation":
      await killDuring(world, act, schedule, child);
      return calm;
    case "kill driver":
      child.kill("SIGKILL");
      return calm;
    case "kill while AWS is slow":
      // What is under way then is made on the target after its maker's death.
      await world.fault("latency", "--ms", "1500");
      await delay(400);
      kill(child);
      await delay(1_600);
      return calm;
    case "SIGINT":
    case "SIGTERM":
    case "SIGHUP":
      child.kill(fault);
      return calm;
    case "SIGINT twice":
      child.kill("SIGINT");
      await delay(300);
      child.kill("SIGINT");
      return calm;
    case "stderr closed":
      child.stderr?.destroy();
      return calm;
    case "stdout closed":
      child.stdout?.destroy();
      return calm;
    case "answer late":
      await world.fault("latency", "--ms", "700");
      return calm;
    case "answer lost":
      for (const operation of ["DescribeServices", "ListServiceDeployments", "RegisterTaskDefinition"]) {
        const lost = ["--operation", operation, "--code", "ServerException", "--status", "500"];
        await world.fault("error", ...lost, "--times", "3");
      }
      return calm;
    case "daemon killed":
      await world.fault("kill-daemon");
      return calm;
    case "another time zone":
    case "two at once":
      return { frozen: false, second: world.run(act.args, act.env) };
    case "frozen by a person":
    case "frozen while AWS is slow":
      return { frozen: await freeze(world, act) };
    case "frozen, then killed": {
      const frozen = await freeze(world, act);
      kill(child);
      return { frozen };
    }
    case "bucket hangs":
    case "bucket cut off":
      world.proxy?.set(fault === "bucket hangs" ? "hangs" : "cut");
      return calm;
    default:
      return calm;
  }
}

function isAlive({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode === null && signalCode === null && pid !== undefined;
}

function kill(child: ChildProcess): void {
  if (isAlive(child)) killWithEngine(child.pid ?? 0);
}

/** Killed at a random moment of a creation, which AWS then ends without anybody to tell. */
async function killDuring(
  world: World,
  { stack }: Act,
  { creation = "", moment }: Schedule,
  child: ChildProcess,
): Promise<void> {
  if (!(await untilPending(world.sandbox.home, stack, creation, () => !isAlive(child)))) return;
  await delay(moment * 0.6 * creationMs);
  kill(child);
  await delay(creationMs);
}

/** A person locks the environment while the command runs; whether she was told that it is locked. */
async function freeze(world: World, act: Act): Promise<boolean> {
  return (await world.run(["lock", act.stack, "--reason", "a person's"])).code === 0;
}
