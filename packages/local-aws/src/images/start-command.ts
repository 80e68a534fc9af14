/** An app's start script as a container's command. Pure. */

export interface StartScripts {
  prestart?: string;
  start: string;
}

/**
 * The `Cmd` for a start script. One simple command replaces the shell, so that it gets SIGTERM itself; a script that
 * goes on after a command (`a && b`) stays in the shell. npm would run `prestart` first, so that is done too.
 */
export function startCommand({ prestart, start }: StartScripts): string[] {
  const last = isSimple(start) ? `exec ${start.trim()}` : start;
  return ["sh", "-c", prestart === undefined ? last : `( ${prestart} ) && ${last}`];
}

/** Whether the shell has nothing to do after (or around) one command: no operators, no `NAME=value` before it. */
function isSimple(script: string): boolean {
  const bare = script.replaceAll(/'[^']*'|"(?:\\.|[^"\\])*"|\$\{[^}]*\}|\\./gs, "_");
  return !/[;&|\n(){}`]/.test(bare) && !/^\s*(?:!|\w+=)/.test(bare);
}
