import { execFile } from "node:child_process";

export interface GitEnd {
  /** Undefined when git could not be started, or did not end in time. */
  code: number | undefined;
  stdout: string;
  stderr: string;
}

const outputLimit = 16 * 1024 * 1024;

/** Runs git in a folder without a shell; arguments are ours, or checked by the grammar of tags and commits. */
export function runGit(folder: string, args: readonly string[], timeoutMs: number): Promise<GitEnd> {
  const options = {
    cwd: folder,
    env: gitEnvironment(process.env),
    timeout: timeoutMs,
    maxBuffer: outputLimit,
  };
  return new Promise((resolve) => {
    execFile("git", args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : undefined;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? "") });
    });
  });
}

/**
 * What would have git look at another repository than the folder's: git sets these for its hooks.
 * Source: githooks(5); `git rev-parse --local-env-vars`.
 */
export const repositoryVariables: readonly string[] = [
  ...["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT"],
  ...["GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE"],
  ...["GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE", "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY"],
  ...["GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE"],
];

/** The environment for git: it uses only the folder's repository, never prompts, and prints English. */
export function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !repositoryVariables.includes(name) && !/^GIT_(CONFIG_(KEY|VALUE)_\d+|TRACE.*)$/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    ...trusted(env),
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PAGER: "cat",
  };
}

/** Folders that a container's job has declared as safe in the environment: only there git reads that besides its files. */
function trusted(env: NodeJS.ProcessEnv): Record<string, string> {
  const count = Number(env["GIT_CONFIG_COUNT"] ?? 0);
  const folders = Array.from({ length: Math.min(count || 0, 1_000) }, (_, index) => index)
    .filter((index) => env[`GIT_CONFIG_KEY_${index}`]?.toLowerCase() === "safe.directory")
    .map((index) => env[`GIT_CONFIG_VALUE_${index}`] ?? "");
  if (folders.length === 0) return {};
  const entries = folders.flatMap((folder, index) => [
    [`GIT_CONFIG_KEY_${index}`, "safe.directory"],
    [`GIT_CONFIG_VALUE_${index}`, folder],
  ]);
  return {
    GIT_CONFIG_COUNT: String(folders.length),
    ...(Object.fromEntries(entries) as Record<string, string>),
  };
}
