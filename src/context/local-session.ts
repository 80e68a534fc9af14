import type { LocalTarget } from "@moorage/local-aws";
import { runAttached } from "../adapters/session/attached.js";
import type { OpenSession } from "../adapters/session/session.js";

/** Runs a session's command itself, at the caller's terminal, where the container's process runs. */
export function localSession(local: Pick<LocalTarget, "session">): OpenSession {
  return async ({ ticket }, signal) => {
    const { file, args, cwd, env } = await local.session(ticket.tokenValue, process.stdin.isTTY);
    // As with Session Manager, nobody is told how the command ended.
    await runAttached(file, args, { cwd, env, signal });
  };
}
