import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Waits for the end of its standard input, which is the end of whoever started it, then kills every process group that
 * is named in its folder and every container. A task that is just being started sees `closing` and ends by itself.
 */
const keeperScript = `
trap "" HUP INT TERM
cat >/dev/null
: > "$1/closing"
for round in 1 2 3; do
  for file in "$1"/*.pid; do [ -f "$file" ] && kill -s KILL -- "-$(cat "$file")" 2>/dev/null; done
  for file in "$1"/*.container; do [ -f "$file" ] && $(cat "$file") >/dev/null 2>&1; done
  [ "$round" = 3 ] || sleep 0.1
done
rm -rf "$1"
`;

/** Puts its own pid (it leads its process group) in a file before it becomes the task's command. */
const taskScript = `
echo $$ > "$1.tmp" && mv "$1.tmp" "$1" || exit 125
[ ! -e "$2/closing" ] || exit 125
shift 2
exec "$@"
`;

/** The keeper in Perl, for variable names that a shell drops: dash passes on none with a dot or a hyphen. */
const perlScript = `
my ($note, $folder, @command) = @ARGV;
open(my $file, ">", "$note.tmp") or exit 125;
print $file "$$\\n";
close($file) && rename("$note.tmp", $note) or exit 125;
exit 125 if -e "$folder/closing";
exec { $command[0] } @command or exit 126;
`;

export interface Wrapped {
  file: string;
  args: string[];
}

/** Ends tasks with the process that started them, however that ends. */
export interface Keeper {
  /** The same command, noted in the keeper's folder under this name once it runs. */
  wrap(name: string, file: string, args: string[], env: Readonly<Record<string, string>>): Wrapped;
  /** Where a container notes the command that removes it. */
  containerNote(name: string): string;
  /** Nothing of that name is left. */
  forget(name: string): void;
  close(): Promise<void>;
}

/** Whether a shell may drop a variable of the environment: it knows names of letters, digits and underscores only. */
export function hasUnusualName(env: Readonly<Record<string, string>>): boolean {
  return Object.keys(env).some((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
}

function foundIn(files: readonly string[]): string | undefined {
  return files.find((file) => existsSync(file));
}

/** Starts a keeper with a folder of its own below `folder`. */
export function startKeeper(folder: string): Keeper {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(join(folder, `${process.pid}-`));
  const keeper = spawn("/bin/sh", ["-c", keeperScript, "moorage-keeper", own], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    cwd: "/",
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
  });
  keeper.stdin.on("error", () => undefined);
  const gone = new Promise<void>((resolve) => {
    keeper.once("exit", () => resolve());
    keeper.once("error", () => resolve());
  });
  keeper.unref();
  const note = (name: string) => join(own, `${name}.pid`);
  const container = (name: string) => join(own, `${name}.container`);
  return {
    wrap: (name, file, args, env) => {
      const rest = [note(name), own, file, ...args];
      if (!hasUnusualName(env)) return { file: "/bin/sh", args: ["-c", taskScript, "moorage-task", ...rest] };
      const perl = foundIn(["/usr/bin/perl", "/usr/local/bin/perl", "/opt/homebrew/bin/perl"]);
      if (perl !== undefined) return { file: perl, args: ["-e", perlScript, ...rest] };
      const bash = foundIn(["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"]);
      return { file: bash ?? "/bin/sh", args: ["-c", taskScript, "moorage-task", ...rest] };
    },
    containerNote: container,
    forget: (name) => {
      rmSync(note(name), { force: true });
      rmSync(container(name), { force: true });
    },
    close: async () => {
      keeper.stdin.end();
      await gone;
    },
  };
}
