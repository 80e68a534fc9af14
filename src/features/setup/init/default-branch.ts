import { bounds } from "../../../core/bounds.js";
import { silentReporter } from "../../../core/reporter.js";
import { githubAccess, openGitHub } from "../../../adapters/github/client.js";
import { repositoryFacts } from "../../../adapters/github/settings.js";
import { boundedSignal } from "../../../core/bounded-signal.js";

/** The branch by its name in workflows, where it is a plain one. */
const plain = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;

/**
 * GitHub's default branch, where a token can ask; else what git knows; else `main`. It stands in the written files: what is no
 * plain name is left to a person.
 */
export async function defaultBranch(
  repository: string | undefined,
  known: string | undefined,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<string> {
  const branch = (await branchOnGitHub(repository, env, signal)) ?? known;
  return branch !== undefined && plain.test(branch) ? branch : "main";
}

/** Undefined where nobody can say: a new repository may not be there yet. */
async function branchOnGitHub(
  repository: string | undefined,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string | undefined> {
  const access = githubAccess({ ...env, GITHUB_REPOSITORY: repository });
  if ("missing" in access) return undefined;
  const bounded = boundedSignal(bounds.toolAnswer, signal);
  const github = openGitHub(access, { signal: bounded, reporter: silentReporter });
  return repositoryFacts(github).then(
    (facts) => facts.defaultBranch,
    () => {
      signal.throwIfAborted();
      return undefined;
    },
  );
}
