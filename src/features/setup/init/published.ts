import { readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { bounds } from "../../../core/bounds.js";
import { packageFolder } from "../../../core/own-modules.js";
import { runGit } from "../../../adapters/git/git.js";

/** One of Moorage's own workflows. */
export interface PublishedWorkflow {
  /** `preview` of `preview.yml`. */
  name: string;
  text: string;
}

/** The workflows that come with this Moorage, sorted by name. */
export async function publishedWorkflows(): Promise<PublishedWorkflow[]> {
  const folder = join(packageFolder(), ".github", "workflows");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yml")).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -".yml".length),
      text: await readFile(join(folder, file), "utf8"),
    })),
  );
}

/** Where workflows are called at: a tag can be moved, a commit cannot. */
export interface PublishedVersion {
  /** A commit where one is known, else the tag or branch. */
  ref: string;
  /** What people call it, beside a commit. */
  name: string | undefined;
  /** What its release offers for installation. */
  tarball: string;
}

/** `asked`, or this Moorage's own version, as a commit where this Moorage is a checkout that knows it. */
export async function publishedVersion(asked: string | undefined): Promise<PublishedVersion> {
  const { version } = JSON.parse(await readFile(join(packageFolder(), "package.json"), "utf8")) as {
    version: string;
  };
  const own = `v${version}`;
  const tarball = `https://github.com/moorage/moorage/releases/download/${own}/moorage-${version}.tgz`;
  const ref = asked ?? own;
  if (/^[0-9a-f]{40}$/.test(ref)) return { ref, name: undefined, tarball };
  const commit =
    (await commitHere(`${ref}^{commit}`)) ?? (ref === own ? await commitHere("HEAD") : undefined);
  return commit === undefined ? { ref, name: undefined, tarball } : { ref: commit, name: ref, tarball };
}

/** In Moorage's own checkout only: below an app's `node_modules` git would tell of the app. */
async function commitHere(revision: string): Promise<string | undefined> {
  const folder = packageFolder();
  const top = await runGit(folder, ["rev-parse", "--show-toplevel"], bounds.gitRead);
  if (top.code !== 0 || top.stdout.trim() !== (await realpath(folder))) return undefined;
  const { code, stdout } = await runGit(
    folder,
    ["rev-parse", "--verify", "--quiet", revision],
    bounds.gitRead,
  );
  return code === 0 ? stdout.trim() : undefined;
}
