import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

/**
 * What marks a test file that needs a process of its own: it starts processes, opens a whole project, drives the real engine,
 * or changes or judges what a process has once (its environment, signals, exit, clock).
 */
const needsOwnProcess = new RegExp(
  [
    /child_process|worker_threads|new Sandbox|DevStage|support\/(engine|driver)/,
    /harness\/(rehearsal|environment|in-process|kill|python-tool|go-tool)|workflows\/(act|origin)/,
    /process\.(env|on|once|chdir|exit|kill|title|memoryUsage|cpuUsage|std)|runtime\.setMocks/,
    /\bvi\.|\bglobalThis|\bglobal\.|Object\.defineProperty|performance\.|\bgc\(/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Test files of the first tier, from the root: those that run one after another in a process, and those that have one each. */
export function filesByIsolation(): { sharing: string[]; alone: string[] } {
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/test`);
  const files = ["test", ...packages].filter((folder) => existsSync(join(root, folder))).flatMap(testsIn);
  const isAlone = (file: string) =>
    file.startsWith("test/e2e/") || needsOwnProcess.test(readFileSync(join(root, file), "utf8"));
  return { sharing: files.filter((file) => !isAlone(file)), alone: files.filter(isAlone) };
}

function testsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !name.endsWith(".full.test.ts"))
    .map((name) => join(folder, name))
    .sort();
}
