import type { SessionTicket } from "../aws/execute-command.js";

/** A session in a container, asked for and not opened yet. */
export interface AskedSession {
  ticket: SessionTicket;
  region: string;
  /** What Session Manager calls the container: `ecs:<cluster>_<task>_<runtime id>`. */
  target: string;
}

/** Opens a session on this process's own stdin, stdout and stderr; resolves when it is over. */
export type OpenSession = (session: AskedSession, signal: AbortSignal) => Promise<void>;
