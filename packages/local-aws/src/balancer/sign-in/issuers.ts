import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";

/** By host, the URL of what stands in for an issuer: `login.example.com` -> `http://127.0.0.1:9000`. */
export type StandIns = Readonly<Record<string, string>>;

/** What a rule says of its issuer and its sessions, whichever of the two actions it has. */
export interface SignInSettings {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
  clientId: string;
  /** Sealed; undefined for Cognito, of which the load balancer reads it there. */
  clientSecret: string | undefined;
  cookie: string;
  scope: string;
  timeoutMs: number;
  parameters: Readonly<Record<string, string>>;
  unauthenticated: string;
}

/**
 * Cognito's endpoints follow from the pool and its domain. https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
 */
export function signInSettings(action: Action): SignInSettings | undefined {
  const { AuthenticateOidcConfig: oidc, AuthenticateCognitoConfig: cognito } = action;
  const config = oidc ?? cognito;
  if (config === undefined) return undefined;
  const common = {
    cookie: config.SessionCookieName ?? "",
    scope: config.Scope ?? "openid",
    timeoutMs: Number(config.SessionTimeout) * 1000,
    parameters: config.AuthenticationRequestExtraParams ?? {},
    unauthenticated: config.OnUnauthenticatedRequest ?? "authenticate",
  };
  if (oidc !== undefined) {
    return {
      ...common,
      issuer: oidc.Issuer ?? "",
      authorizationEndpoint: oidc.AuthorizationEndpoint ?? "",
      tokenEndpoint: oidc.TokenEndpoint ?? "",
      userInfoEndpoint: oidc.UserInfoEndpoint ?? "",
      clientId: oidc.ClientId ?? "",
      clientSecret: oidc.ClientSecret,
    };
  }
  const [, , , region = "", , pool = ""] = (cognito?.UserPoolArn ?? "").split(":");
  const domain = cognito?.UserPoolDomain ?? "";
  const host = domain.includes(".") ? domain : `${domain}.auth.${region}.amazoncognito.com`;
  return {
    ...common,
    issuer: `https://cognito-idp.${region}.amazonaws.com/${pool.replace(/^userpool\//, "")}`,
    authorizationEndpoint: `https://${host}/oauth2/authorize`,
    tokenEndpoint: `https://${host}/oauth2/token`,
    userInfoEndpoint: `https://${host}/oauth2/userInfo`,
    clientId: cognito?.UserPoolClientId ?? "",
    clientSecret: undefined,
  };
}

/**
 * Where an endpoint is reached here: what stands in for its host, or itself where it is on this machine. Undefined for all others: the
 * local target sends nothing to anywhere else.
 */
export function reachable(endpoint: string, standIns: StandIns): URL | undefined {
  const url = new URL(endpoint);
  const standIn = standIns[url.host] ?? standIns[url.hostname];
  if (standIn !== undefined) return new URL(`${url.pathname}${url.search}`, standIn);
  return isLoopback(url.hostname) ? url : undefined;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || /^127\.|^\[::1\]$/.test(host);
}

export interface IssuerAnswer {
  status: number;
  body: string;
}

/** Names of this machine lead to it, whatever the resolver says. */
const loopback: LookupFunction = (_name, { all }, done) =>
  all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

const answerMs = 5_000;
const mostBytes = 256 * 1024;

/** One request of the load balancer's to an issuer. Rejects when it does not answer in time. */
export function askIssuer(url: URL, headers: Record<string, string>, body?: string): Promise<IssuerAnswer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? https : http).request(url, {
      method: body === undefined ? "GET" : "POST",
      headers: { accept: "application/json", ...headers },
      agent: false,
      timeout: answerMs,
      // Only what is on this machine is asked, and no public authority vouches for that.
      rejectUnauthorized: false,
      lookup: loopback,
    });
    const late = setTimeout(() => request.destroy(new Error(`no answer within ${answerMs} ms`)), answerMs);
    request.on("close", () => clearTimeout(late));
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
        if (text.length > mostBytes) request.destroy(new Error("an answer that is too long"));
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.end(body);
  });
}
