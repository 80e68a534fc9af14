import { badRequest } from "../../core/errors.js";

/** The options of `moorage build` that exclude or need one another. */
export interface BuildOptions {
  save?: string | undefined;
  load?: string | undefined;
  commit?: string | undefined;
  tag?: string | undefined;
  push: boolean;
  latest: boolean;
  dockerfile: boolean;
}

/** What is to be done. */
export type BuildMode =
  | { kind: "build" }
  | { kind: "save"; folder: string }
  | { kind: "load"; folder: string; commit: string };

/** Reads what is asked for. Raises `bad-arguments` (exit 2). */
export function buildMode({ save, load, commit, ...options }: BuildOptions): BuildMode {
  if (save !== undefined && load !== undefined) throw bad("--save fills a folder, --load reads one.");
  if (load !== undefined) return loadMode(load, commit, options);
  if (commit !== undefined) throw bad("--commit is only for --load; a build uses the checked-out commit.");
  if (save === undefined) return { kind: "build" };
  refuse("--save", options, ["push", "latest", "tag"]);
  return { kind: "save", folder: save };
}

type Others = Omit<BuildOptions, "save" | "load" | "commit">;

function loadMode(folder: string, commit: string | undefined, options: Others): BuildMode {
  refuse("--load", options, ["latest", "tag", "dockerfile"]);
  if (!options.push) throw bad("--load is for pushing: add --push.");
  if (commit === undefined) throw bad("--load needs --commit: it loads exactly one commit's images.");
  return { kind: "load", folder, commit };
}

function refuse(option: string, options: Others, names: readonly (keyof Others)[]): void {
  const given = names.find((name) => options[name] !== undefined && options[name] !== false);
  if (given !== undefined) throw bad(`${option} cannot be combined with --${given}.`);
}

function bad(message: string): Error {
  return badRequest("bad-arguments", message, "See `moorage build --help`.");
}
