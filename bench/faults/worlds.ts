import { play } from "./campaign.js";
import { describeSchedule, type Schedule } from "./schedule.js";
import { type Kind, World } from "./world.js";

const kindOf = ({ command, backend }: Schedule): Kind =>
  command.startsWith("infra")
    ? "foundation"
    : backend === "s3"
      ? "environments in S3"
      : "environments in files";

/** What is tried, on which installed clone, and how the campaign tells of it. */
export interface Campaign {
  queue: Schedule[];
  /** The folder of the clone; this one by default. */
  cli?: string;
  say: (line: string) => void;
  /** Aborted when the campaign has to end: what runs is killed, its worlds are closed, and the rest is not played. */
  signal?: AbortSignal;
}

export interface Played {
  schedules: number;
  violations: string[];
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** One world for each kind, opened when the first schedule needs it. */
class Worlds {
  private readonly worlds = new Map<Kind, World>();

  constructor(private readonly cli?: string) {}

  async of(kind: Kind): Promise<World> {
    const known = this.worlds.get(kind);
    if (known !== undefined) return known;
    const world = new World(this.cli);
    this.worlds.set(kind, world);
    await world.prepare(kind).catch((error: unknown) => {
      throw new Error(`its world (${kind}) could not be prepared: ${messageOf(error)}`);
    });
    return world;
  }

  async close(kind: Kind): Promise<void> {
    const world = this.worlds.get(kind);
    this.worlds.delete(kind);
    await world?.close();
  }

  interrupt(): void {
    for (const world of this.worlds.values()) world.interrupt();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.worlds.keys()].map((kind) => this.close(kind)));
  }
}

/**
 * Plays what is in the queue until it is empty. A world in which something was violated is closed, and the next schedule
 * gets a new one; a schedule whose world cannot be prepared counts as violated.
 */
export async function work({ queue, cli, say, signal }: Campaign): Promise<Played> {
  const worlds = new Worlds(cli);
  const played: Played = { schedules: 0, violations: [] };
  signal?.addEventListener("abort", () => worlds.interrupt(), { once: true });
  const isOver = () => signal?.aborted === true;
  while (!isOver()) {
    const schedule = queue.shift();
    if (schedule === undefined) break;
    const kind = kindOf(schedule);
    const wrong = await playIn(worlds, kind, schedule);
    if (isOver()) break;
    played.schedules += 1;
    played.violations.push(...wrong);
    const said = wrong.length === 0 ? "as it should be" : `VIOLATED\n  ${wrong.join("\n  ")}`;
    say(`${describeSchedule(schedule)}: ${said} (${queue.length} to go)`);
    if (wrong.length > 0) await worlds.close(kind);
  }
  await worlds.closeAll();
  return played;
}

async function playIn(worlds: Worlds, kind: Kind, schedule: Schedule): Promise<string[]> {
  try {
    return await play(await worlds.of(kind), schedule);
  } catch (error) {
    return [`${describeSchedule(schedule)}: ${messageOf(error)}`];
  }
}
