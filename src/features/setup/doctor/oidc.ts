import {
  audience as usualAudience,
  issuer as publicIssuer,
  subjectPrefix,
} from "../../../../stacks/policies/trust.js";
import type { RepositoryFacts } from "../../../adapters/github/settings.js";
import { type Judgement, fail, pass, skip } from "../../inspect/verify/finding.js";
import { matchesWildcard, type Statement, statementsOf } from "../../inspect/verify/trust.js";

/** Repositories that were made, renamed or moved since then send ids beside names. Source: GitHub's changelog, July 2026. */
const idsSince = new Date("2026-07-15T00:00:00Z");

export type SubjectForm = "names" | "ids";

/** The form that a repository's age tells; undefined where only its own tokens can. */
export function formByAge({ createdAt }: Pick<RepositoryFacts, "createdAt">): SubjectForm | undefined {
  return createdAt !== undefined && createdAt >= idsSince ? "ids" : undefined;
}

/** `repo:acme/hello`, or `repo:acme@1/hello@2`. */
export function prefixOf(repository: string, { id, ownerId }: RepositoryFacts, subject: SubjectForm): string {
  return subjectPrefix({ repository, subject, repositoryId: id, ownerId, provider: "", contexts: [] });
}

/** Whose token asks for a role, as far as its trust policy may look at it. */
export interface TokenClaims {
  /** The subject in each form that it may have, the likeliest first: one where it is known. */
  subjects: readonly string[];
  repositoryId: number;
  /** Whose tokens they are; github.com's by default. */
  issuer?: string | undefined;
  audience?: string | undefined;
}

/**
 * Whether a trust policy takes a workflow's token. Conditions other than those on audience, subject and repository
 * cannot be judged from here. Source: IAM, "Available keys for AWS OIDC federation".
 */
export function judgeGitHubTrust(document: string, claims: TokenClaims): Judgement {
  const statements = statementsOf(document);
  if (statements === undefined) return skip("Its trust policy is not JSON.");
  const { issuer = publicIssuer } = claims;
  const fitting = statements.filter((one) => isForGitHub(one, issuer));
  if (fitting.length === 0) return fail(`Its trust policy does not accept GitHub's tokens (${issuer}).`);
  const [likely = "", ...others] = claims.subjects;
  const answers = fitting.map((one) => meets(one.Condition ?? {}, likely, claims));
  if (answers.includes(true)) {
    const later = others.map(
      (other) => `; after the repository is renamed or moved, it must accept ${other}`,
    );
    return pass(`It accepts ${likely}${later.join("")}.`);
  }
  if (answers.includes(undefined)) return skip("Its trust policy has conditions that only AWS can judge.");
  const other = others.find((one) => fitting.some(({ Condition = {} }) => meets(Condition, one, claims)));
  if (other !== undefined)
    return skip(`It accepts ${other}, which only a renamed or moved repository sends.`);
  return fail(`It does not accept ${likely}, but ${subjectsIn(fitting, issuer)}.`);
}

function isForGitHub({ Effect, Principal, Action }: Statement, issuer: string): boolean {
  const federated = typeof Principal === "object" ? [Principal.Federated ?? []].flat() : [];
  const actions = [Action ?? []].flat();
  return (
    Effect === "Allow" &&
    federated.some((arn) => arn.endsWith(`:oidc-provider/${issuer}`)) &&
    actions.some((action) => matchesWildcard(action, "sts:AssumeRoleWithWebIdentity"))
  );
}

function meets(
  condition: NonNullable<Statement["Condition"]>,
  subject: string,
  { repositoryId, issuer = publicIssuer, audience = usualAudience }: TokenClaims,
): boolean | undefined {
  const known: Record<string, string> = {
    [`${issuer}:aud`]: audience,
    [`${issuer}:sub`]: subject,
    [`${issuer}:repository_id`]: String(repositoryId),
  };
  const parts = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const value = known[key];
      if (value === undefined) return undefined;
      if (/^(ForAnyValue:)?StringEquals$/.test(operator)) return [values].flat().includes(value);
      if (/^(ForAnyValue:)?StringLike$/.test(operator))
        return [values].flat().some((one) => matchesWildcard(one, value, { ignoreCase: false }));
      return undefined;
    }),
  );
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function subjectsIn(statements: readonly Statement[], issuer: string): string {
  const found = statements.flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((keys) => [keys[`${issuer}:sub`] ?? []].flat()),
  );
  return found.join(", ") || "no subject";
}
