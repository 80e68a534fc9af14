import { tokenIssuer } from "../../src/core/project/github-server.js";

/** github.com's issuer of tokens. */
export const { issuer } = tokenIssuer({});

/** What AWS's own action asks GitHub's token for. Source: aws-actions/configure-aws-credentials, `audience`. */
export const audience = "sts.amazonaws.com";

/** The repository whose workflows may take a role, and which of its tokens. */
export interface Trust {
  /** ARN of the account's OIDC provider. */
  provider: string;
  repository: string;
  /** Known, they hold where a name is taken over by somebody else. */
  repositoryId?: number | undefined;
  ownerId?: number | undefined;
  /** Whether subjects are made of names, or of names and ids. */
  subject: "names" | "ids";
  /** What follows the repository in the subject: `environment:prod`, `pull_request`, `ref:refs/heads/main`. */
  contexts: readonly string[];
  /** `acme/hello/.github/workflows/deploy.yml@refs/heads/*`; every workflow where none is named. */
  workflows?: readonly string[] | undefined;
  /**
   * The refs whose runs may take it, beside the subject: an environment that the repository does not have is made by the
   * first job that names it, and then admits every branch.
   */
  refs?: readonly string[] | undefined;
  /** The GitHub that it is in, or the issuer of its tokens; github.com's by default. */
  server?: string | undefined;
  issuer?: string | undefined;
  audience?: string | undefined;
}

/**
 * A role's trust policy: exact subjects, the audience, and what else is known of the repository. Source: GitHub, "OpenID
 * Connect reference"; IAM, "Available keys for AWS OIDC federation".
 */
export function githubTrust(trust: Trust): string {
  const { provider, repositoryId, workflows, refs } = trust;
  const { issuer: from, hasClaims } = tokenIssuer(trust);
  const exact = {
    [`${from}:aud`]: trust.audience ?? audience,
    [`${from}:sub`]: contextsOf(trust, hasClaims).map((context) => `${subjectPrefix(trust)}:${context}`),
    ...(hasClaims && repositoryId !== undefined && { [`${from}:repository_id`]: String(repositoryId) }),
    ...(hasClaims && refs !== undefined && { [`${from}:ref`]: refs }),
  };
  const alike =
    !hasClaims || workflows === undefined ? {} : { StringLike: { [`${from}:job_workflow_ref`]: workflows } };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: exact, ...alike },
      },
    ],
  });
}

/**
 * Where IAM reads no `ref`, an environment in which any branch could run is not trusted beside the branches themselves. The others
 * are as safe as GitHub's own rules for these environments, which the stack `github` makes.
 */
function contextsOf({ contexts, refs }: Trust, hasClaims: boolean): readonly string[] {
  const branches = contexts.filter((context) => context.startsWith("ref:"));
  return hasClaims || refs === undefined || branches.length === 0 ? contexts : branches;
}

/** `repo:acme/hello`, or `repo:acme@1/hello@2` of a repository that sends ids. */
export function subjectPrefix({ repository, repositoryId, ownerId, subject }: Trust): string {
  if (subject === "names") return `repo:${repository}`;
  const [owner = "", name = ""] = repository.split("/");
  return `repo:${owner}@${String(ownerId)}/${name}@${String(repositoryId)}`;
}
