import type { CommandName } from "./schedule.js";
import { pr, type World } from "./world.js";

/** One command of a schedule: what must hold before, what is run, and what must hold once it has converged. */
export interface Act {
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Exit codes of an undisturbed end. */
  codes: number[];
  /** The stack it acts on. */
  stack: string;
  /** Which version answers after a good end; undefined where none does. */
  version?: string;
  /** The command that has to converge afterwards; the same one by default. */
  again?: string[];
  /** Exit codes of that command. */
  againCodes?: number[];
  /** Of a second run at the same time, where those differ. */
  secondCodes?: number[];
  /** The command that takes away what it made, where there is one. */
  undo?: string[];
}

async function tagOf(world: World, stack: string): Promise<string | undefined> {
  const row = (await world.status()).find((one) => one.stack === stack);
  return row === undefined || row.status === "absent" ? undefined : (row.imageTag ?? undefined);
}

const other = (tag: string | undefined) => (tag === "v1" ? "v2" : "v1");
const preview = `pr-${pr}`;
const destroyPreview = ["preview", "destroy", "--pr", pr];
const destroyFoundation = ["infra", "destroy", "foundation-dev", "--yes=foundation-dev"];
const waiting = ["--lock-timeout", "20s"];

async function ensurePreview(world: World): Promise<void> {
  if ((await tagOf(world, preview)) === undefined)
    await world.must("preview", "up", "--pr", pr, "--tag", "v1");
}

async function ensureDev(world: World): Promise<string> {
  const tag = await tagOf(world, "dev");
  if (tag !== undefined) return tag;
  await world.must("deploy", "dev", "--tag", "v1");
  return "v1";
}

/** Brings about what the command needs, and says what it has to come to. */
export const acts: Record<CommandName, (world: World, creation?: string) => Promise<Act>> = {
  async "preview up"(world, creation) {
    const running = await tagOf(world, preview);
    if (creation !== undefined && running !== undefined) await world.must(...destroyPreview);
    const version = other(running);
    const args = ["preview", "up", "--pr", pr, "--tag", version];
    return {
      args,
      again: [...args, ...waiting],
      codes: [0],
      stack: preview,
      version,
      undo: destroyPreview,
    };
  },
  async "preview destroy"(world) {
    await ensurePreview(world);
    return { args: destroyPreview, codes: [0], stack: preview };
  },
  async "preview sweep"(world) {
    await ensurePreview(world);
    return { args: ["preview", "sweep"], env: await world.closedPull(), codes: [0], stack: preview };
  },
  async deploy(world) {
    const version = other(await tagOf(world, "dev"));
    const args = ["deploy", "dev", "--tag", version];
    return { args, again: [...args, ...waiting], codes: [0], stack: "dev", version };
  },
  async "deploy again"(world) {
    const version = await ensureDev(world);
    const args = ["deploy", "dev", "--tag", version];
    return { args, again: [...args, ...waiting], codes: [0], stack: "dev", version };
  },
  /** The first deployment of a stack that nothing was ever deployed to. */
  async "deploy refused"() {
    const args = ["deploy", "prod", "--tag", "no-such-tag"];
    const again = ["history", "prod"];
    return { args, codes: [1, 2, 4], stack: "prod", again, againCodes: [0] };
  },
  async rollback(world) {
    const running = await ensureDev(world);
    const tag = other(running);
    await world.must("deploy", "dev", "--tag", tag);
    const args = ["rollback", "dev"];
    // Killed after its record was written, a rollback is over: the next one finds nothing to go back to.
    const againCodes = [0, 4];
    const again = [...args, ...waiting];
    // Of two people who go back at once, the second does not go further back, and may find nothing to go back to.
    return { args, again, codes: [0], stack: "dev", version: running, againCodes, secondCodes: [0, 2, 4] };
  },
  async promote(world) {
    const tag = await ensureDev(world);
    const args = ["promote", "--tag", tag, "--from", "dev", "--to", "staging", "--as", world.nextVersion()];
    return { args, codes: [0], stack: "dev", version: tag };
  },
  async lock(world) {
    const version = await ensureDev(world);
    const args = ["lock", "dev", "--reason", "inventory"];
    return { args, again: ["unlock", "dev"], codes: [0], stack: "dev", version };
  },
  async unlock(world) {
    const version = await ensureDev(world);
    await world.must("lock", "dev", "--reason", "inventory");
    return { args: ["unlock", "dev"], codes: [0], stack: "dev", version };
  },
  /** From nothing: what stands already gives a kill nothing to leave behind. */
  async "infra up"(world) {
    if (world.foundation === "standing") await world.must(...destroyFoundation);
    world.foundation = "standing";
    const args = ["infra", "up", "foundation-dev"];
    return {
      args,
      again: [...args, ...waiting],
      codes: [0],
      stack: "foundation-dev",
      undo: [...destroyFoundation, ...waiting],
    };
  },
  async "infra destroy"(world) {
    if (world.foundation === "absent") await world.must("infra", "up", "foundation-dev");
    world.foundation = "absent";
    const args = destroyFoundation;
    return { args, again: [...args, ...waiting], codes: [0], stack: "foundation-dev" };
  },
};
