import type { Context } from "../../../context/context.js";
import { asMoorageError } from "../../../core/errors.js";
import { rulesetNumber } from "../../../adapters/github/rulesets.js";
import type { InfraStack } from "./stack.js";

/**
 * The stack without its rulesets where GitHub's plan has none for the repository: it is told, and the rest is made. Source:
 * GitHub, "About rulesets": public repositories, and private ones of paid plans; others answer 403, "Upgrade to ...".
 */
export async function withPlansRulesets(
  { target, signal, reporter }: Pick<Context, "target" | "signal" | "reporter">,
  infra: InfraStack,
): Promise<InfraStack> {
  const { apiUrl, token } = target.github;
  const [owner = "", repo = ""] = textOf(infra.raw["moorage:repository"]).split("/");
  if (infra.kind !== "github" || token === undefined || repo === "") return infra;
  const { openGitHub } = await import("../../../adapters/github/client.js");
  const github = openGitHub({ repository: { owner, repo }, token, apiUrl }, { signal, reporter });
  try {
    await rulesetNumber(github, "any");
    return infra;
  } catch (error) {
    // What else is wrong is said by the provider, which asks for the same.
    if (!/\bupgrade to github\b/i.test(asMoorageError(error).message)) return infra;
    reporter.notify({
      kind: "warning",
      text: `GitHub's plan has no rulesets for ${owner}/${repo}: whoever can push can push to main, and can create release tags`,
      hint: "Give environments that releases reach reviewers, or make them `manual`; another plan, or a public repository, has rulesets.",
    });
    return { ...infra, raw: { ...infra.raw, "moorage:rulesets": false } };
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
