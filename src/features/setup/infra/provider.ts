import { type OidcProvider, oidcProvider } from "../../../adapters/aws/oidc-provider.js";
import type { Context } from "../../../context/context.js";
import { asMoorageError } from "../../../core/errors.js";
import { tokenIssuer } from "../../../core/project/github-server.js";
import type { InfraStack } from "./stack.js";

type Access = Record<string, unknown> & { server?: string; issuer?: string; provider?: unknown };

/**
 * The foundation with the account's OIDC provider of GitHub, where another stack or somebody else has made one: an account has one for
 * each issuer, and IAM refuses a second (`EntityAlreadyExists`). Left as it is where its own stack made it, or nobody can tell.
 */
export async function withAccountsProvider(
  context: Pick<Context, "aws" | "reporter" | "project" | "signal">,
  infra: InfraStack,
): Promise<InfraStack> {
  const access = infra.raw["moorage:github"] as Access | undefined;
  if (infra.kind !== "foundation" || typeof access !== "object" || access.provider !== undefined)
    return infra;
  const { issuer } = tokenIssuer(access);
  const found = await lookFor(context, issuer);
  if (found === undefined || isOwn(found, context.project, infra.stack)) return infra;
  const text = `${infra.stack} uses the account's OIDC provider of ${issuer}, which exists already`;
  context.reporter.notify({ kind: "detail", text });
  return { ...infra, raw: { ...infra.raw, "moorage:github": { ...access, provider: found.arn } } };
}

function isOwn({ tags }: OidcProvider, project: string, stack: string): boolean {
  return tags.get("moorage:project") === project && tags.get("moorage:stack") === stack;
}

async function lookFor(
  { aws, reporter, signal }: Pick<Context, "aws" | "reporter" | "signal">,
  issuer: string,
): Promise<OidcProvider | undefined> {
  try {
    return await oidcProvider(aws, issuer);
  } catch (error) {
    signal.throwIfAborted();
    const text = `Whether the account has an OIDC provider of GitHub is not known: ${asMoorageError(error).message}`;
    reporter.notify({ kind: "detail", text });
    return undefined;
  }
}
