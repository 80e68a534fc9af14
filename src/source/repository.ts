import { execFile } from "node:child_process";
import { bounds } from "../bounds.js";
import { badRequest } from "../errors.js";

/** The app's git repository, as far as builds and promotions ask it. Every commit is whole: 40 (or 64) hex digits. */
export interface SourceRepository {
  head(): Promise<string | undefined>;
  /** Whether files differ from the commit, or are not in it; what git ignores does not count. */
  isDirty(): Promise<boolean>;
  /** When the commit was made. */
  madeAt(commit: string): Promise<Date>;
  /** The commit that a tag names; undefined when there is no such tag. */
  commitOfTag(tag: string): Promise<string | undefined>;
  /** The whole commit of an abbreviation, or of a whole one; undefined when the repository does not have it. */
  findCommit(hex: string): Promise<string | undefined>;
  /** The branch that counts as main, and whether it holds the commit; undefined when no main branch is known here. */
  isOnMain(commit: string): Promise<{ branch: string; holds: boolean } | undefined>;
  /** Whether one commit is in the history of the other; false where the repository does not have both. */
  isAncestor(commit: string, of: string): Promise<boolean>;
  /** Whether history was cut off (`fetch-depth`), so that what is not found may yet be there. */
  isShallow(): Promise<boolean>;
}

/** What counts as main, the first that exists: the remote's view is newer than a local branch. */
const mainRefs = ["refs/remotes/origin/main", "refs/heads/main", "refs/remotes/origin/HEAD"];

/**
 * Opens the repository that holds the folder; undefined where there is none, or no git. Raises `git-failed` (exit 2) in
 * git's words when there is one that git does not read.
 */
export async function openSource(folder: string): Promise<SourceRepository | undefined> {
  const git = (...args: string[]) => runGit(folder, args);
  const inside = await git("rev-parse", "--is-inside-work-tree");
  if (inside.code !== 0) {
    if (inside.code === undefined || /not a git repository/i.test(inside.stderr)) return undefined;
    throw gitFailed(inside);
  }
  const one = async (...args: string[]) => {
    const { code, stdout } = await git("rev-parse", "--verify", "--quiet", ...args);
    return code === 0 ? stdout.trim() : undefined;
  };
  const holds = async (branch: string, commit: string) => {
    const answer = await git("merge-base", "--is-ancestor", commit, branch);
    if (answer.code === 0 || answer.code === 1) return answer.code === 0;
    throw gitFailed(answer);
  };
  return {
    head: () => one("HEAD^{commit}"),
    // The local target's home may stand in the project.
    isDirty: async () =>
      (await succeeded(git("status", "--porcelain", "--", ":/", ":(exclude).moorage"))) !== "",
    madeAt: async (commit) => new Date(await succeeded(git("show", "-s", "--format=%cI", commit))),
    commitOfTag: (tag) => one(`refs/tags/${tag}^{commit}`),
    findCommit: async (hex) => (/^[0-9a-f]{7,64}$/.test(hex) ? one(`${hex}^{commit}`) : undefined),
    async isOnMain(commit) {
      for (const branch of mainRefs) {
        if (await one(`${branch}^{commit}`)) return { branch, holds: await holds(branch, commit) };
      }
      return undefined;
    },
    isAncestor: async (commit, of) => (await git("merge-base", "--is-ancestor", commit, of)).code === 0,
    isShallow: async () => (await succeeded(git("rev-parse", "--is-shallow-repository"))) === "true",
  };
}

interface GitEnd {
  /** Undefined when git could not be started. */
  code: number | undefined;
  stdout: string;
  stderr: string;
}

const outputLimit = 16 * 1024 * 1024;

/** Runs git without a shell; arguments are ours, or checked by the grammar of tags and commits. */
function runGit(folder: string, args: string[]): Promise<GitEnd> {
  const env = { ...process.env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" };
  const options = {
    cwd: folder,
    env,
    timeout: bounds.gitRead,
    killSignal: "SIGKILL" as const,
    maxBuffer: outputLimit,
  };
  return new Promise((resolve) => {
    execFile("git", args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : undefined;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? "") });
    });
  });
}

async function succeeded(run: Promise<GitEnd>): Promise<string> {
  const end = await run;
  if (end.code === 0) return end.stdout.trim();
  throw gitFailed(end);
}

function gitFailed({ stderr }: GitEnd): Error {
  return badRequest(
    "git-failed",
    `git failed: ${stderr.trim()}`,
    "Make git work in this folder, then try again.",
  );
}
