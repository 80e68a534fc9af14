import type { Command } from "../command.js";

/** What `moorage <group> --help` stands for. */
export const groups: Record<string, string> = {
  preview: "Previews: a running copy of the app for each pull request",
  local: "The local target: a small AWS on this machine",
};

/** Every command. A command's file is light: what it needs is imported when it runs. */
export const commands: Command[] = [] as unknown[] as Command[];
