import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { eventually } from "../harness/eventually.js";
import { temporaryFolder } from "../harness/folder.js";
import { root } from "../harness/sandbox.js";

const boundMs = 60_000;

/** What the process's arguments, working folder and environment name. */
function isIn(folder: string, pid: string): boolean {
  try {
    const files = ["cmdline", "environ"].map((name) => readFileSync(`/proc/${pid}/${name}`, "utf8"));
    return [...files, readlinkSync(`/proc/${pid}/cwd`)].some((text) => text.includes(folder));
  } catch {
    // It has ended.
    return false;
  }
}

const processesIn = (folder: string) =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isIn(folder, name));

/** Whether a campaign's local target is up: its home is in the campaign's folder. */
const hasDaemon = (folder: string) =>
  readdirSync(folder).some((world) => existsSync(join(folder, world, "home/daemon.log")));

/** A campaign in a temporary folder, with a local target (and for seed 10 an emulator of S3) up. */
async function startCampaign(seed: number) {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, ["--import", "tsx", "bench/faults.ts", "--seed", String(seed)], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder },
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  const others = () => processesIn(folder).filter((pid) => pid !== String(child.pid));
  await eventually("the world is up", () => hasDaemon(folder), boundMs);
  return { child, folder, exited, others };
}

it.runIf(process.platform === "linux")(
  "a campaign that is interrupted closes its worlds: no process and no folder is left",
  { timeout: 3 * boundMs },
  async () => {
    const { child, folder, exited, others } = await startCampaign(76);
    child.kill("SIGTERM");
    expect(await exited).toEqual([143, null]);
    await eventually("everything has ended", () => others().length === 0 || undefined, boundMs);
    expect(readdirSync(folder).filter((name) => name.startsWith("moorage-"))).toEqual([]);
  },
);

it.runIf(process.platform === "linux")(
  "a campaign that is killed leaves no local target and no emulator of S3",
  { timeout: 3 * boundMs },
  async () => {
    const { child, exited, others } = await startCampaign(10);
    child.kill("SIGKILL");
    await exited;
    await eventually("everything has ended", () => others().length === 0 || undefined, boundMs);
  },
);
