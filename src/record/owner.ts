import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { promisify } from "node:util";
import type { Owner } from "./record.js";

const startTolerance = 2_000;

/** This process, as the owner of a lock. */
export function thisOwner(env: NodeJS.ProcessEnv): Owner {
  const run = runUrl(env);
  const attempt = Number(env["GITHUB_RUN_ATTEMPT"]);
  const boot = bootOf();
  return {
    user: env["GITHUB_ACTOR"] ?? userInfo().username,
    host: hostname(),
    pid: process.pid,
    processStartedAt: Math.round(Date.now() - process.uptime() * 1000),
    ...(boot && { boot }),
    ...(run && { run, ...(attempt > 0 && { attempt }) }),
  };
}

function runUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  return server && repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined;
}

/** GitHub starts a run's next attempt when the one before has ended, on whatever machine that was. */
export function isOurEarlierAttempt(owner: Owner, us: Owner): boolean {
  return owner.run !== undefined && owner.run === us.run && (owner.attempt ?? 1) < (us.attempt ?? 1);
}

/** Provably dead: it ran on this machine, and no process with its pid and start time is there any more. */
export async function isGone(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname() || isOtherRunner(owner)) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const startedAt = await startOf(owner.pid);
  return startedAt !== undefined && Math.abs(startedAt - owner.processStartedAt) > startTolerance;
}

/** A workflow run on a machine of our name: GitHub's runners have their image's, so that many have one at a time. */
function isOtherRunner({ run, boot }: Owner): boolean {
  return run !== undefined && boot !== bootOf();
}

/** Of Linux; undefined elsewhere, where runners have names of their own. */
function bootOf(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}

/** When the process started, in milliseconds since the epoch; undefined when `ps` does not tell. */
async function startOf(pid: number): Promise<number | undefined> {
  try {
    const env = { ...process.env, LC_ALL: "C" };
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], { env });
    const startedAt = Date.parse(stdout);
    return Number.isNaN(startedAt) ? undefined : startedAt;
  } catch {
    return undefined;
  }
}
