import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";
import { type Tags, tagsOf } from "./lookup/finding.js";

/** What an account trusts tokens of an issuer by: there is one for each issuer. */
export interface OidcProvider {
  arn: string;
  tags: Tags;
}

/** The account's provider of the issuer (a host and a path); undefined where there is none. */
export async function oidcProvider(clients: AwsClients, issuer: string): Promise<OidcProvider | undefined> {
  const { GetOpenIDConnectProviderCommand, ListOpenIDConnectProvidersCommand } =
    await import("@aws-sdk/client-iam");
  try {
    const iam = await clients.iam();
    const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    const arn = OpenIDConnectProviderList.find(({ Arn }) => Arn?.endsWith(`:oidc-provider/${issuer}`))?.Arn;
    if (arn === undefined) return undefined;
    const asked = iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    const answer = await unlessAbsent(asked, "NoSuchEntity", "NoSuchEntityException");
    return answer && { arn, tags: tagsOf(answer.Tags) };
  } catch (error) {
    throw classify(error, `read the account's OIDC provider of ${issuer}`);
  }
}
