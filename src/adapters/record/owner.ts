import { hostname } from "node:os";
import { thisMachine } from "./owner/machine.js";
import { judgeProcess, noteProcess, type ProcessVerdict } from "./owner/process.js";
import { userName } from "../../core/user.js";
import type { Owner } from "./record.js";

/** No process that holds a lock began before Moorage was written, in milliseconds since the epoch. */
const earliestStart = Date.UTC(2020, 0);

/** This process, as the owner of a lock. */
export function thisOwner(env: NodeJS.ProcessEnv): Owner {
  const run = runUrl(env);
  const attempt = Number(env["GITHUB_RUN_ATTEMPT"]);
  return {
    user: env["GITHUB_ACTOR"] || userName(),
    host: hostname(),
    // For people, and for versions that know nothing else.
    processStartedAt: Math.round(Date.now() - process.uptime() * 1000),
    ...noteProcess(process.pid),
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

/** Whether a lock's owner lives, as far as that can be told from here (F37). */
export function judgeOwner(owner: Owner): ProcessVerdict {
  return wasNeverAnOwner(owner) ? { is: "gone" } : judgeProcess(owner);
}

/** Provably dead: it ran here, and no process with its pid and start is there any more. */
export function isGone(owner: Owner): boolean {
  return judgeOwner(owner).is === "gone";
}

/** Of a record without a boot: its pid is another process's here, and its start is no time at which an owner can have begun. */
function wasNeverAnOwner({ host, pid, boot, start, processStartedAt }: Owner): boolean {
  if (boot !== undefined || start !== undefined || host !== hostname()) return false;
  return processStartedAt < earliestStart && thisMachine().look(pid) !== undefined;
}
