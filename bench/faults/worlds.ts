import { calibrateEnvironments, calibrateFoundation } from "./calibrate.js";
import { play } from "./campaign.js";
import { describeSchedule, type Schedule } from "./schedule.js";
import { World } from "./world.js";

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

/**
 * Plays what is in the queue until it is empty, and adds what was violated; how many were played. A world in which
 * something was violated is closed, and the next schedule gets a new one.
 */
export async function work(
  queue: Schedule[],
  violations: string[],
  say: (line: string) => void,
): Promise<number> {
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
      say(`${describeSchedule(schedule)}: ${said} (${queue.length} to go)`);
      if (wrong.length === 0) continue;
      worlds.delete(kind);
      await world.close();
    }
  } finally {
    for (const world of worlds.values()) await world.close();
  }
  return played;
}
