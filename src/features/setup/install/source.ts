import { runGit } from "../../../adapters/git/git.js";
import { bounds } from "../../../core/bounds.js";
import { badRequest } from "../../../core/errors.js";

/** A repository that has a release of Moorage, on GitHub or on the server that the run belongs to. */
export function repositoryUrl(from: string, env: NodeJS.ProcessEnv): string {
  return `${env["GITHUB_SERVER_URL"] || "https://github.com"}/${from}`;
}

/** What a release there offers for installation, and its checksums. */
export function releaseFiles(from: string, version: string, env: NodeJS.ProcessEnv) {
  const folder = `${repositoryUrl(from, env)}/releases/download/v${version}`;
  return { archive: `${folder}/moorage-${version}.tgz`, checksums: `${folder}/SHA256SUMS` };
}

/** `acme/moorage`. Raises `bad-arguments`. */
export function checkRepository(from: string): string {
  if (/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/.test(from)) return from;
  throw badRequest(
    "bad-arguments",
    `--from ${JSON.stringify(from)} is not a GitHub repository.`,
    "Give its owner and its name, as in acme/moorage.",
  );
}

/** A commit of the repository, by git. Raises `ref-unknown` (exit 2) where there is none, or nobody can say so. */
export async function resolveRef(
  from: string,
  ref: string,
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  const url = repositoryUrl(from, env);
  const names = [`refs/tags/${ref}^{}`, `refs/tags/${ref}`, `refs/heads/${ref}`];
  const { code, stdout, stderr } = await runGit(cwd, ["ls-remote", "--", url, ...names], bounds.gitRemote);
  if (code !== 0) throw unknown(`git cannot read ${url}: ${stderr.trim() || "it did not answer"}.`);
  const commits = new Map(stdout.split("\n").map((line) => line.split("\t").reverse() as [string, string]));
  const commit = names.map((name) => commits.get(name)).find((one) => one !== undefined);
  if (commit === undefined) throw unknown(`${url} has no tag or branch ${ref}.`);
  return commit;
}

function unknown(message: string): Error {
  return badRequest(
    "ref-unknown",
    message,
    "Give --ref a tag, a branch or a whole commit (40 digits) of the repository that --from names.",
  );
}
