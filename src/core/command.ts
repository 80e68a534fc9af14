import type { Reporter } from "./reporter.js";

/** One command-line option. `type: "text"` keeps what was typed: PRs and tags are checked as text. */
export interface Option {
  type: "text" | "flag" | "number" | "list";
  describe: string;
  default?: string | boolean | number;
  required?: boolean;
  choices?: readonly string[];
  alias?: string;
}

export interface Positional {
  describe: string;
  required?: boolean;
}

type ValueOf<O extends Option> = O["type"] extends "flag"
  ? boolean
  : O["type"] extends "number"
    ? number
    : O["type"] extends "list"
      ? string[]
      : string;

type Present<O extends Option> = O extends { required: true } | { default: string | boolean | number }
  ? ValueOf<O>
  : ValueOf<O> | undefined;

export type Arguments<
  O extends Record<string, Option> = Record<string, Option>,
  P extends Record<string, Positional> = Record<string, Positional>,
> = { [K in keyof O]: Present<O[K]> } & {
  [K in keyof P]: P[K] extends { required: true } ? string : string | undefined;
};

/** What every command is given besides its own arguments. */
export interface Invocation {
  reporter: Reporter;
  /** The project's folder (`--cwd`), absolute. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  target: "aws" | "local";
  /** `--backend-url`: where Pulumi keeps its state, instead of the target's own choice. */
  backendUrl: string | undefined;
  /** Whether the result is printed as JSON. */
  json: boolean;
  /** What follows `--`, for a command that takes words. */
  words?: readonly string[];
  /** Aborted when the person or the runner interrupts. */
  signal: AbortSignal;
  /** Writes a line of the result on stdout at once: for a result that has no end of its own (`logs --follow`). */
  print(line: string): void;
  /** Aborted once nobody reads what is printed. */
  unread?: AbortSignal;
}

/** What a command hands back: `value` for `--json`, `text` for people. Both are printed by main, once. */
export interface Result {
  value: unknown;
  text: string;
  /** Whether it is asked for to be used as a secret (`local env`): it is printed as it is. */
  isSecret?: boolean;
  /** 0 unless given: for a result whose finding is the code (`diff --detailed-exitcode`, `verify`), or the code of what was run. */
  exitCode?: number;
}

export interface Command<
  O extends Record<string, Option> = Record<string, Option>,
  P extends Record<string, Positional> = Record<string, Positional>,
> {
  /** Words as typed: "preview up". Positionals are in `positionals`, in order. */
  name: string;
  describe: string;
  positionals?: P;
  options?: O;
  examples?: readonly string[];
  /** What stands after `--`; a command without it takes nothing there. */
  words?: Positional;
  run(args: Arguments<O, P>, invocation: Invocation): Promise<Result>;
}

/** Typed identity: gives `run` the types of its own options. */
export function defineCommand<
  const O extends Record<string, Option> = Record<never, Option>,
  const P extends Record<string, Positional> = Record<never, Positional>,
>(command: Command<O, P>): Command<O, P> {
  return command;
}
