import { homedir, userInfo } from "node:os";
import { badRequest } from "./errors.js";

/** Who runs this, for people. A container may run as a user that its system does not list: then by number. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${String(process.getuid?.() ?? "unknown")}`;
  }
}

/** The user's home folder. Raises `no-home` (exit 2) where neither HOME nor the system names one. */
export function homeOf(env: NodeJS.ProcessEnv): string {
  if (env["HOME"]) return env["HOME"];
  try {
    return homedir();
  } catch (error) {
    throw badRequest(
      "no-home",
      "This user has no home folder: HOME is not set, and the system knows none.",
      "Set HOME to a folder that this user can write to, then run the command again.",
      error,
    );
  }
}
