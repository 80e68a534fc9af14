import { unseal } from "../../services/ssm/secret.js";
import type { LoadBalancerRow } from "../../services/elbv2/rows.js";
import { askIssuer, type IssuerAnswer, reachable, type SignInSettings, type StandIns } from "./issuers.js";
import type { Session } from "./session.js";

/**
 * What is answered where signing in fails. 401: denied, or no ID token, or too many claims; 500: an endpoint is not reached; 561: the
 * issuer answers with an error.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export type SignInStatus = 401 | 500 | 561;

/** Begins with the reason code that AWS's access logs have. */
export class IssuerProblem extends Error {
  constructor(
    readonly status: SignInStatus,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Bytes. Source: Elastic Load Balancing, "Authentication flow": the size of user claims. */
const mostClaims = 11 * 1024;

interface Tokens {
  accessToken: string;
  refreshToken?: string;
  expiresInMs: number;
}

/** What the load balancer asks an issuer by itself. */
export class Exchange {
  constructor(
    private readonly key: Buffer,
    private readonly options: {
      standIns: StandIns;
      mayLeave: (loadBalancer: LoadBalancerRow, port: number) => boolean;
    },
  ) {}

  /** A code for a session. Throws an IssuerProblem. */
  async begin(
    settings: SignInSettings,
    loadBalancer: LoadBalancerRow,
    { code, redirectUri, mark }: { code: string; redirectUri: string; mark: string },
  ): Promise<Session> {
    const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    const tokens = await this.tokens(settings, loadBalancer, form, true);
    const until = Date.now() + settings.timeoutMs;
    return this.session(settings, loadBalancer, tokens, { mark, until });
  }

  /** A refresh token for a session that ends when the first one would have. Throws an IssuerProblem. */
  async refresh(
    settings: SignInSettings,
    loadBalancer: LoadBalancerRow,
    { refreshToken = "", mark, until }: Session,
  ): Promise<Session> {
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    const tokens = await this.tokens(settings, loadBalancer, form, false);
    return this.session(settings, loadBalancer, { refreshToken, ...tokens }, { mark, until });
  }

  private async session(
    settings: SignInSettings,
    loadBalancer: LoadBalancerRow,
    { accessToken, refreshToken, expiresInMs }: Tokens,
    { mark, until }: Pick<Session, "mark" | "until">,
  ): Promise<Session> {
    const answer = await this.ask(loadBalancer, settings.userInfoEndpoint, "AuthUserinfoEp", {
      authorization: `Bearer ${accessToken}`,
    });
    if (Buffer.byteLength(answer.body) > mostClaims)
      throw new IssuerProblem(401, "AuthUserinfoResponseSizeExceeded: the claims have more than 11 KB");
    const claims = objectIn(answer.body);
    if (typeof claims?.["sub"] !== "string")
      throw new IssuerProblem(561, "AuthInvalidUserinfoResponse: the user info has no `sub`");
    const accessUntil = Date.now() + expiresInMs;
    return {
      mark,
      claims,
      accessToken,
      ...(refreshToken !== undefined && { refreshToken }),
      accessUntil,
      until,
    };
  }

  private async tokens(
    settings: SignInSettings,
    loadBalancer: LoadBalancerRow,
    form: Record<string, string>,
    wantsIdToken: boolean,
  ): Promise<Tokens> {
    const { clientId, clientSecret } = settings;
    const secret = clientSecret === undefined ? undefined : unseal(clientSecret, this.key);
    const credentials = [clientId, secret ?? ""].map(encodeURIComponent).join(":");
    const answer = await this.ask(
      loadBalancer,
      settings.tokenEndpoint,
      "AuthTokenEp",
      {
        "content-type": "application/x-www-form-urlencoded",
        ...(secret !== undefined && {
          authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
        }),
      },
      new URLSearchParams({ ...form, client_id: clientId }).toString(),
    );
    const told = objectIn(answer.body);
    const accessToken = told?.["access_token"];
    if (typeof accessToken !== "string")
      throw new IssuerProblem(561, "AuthInvalidTokenResponse: the token endpoint sent no access token");
    if (wantsIdToken && typeof told?.["id_token"] !== "string")
      throw new IssuerProblem(401, "AuthInvalidIdToken: the requested scope returns no ID token");
    const refreshToken = told?.["refresh_token"];
    const expiresIn = Number(told?.["expires_in"]);
    return {
      accessToken,
      ...(typeof refreshToken === "string" && { refreshToken }),
      expiresInMs: Number.isFinite(expiresIn) ? expiresIn * 1000 : settings.timeoutMs,
    };
  }

  private async ask(
    loadBalancer: LoadBalancerRow,
    endpoint: string,
    part: "AuthTokenEp" | "AuthUserinfoEp",
    headers: Record<string, string>,
    body?: string,
  ): Promise<IssuerAnswer> {
    const { host, port } = new URL(endpoint);
    const url = reachable(endpoint, this.options.standIns);
    if (url === undefined) {
      throw new IssuerProblem(
        500,
        `nothing stands in for ${host} here: set MOORAGE_LOCAL_ISSUERS, such as ${host}=http://127.0.0.1:9000`,
      );
    }
    if (!this.options.mayLeave(loadBalancer, Number(port || 443)))
      throw new IssuerProblem(500, `the load balancer's security groups do not let it reach ${host}`);
    const answer = await askIssuer(url, headers, body).catch((error: unknown) => {
      throw new IssuerProblem(500, `${part}RequestTimeout: ${host} does not answer`, { cause: error });
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new IssuerProblem(561, `${part}RequestFailed: ${host} answered ${answer.status}`);
  }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
