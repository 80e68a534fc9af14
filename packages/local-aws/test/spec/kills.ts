import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../../src/platform/index.js";
import { eventually } from "../../../../test/harness/eventually.js";
import { processesOf } from "../../../../test/harness/processes.js";
import type { Rehearsal } from "../../../../test/harness/rehearsal.js";
import { root } from "../../../../test/harness/sandbox.js";
import { ask } from "../balancer/ask.js";

/** What one kill came to. */
export interface Killed {
  /** Milliseconds after the rollout was asked for. */
  atMs: number;
  /** Whether the rollout was under way. */
  during: boolean;
  /** How the rollout ended. */
  status: string | undefined;
  /** From the kill to the end of the rollout, in milliseconds. */
  recoveryMs: number;
}

export interface Kills {
  kills: number;
  /** The kill comes within this time after the rollout was asked for, in milliseconds. */
  withinMs: number;
  /** Moments follow from it. */
  seed: number;
}

const name = "hello";
const host = "hello.localhost";
const desired = 2;

/**
 * Rolls a service out again and again and kills the daemon with SIGKILL at a random moment of each rollout. The next command
 * brings the daemon back, and the rollout has to end with the asked version, with nothing left over of the life before.
 */
export async function killDuringRollouts(
  rehearsal: Rehearsal,
  { kills, withinMs, seed }: Kills,
  onKilled: (killed: Killed) => void = () => undefined,
): Promise<Killed[]> {
  const image = await rehearsal.image(join(root, "examples/hello"), "hello", "v1");
  const group = await rehearsal.create({ name, image, desired, priority: 1, host });
  await rehearsal.ended(name);
  const random = randomFrom(seed);
  const outcomes: Killed[] = [];
  for (let round = 1; round <= kills; round++) {
    const killed = await killOnce(rehearsal, image, `version-${round}`, random() * withinMs);
    await nothingIsLeft(rehearsal, group);
    onKilled(killed);
    outcomes.push(killed);
  }
  return outcomes;
}

async function killOnce(rehearsal: Rehearsal, image: string, version: string, atMs: number): Promise<Killed> {
  const { pid } = await rehearsal.status();
  const rollout = rehearsal.roll(name, image, version).catch(() => undefined);
  await delay(atMs);
  process.kill(pid, "SIGKILL");
  const killedAt = Date.now();
  const old = notedPids(rehearsal);
  const taskDefinition = await rollout;
  await rehearsal.sandbox.json("local", "start");
  // A call that was killed before its answer may have been lost: its caller repeats it.
  const known = taskDefinition !== undefined && (await rehearsal.service(name)).taskDefinition;
  if (known !== taskDefinition) await rehearsal.roll(name, image, version);
  const { status, finishedAt } = await rehearsal.ended(name);
  const recoveryMs = Date.now() - killedAt;
  // A rollout that had ended before has its tasks replaced: they died with the daemon.
  const port = await rehearsal.port();
  const answers = async () => (await ask(port, { host, path: "/healthz" })).body.includes(`"${version}"`);
  await eventually(`${version} answers`, answers);
  await eventually("the tasks of the killed daemon have ended", () => !old.some(isAlive));
  return { atMs, during: Number(finishedAt) > killedAt, status, recoveryMs };
}

/** Settled: as many tasks, targets, pid files and scratch folders as are desired, and one daemon with one keeper. */
async function nothingIsLeft(rehearsal: Rehearsal, group: string): Promise<void> {
  let seen = "";
  const expected = JSON.stringify({
    tasks: desired,
    targets: Array(desired).fill("healthy"),
    pids: desired,
    keepers: 1,
    scratch: desired,
    processes: 2,
  });
  const settled = async () => {
    seen = JSON.stringify({
      tasks: (await rehearsal.tasks(name, "RUNNING")).length,
      targets: await rehearsal.health(group),
      pids: notedPids(rehearsal).filter(isAlive).length,
      keepers: keepers(rehearsal).length,
      scratch: readdirSync(join(rehearsal.sandbox.home, "tasks", "scratch")).length,
      processes: processesOf(rehearsal.sandbox.home).length,
    });
    return seen === expected;
  };
  await eventually(`only what is desired is there`, settled).catch((error: unknown) => {
    throw new Error(`there is ${seen}`, { cause: error });
  });
}

/** The keepers' folders, one for each daemon whose tasks are not known to have ended. */
function keepers(rehearsal: Rehearsal): string[] {
  const folder = join(rehearsal.sandbox.home, "tasks", "pids");
  return readdirSync(folder).map((entry) => join(folder, entry));
}

/** The process ids of tasks, as the keepers have noted them. */
function notedPids(rehearsal: Rehearsal): number[] {
  const files = keepers(rehearsal).flatMap((folder) =>
    readdirIfThere(folder).map((entry) => join(folder, entry)),
  );
  return files.filter((file) => file.endsWith(".pid")).flatMap((file) => readIfThere(file));
}

/** A keeper may just be clearing its folder away. */
function readdirIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readIfThere(file: string): number[] {
  try {
    return [Number(readFileSync(file, "utf8"))];
  } catch {
    return [];
  }
}

/** https://en.wikipedia.org/wiki/Linear_congruential_generator with the constants of Numerical Recipes. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
