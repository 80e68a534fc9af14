import { pr, type World } from "./world.js";

/**
 * Runs each command once undisturbed: how long it takes, and which names its stack adds to the target. What a schedule
 * finds is held against these.
 */
export async function calibrateEnvironments(world: World): Promise<void> {
  world.base = await world.inventory();
  await timed(world, "deploy", "deploy", "dev", "--tag", "v1");
  await remember(world, "dev", world.base);
  await timed(world, "deploy", "deploy", "dev", "--tag", "v2");
  await timed(world, "deploy again", "deploy", "dev", "--tag", "v2");
  await timed(world, "rollback", "rollback", "dev");
  const before = await world.inventory();
  await timed(world, "preview up", "preview", "up", "--pr", pr, "--tag", "v1");
  await remember(world, `pr-${pr}`, before);
  await timed(world, "preview destroy", "preview", "destroy", "--pr", pr);
}

export async function calibrateFoundation(world: World): Promise<void> {
  // A repository that a push made is the foundation's from then on: each list is a whole one.
  await timed(world, "infra up", "infra", "up", "foundation-dev");
  await remember(world, "foundation-dev", []);
  await timed(world, "infra destroy", "infra", "destroy", "foundation-dev", "--yes=foundation-dev");
  await remember(world, "foundation-dev destroyed", []);
}

async function timed(world: World, command: string, ...args: string[]): Promise<void> {
  world.usual.set(command, (await world.must(...args)).ms);
}

async function remember(world: World, stack: string, before: readonly string[]): Promise<void> {
  const now = await world.inventory();
  world.names.set(
    stack,
    now.filter((name) => !before.includes(name)),
  );
}
