import { linux } from "./linux.js";
import { macos } from "./macos.js";
import { ownPrograms, type Programs } from "./run-program.js";
import type { System } from "./system.js";

/** The system of that name, as Node names it. Other Unixes are asked as macOS is. */
export function systemOf(platform: NodeJS.Platform, programs: Programs = ownPrograms): System {
  return platform === "linux" ? linux() : macos(programs);
}

let system: System | undefined;

/** The system that this process runs on. */
export function thisSystem(): System {
  return (system ??= systemOf(process.platform));
}

/** Whether Moorage runs on that system: Windows has neither process groups nor signals. */
export function isSupported(platform: NodeJS.Platform = process.platform): boolean {
  return platform !== "win32";
}
