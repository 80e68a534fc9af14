import { temporaryFolder } from "../../core/temporary-folder.js";
import { appendFile, cp, rm } from "node:fs/promises";
import { join } from "node:path";

/** A commit of the journey: what the example's server has at its end. */
export interface Commit {
  /** 40 hexadecimal digits. */
  id: string;
  change: string;
}

const commit = (digit: string, change: string): Commit => ({ id: digit.repeat(40), change });

export const commits = {
  main: commit("1", "// What main has before the pull request."),
  first: commit("2", "// The pull request's first commit."),
  second: commit("3", "// The pull request's second commit."),
  crashing: commit("4", 'console.log("cannot reach the database"); process.exit(3);'),
  /** Healthy for the load balancer, wrong for whoever looks. */
  wrong: commit("5", 'pages["/healthz"] = () => ["text/plain", "who am I?"];'),
};

/** What is built of an example. */
export interface DemoApp {
  folder: string;
  repository: string;
  /** The file that commits change. */
  file: string;
}

/** The app's folder as a commit has it; gone when `use` is done. */
export async function checkedOut<Value>(
  { folder, file }: DemoApp,
  { change }: Commit,
  use: (copy: string) => Promise<Value>,
): Promise<Value> {
  const copy = await temporaryFolder("moorage-commit-");
  try {
    await cp(folder, copy, { recursive: true });
    await appendFile(join(copy, file), `\n${change}\n`);
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
