/**
 * What a release consists of: `npm run release -- FOLDER [--tag]` writes the package and its checksums into a folder. With
 * `--tag` it also makes a commit whose tree is the package, on top of this one, and tags it `v<version>`: npm installs a git
 * dependency of that tag as it is, and workflows are called at its commit. Nothing is pushed.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Bundle, ownBundle } from "../../src/features/setup/install/bundle.js";
import { checksumsOf } from "../../src/features/setup/install/checksums.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined || flags.some((flag) => flag !== "--tag")) {
  process.stderr.write("Usage: npm run release -- FOLDER [--tag]\n");
  process.exit(2);
}
const bundle = await ownBundle();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, bundle.name), bundle.archive);
writeFileSync(join(folder, "SHA256SUMS"), checksumsOf(bundle));
if (flags.includes("--tag")) process.stdout.write(`${tagRelease(bundle, process.env["RELEASE_GIT_DIR"])}\n`);

/** The commit that the tag names. Whoever pushes the tag pushes it. */
function tagRelease({ version, files }: Bundle, gitDir = join(root, ".git")): string {
  const stage = mkdtempSync(join(tmpdir(), "moorage-release-"));
  const tree = join(stage, "tree");
  const env = { ...process.env, GIT_INDEX_FILE: join(stage, "index") };
  const git = (...args: string[]) =>
    execFileSync("git", [`--git-dir=${gitDir}`, `--work-tree=${tree}`, ...args], {
      cwd: tree,
      env,
      encoding: "utf8",
    }).trim();
  try {
    mkdirSync(tree);
    for (const { path, content, isExecutable } of files) {
      const file = join(tree, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      if (isExecutable) chmodSync(file, 0o755);
    }
    git("add", "--all", "--force", ".");
    const commit = git("commit-tree", git("write-tree"), "-p", "HEAD", "-m", `Release v${version}`);
    git("tag", `v${version}`, commit);
    return commit;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
