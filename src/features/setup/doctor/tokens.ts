import { audience } from "../../../../stacks/policies/trust.js";
import type { Invocation } from "../../../core/command.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { ownSubject } from "../../../adapters/github/own-token.js";
import { repositoryFacts, type RepositoryFacts } from "../../../adapters/github/settings.js";
import { tokenIssuer } from "../../../core/project/github-server.js";
import { formByAge, prefixOf, type SubjectForm } from "./oidc.js";

/** What the repository's OIDC tokens say of it, as far as it can be known. */
export interface Tokens {
  repository: string;
  facts: RepositoryFacts;
  /** Undefined where only a token of its own would tell. */
  form: SubjectForm | undefined;
  /** The forms that its subjects may have. */
  forms: readonly SubjectForm[];
  /** Whose tokens they are, as IAM calls the provider. */
  issuer: string;
}

/** Its own token tells where this is one of its runs, else its age may. */
export async function readTokens(
  github: GitHub,
  { env, reporter }: Pick<Invocation, "env" | "reporter">,
): Promise<Tokens> {
  const { owner, repo } = github.access.repository;
  const facts = await repositoryFacts(github);
  const subject = await ownSubject(env, audience, reporter.trace).catch(() => undefined);
  const own = subject === undefined ? undefined : subject.includes("@") ? "ids" : "names";
  const form = own ?? formByAge(facts);
  return {
    repository: `${owner}/${repo}`,
    facts,
    form,
    issuer: issuerIn(env["GITHUB_SERVER_URL"]),
    forms: form === undefined ? ["names", "ids"] : [form],
  };
}

/** The subjects of a job, in each form that they may have; `context` is what its trigger or environment adds. */
export function subjectsFor({ repository, facts, forms }: Tokens, context: string): string[] {
  return forms.map((form) => `${prefixOf(repository, facts, form)}:${context}`);
}

/** Of the GitHub that the environment names; github.com's where it names none. */
function issuerIn(server: string | undefined): string {
  return tokenIssuer({ server: server && URL.canParse(server) ? server : undefined }).issuer;
}
