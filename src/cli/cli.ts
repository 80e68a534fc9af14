import { resolve } from "node:path";
import type { Argv, Options } from "yargs";
import yargs from "yargs";
import type { Command, Invocation, Option, Result } from "../core/command.js";
import { commands, groups } from "../commands/index.js";
import { badRequest, exitCodes } from "../core/errors.js";
import { moorageVersion } from "../core/version.js";

export interface Outcome extends Result {
  exitCode: number;
}

type Edges = Pick<Invocation, "reporter" | "env" | "signal" | "print" | "unread">;
type Values = Record<string, unknown>;

/** Parses the command line and runs its command. Arguments that do not fit end in a `bad-arguments` error (exit 2). */
export async function runCommandLine(argv: string[], edges: Edges): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const run = async (command: Command, values: Values) => {
    refuseRepeats(command, values);
    const words = wordsOf(command, values);
    outcome = {
      exitCode: exitCodes.done,
      ...(await command.run(values as never, { ...invocationOf(values, edges), words })),
    };
  };
  const parser = parserFor(run, argv);
  const printed: string[] = [];
  await parser.parseAsync(argv, {}, (_error, _values, output) => void (output && printed.push(output)));
  return outcome ?? { value: undefined, text: `${printed.join("\n")}\n`, exitCode: exitCodes.done };
}

type Run = (command: Command, values: Values) => Promise<void>;

function parserFor(run: Run, argv: readonly string[]): Argv {
  const parser = yargs()
    .scriptName("moorage")
    .usage(
      "$0 <command>\n\nA running copy of the app for every pull request, and one image promoted from merge to production.",
    )
    .parserConfiguration({
      "duplicate-arguments-array": true,
      "strip-dashed": false,
      "boolean-negation": false,
      "populate--": true,
    })
    .option(globalOptions)
    .exitProcess(false)
    .strict()
    .demandCommand(1, "Name a command.")
    .recommendCommands()
    .wrap(110)
    .version("version", "Prints the version", moorageVersion())
    .fail((message, error) => {
      // yargs gives its own findings as a message, or as a YError; any other error is a command's.
      if (error && error.name !== "YError") throw error;
      const text = (message || error.message).replace(/\n+/g, " ");
      const command = commandIn(argv);
      const shown = ["moorage", command?.name, "--help"].filter(Boolean).join(" ");
      throw badRequest("bad-arguments", wordsMissing(text, command) ?? text, `See \`${shown}\`.`);
    });
  for (const command of commands.filter(({ name }) => !name.includes(" "))) addCommand(parser, command, run);
  addGroups(parser, "", run);
  return parser;
}

/** The command that a command line names, however far the rest of it fits. */
function commandIn(argv: readonly string[]): Command | undefined {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const words = own.filter((word) => !word.startsWith("-")).join(" ");
  const named = commands.filter(({ name }) => `${words} `.startsWith(`${name} `));
  return named.reduce<Command | undefined>(
    (longest, one) => (longest && longest.name.length >= one.name.length ? longest : one),
    undefined,
  );
}

/** yargs tells of missing words by their count alone. */
function wordsMissing(text: string, command: Command | undefined): string | undefined {
  if (command === undefined || !text.startsWith("Not enough non-option arguments")) return undefined;
  const wanted = Object.entries(command.positionals ?? {}).filter(([, { required }]) => required);
  return `\`moorage ${command.name}\` needs ${wanted.map(([name]) => `<${name}>`).join(" ")}.`;
}

/** Those right below: `local` has `local event`. */
function addGroups(parser: Argv, above: string, run: Run): void {
  for (const [group, describe] of Object.entries(groups))
    if (above === group.split(" ").slice(0, -1).join(" ")) addGroup(parser, group, describe, run);
}

function addGroup(parser: Argv, group: string, describe: string, run: Run): void {
  parser.command(group.split(" ").at(-1) ?? group, describe, (nested) => {
    const below = commands.filter(({ name }) => name.startsWith(`${group} `));
    for (const command of below) {
      const verb = command.name.slice(group.length + 1);
      if (!verb.includes(" ")) addCommand(nested, command, run, verb);
    }
    addGroups(nested, group, run);
    return nested.demandCommand(1, `Name what to do: \`moorage ${group} --help\` lists it.`);
  });
}

function addCommand(parser: Argv, command: Command, run: Run, verb = command.name): void {
  const positionals = Object.entries(command.positionals ?? {});
  const words = positionals.map(([name, { required }]) => (required ? `<${name}>` : `[${name}]`));
  parser.command(
    [verb, ...words].join(" "),
    command.describe,
    (nested) => {
      if (command.words !== undefined) nested.epilogue(`After \`--\`: ${command.words.describe}`);
      for (const [name, { describe }] of positionals) nested.positional(name, { describe, type: "string" });
      for (const [name, option] of Object.entries(command.options ?? {}))
        nested.option(name, optionOf(option));
      for (const example of command.examples ?? []) nested.example(example, "");
      return nested;
    },
    (values) => run(command, values),
  );
}

const yargsTypes = { text: "string", flag: "boolean", number: "number", list: "array" } as const;

function optionOf({ type, describe, default: fallback, required, choices, alias }: Option): Options {
  return {
    type: yargsTypes[type],
    describe,
    requiresArg: type !== "flag",
    ...(type === "list" && { string: true }),
    ...(fallback !== undefined && { default: fallback }),
    ...(required && { demandOption: true }),
    ...(choices && { choices }),
    ...(alias && { alias }),
  };
}

const globalOptions: Record<string, Options> = {
  target: {
    choices: ["aws", "local"],
    describe: "AWS or the local target [default: MOORAGE_TARGET, else aws]",
    global: true,
  },
  cwd: { type: "string", describe: "The project's folder [default: the current folder]", requiresArg: true },
  json: { type: "boolean", describe: "Print the result as JSON on stdout" },
  verbose: {
    type: "boolean",
    describe: "Show each call to AWS, GitHub, registries and the engine on stderr",
  },
  "backend-url": { type: "string", describe: "Where Pulumi keeps its state", requiresArg: true },
};

/** Raises `bad-arguments` (exit 2) where words are missing, or follow `--` for a command that takes none. */
function wordsOf({ name, words: wanted }: Command, values: Values): string[] {
  const words = Array.isArray(values["--"]) ? values["--"].map(String) : [];
  if (wanted === undefined && words.length > 0)
    throw badRequest(
      "bad-arguments",
      `\`moorage ${name}\` takes nothing after \`--\`.`,
      `See \`moorage ${name} --help\`.`,
    );
  if (wanted?.required === true && words.length === 0)
    throw badRequest(
      "bad-arguments",
      `\`moorage ${name}\` needs ${wanted.describe} after \`--\`.`,
      `See \`moorage ${name} --help\`.`,
    );
  return words;
}

/** An option given twice would be an array where text is meant: which one counts is not for us to guess. */
function refuseRepeats(command: Command, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Array.isArray(value) || name === "_" || name === "--" || command.options?.[name]?.type === "list")
      continue;
    throw badRequest("bad-arguments", `--${name} was given more than once.`, "Give it once.");
  }
}

function invocationOf(values: Values, { env, ...edges }: Edges): Invocation {
  return {
    ...edges,
    env,
    cwd: resolve(typeof values["cwd"] === "string" ? values["cwd"] : "."),
    target: targetOf(values["target"] ?? (env["MOORAGE_TARGET"] || "aws")),
    backendUrl: values["backend-url"] as string | undefined,
    json: values["json"] === true,
  };
}

function targetOf(name: unknown): Invocation["target"] {
  if (name === "aws" || name === "local") return name;
  throw badRequest(
    "bad-target",
    `Unknown target \`${String(name)}\`.`,
    "MOORAGE_TARGET and --target accept aws or local.",
  );
}
