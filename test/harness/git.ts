import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A git repository made in a folder, one step at a time. */
export interface Git {
  run(...args: string[]): string;
  /** Changes a file and commits all; answers the whole commit. */
  commit(text: string): string;
}

const identity = {
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
};

export function initGit(folder: string): Git {
  const run = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
      env: { ...process.env, ...identity },
    }).trim();
  run("init", "--quiet", "--initial-branch=main");
  return {
    run,
    commit(text) {
      writeFileSync(join(folder, "file.txt"), text);
      run("add", "--all");
      run("commit", "--quiet", "--message", text);
      return run("rev-parse", "HEAD");
    },
  };
}
