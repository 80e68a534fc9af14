import { homedir } from "node:os";
import { join } from "node:path";

/** The user's cache of Moorage: engines, and below `test-tools` what tests install or make once per version. */
export function userCache(...below: string[]): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "moorage", ...below);
}
