/** A GitHub: github.com, a company's own below ghe.com, or an Enterprise Server. */
export interface GitHubServer {
  /** `https://github.com`. */
  url: string;
  apiUrl: string;
  /** Of its workflows' tokens, without `https://`: as IAM calls the provider and its condition keys. */
  issuer: string;
  /**
   * Whether IAM reads claims of its tokens beside subject and audience. Source: IAM, "Available keys for AWS OIDC federation": those of
   * GitHub's are told for token.actions.githubusercontent.com.
   */
  hasClaims: boolean;
}

const publicIssuer = "token.actions.githubusercontent.com";

/**
 * Where a GitHub answers, by its address as `GITHUB_SERVER_URL` has it. Source: GitHub, "OpenID Connect reference" of Enterprise Server
 * (`HOST/_services/token`) and of data residency (`token.actions.SUBDOMAIN.ghe.com`); "Getting started with the REST API".
 */
export function gitHubServer(server = "https://github.com"): GitHubServer {
  const url = server.replace(/\/+$/, "");
  const { host, protocol } = new URL(url);
  if (host === "github.com") {
    return { url, apiUrl: "https://api.github.com", issuer: publicIssuer, hasClaims: true };
  }
  if (host.endsWith(".ghe.com")) {
    return { url, apiUrl: `https://api.${host}`, issuer: `token.actions.${host}`, hasClaims: false };
  }
  return { url, apiUrl: `${protocol}//${host}/api/v3`, issuer: `${host}/_services/token`, hasClaims: false };
}

/** Whose tokens roles trust: the server's, or those of an issuer that is named, as enterprises may have one of their own. */
export function tokenIssuer({
  server,
  issuer,
}: {
  server?: string | undefined;
  issuer?: string | undefined;
}): Pick<GitHubServer, "issuer" | "hasClaims"> {
  const known = gitHubServer(server);
  if (issuer === undefined) return known;
  const own = issuer.replace(/^https:\/\//, "").replace(/\/+$/, "");
  return { issuer: own, hasClaims: own === publicIssuer || own.startsWith(`${publicIssuer}/`) };
}
