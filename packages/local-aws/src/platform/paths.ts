import { realpathSync } from "node:fs";

/**
 * The one path of a folder that is there: links followed, and, where the file system takes `Home` for `home` (macOS), in the
 * letters that it was made with. Node's own form follows links only.
 */
export function truePath(folder: string): string {
  return realpathSync.native(folder);
}
