import type { CommandName } from "./schedule.js";
import { pr, type World } from "./world.js";

/** Commands that take as long as another one, which is timed. */
const alike: Partial<Record<CommandName, CommandName>> = {
  "deploy again": "deploy",
  rollback: "deploy",
  "preview sweep": "preview destroy",
};

/**
 * Before a world's first schedule of a kind: runs undisturbed what it is about. How long that takes, and which names its
 * stack adds to the target, is what schedules are held against.
 */
export async function calibrate(world: World, command: CommandName): Promise<void> {
  if (command.startsWith("infra")) await calibrateFoundation(world);
  else if (command.startsWith("preview")) await calibratePreview(world);
  else if (command !== "deploy refused") await calibrateDev(world);
  const usual = world.usual.get(alike[command] ?? command);
  if (usual !== undefined) world.usual.set(command, usual);
}

async function calibrateDev(world: World): Promise<void> {
  if (world.names.has("dev")) return;
  const before = await world.inventory();
  await timed(world, "deploy", "deploy", "dev", "--tag", "v1");
  await remember(world, "dev", before);
}

async function calibratePreview(world: World): Promise<void> {
  const stack = `pr-${pr}`;
  if (world.names.has(stack)) return;
  const before = await world.inventory();
  await timed(world, "preview up", "preview", "up", "--pr", pr, "--tag", "v1");
  await remember(world, stack, before);
  await timed(world, "preview destroy", "preview", "destroy", "--pr", pr);
}

async function calibrateFoundation(world: World): Promise<void> {
  if (world.names.has("foundation-dev")) return;
  await timed(world, "infra up", "infra", "up", "foundation-dev");
  await remember(world, "foundation-dev", world.base);
  await timed(world, "infra destroy", "infra", "destroy", "foundation-dev", "--yes=foundation-dev");
  await remember(world, "foundation-dev destroyed", world.base);
}

async function timed(world: World, command: CommandName, ...args: string[]): Promise<void> {
  world.usual.set(command, (await world.must(...args)).ms);
}

/** What stands now and did not before; of two with one name, one may be new. */
async function remember(world: World, stack: string, before: readonly string[]): Promise<void> {
  const old = [...before];
  const isNew = (name: string) => {
    const at = old.indexOf(name);
    if (at >= 0) old.splice(at, 1);
    return at < 0;
  };
  world.names.set(stack, (await world.inventory()).filter(isNew));
}
