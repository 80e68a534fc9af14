/**
 * A campaign of faults that follows from a seed: kills, signals, closed pipes, hangs, throttles, lost answers, clock
 * jumps, a second run and a person's freeze, over each command that changes something. After each one more run of the
 * command has to converge: no orphan, no second copy, no lost freeze, no false success, the lock free, the record true.
 *
 *     npx tsx bench/faults.ts [schedules] [first seed] [at once]      500, 1 and 2 unless told
 *     npx tsx bench/faults.ts --seed 17,42                            those again
 *
 * Needs `npm run build`. Exits with 1 when anything was violated; each violation names the seed that repeats it.
 */
import { calibrateEnvironments, calibrateFoundation } from "./faults/calibrate.js";
import { play } from "./faults/campaign.js";
import { describeSchedule, type Schedule, scheduleOf } from "./faults/schedule.js";
import { World } from "./faults/world.js";

type Kind = "environments in files" | "environments in S3" | "foundation";

const kindOf = ({ command, backend }: Schedule): Kind =>
  command.startsWith("infra")
    ? "foundation"
    : backend === "s3"
      ? "environments in S3"
      : "environments in files";

async function openWorld(kind: Kind): Promise<World> {
  const world = await World.open(kind === "environments in S3" ? "s3" : "file");
  try {
    await (kind === "foundation" ? calibrateFoundation(world) : calibrateEnvironments(world));
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** Worlds of one worker; one in which something was violated is left for the next schedule in a new one. */
async function work(queue: Schedule[], violations: string[]): Promise<number> {
  const worlds = new Map<Kind, World>();
  let played = 0;
  try {
    for (let schedule = queue.shift(); schedule !== undefined; schedule = queue.shift()) {
      const kind = kindOf(schedule);
      const world = worlds.get(kind) ?? (await openWorld(kind));
      worlds.set(kind, world);
      const wrong = await play(world, schedule).catch((error: unknown) => [
        `${describeSchedule(schedule)}: ${error instanceof Error ? error.message : String(error)}`,
      ]);
      played += 1;
      violations.push(...wrong);
      const said = wrong.length === 0 ? "as it should be" : `VIOLATED\n  ${wrong.join("\n  ")}`;
      process.stderr.write(`${describeSchedule(schedule)}: ${said} (${queue.length} to go)\n`);
      if (wrong.length === 0) continue;
      worlds.delete(kind);
      await world.close();
    }
  } finally {
    for (const world of worlds.values()) await world.close();
  }
  return played;
}

const [first, second, ...rest] = process.argv.slice(2);
const seeds =
  first === "--seed"
    ? (second ?? "").split(",").map(Number)
    : Array.from({ length: Number(first ?? 500) }, (_, at) => Number(second ?? 1) + at);
const atOnce = Number(rest[0] ?? (first === "--seed" ? 1 : 2));
const queue = seeds.map(scheduleOf);
const violations: string[] = [];
const played = await Promise.all(Array.from({ length: atOnce }, () => work(queue, violations)));
const schedules = played.reduce((sum, count) => sum + count, 0);
process.stdout.write(`${JSON.stringify({ schedules, violations })}\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
