import { createHash, randomBytes } from "node:crypto";
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { isAuthenticating } from "../../services/elbv2/authenticate.js";
import type { LoadBalancerRow } from "../../services/elbv2/rows.js";
import type { Routing } from "../../services/elbv2/routing.js";
import type { Pairs } from "../headers.js";
import { ClaimSigner } from "./claims.js";
import { Exchange, IssuerProblem, type SignInStatus } from "./exchange.js";
import { reachable, signInSettings, type SignInSettings, type StandIns } from "./issuers.js";
import {
  cookiesIn,
  nonceCookie,
  opened,
  sealed64,
  type Session,
  sessionCookies,
  sessionIn,
} from "./session.js";

export type { SignInStatus } from "./exchange.js";

/** What is asked, as far as signing in goes by it. */
export interface Asked {
  /** With its port: where the browser comes back to. */
  authority: string;
  path: string;
  /** What follows `?`. */
  query: string;
  cookies: string | undefined;
}

/** Whether a request goes on, with what the app is told of who it is, or how it is answered. */
export type Verdict =
  | { goesOn: true; claims?: Pairs | undefined; cookies?: readonly string[] }
  | { goesOn: false; status: 302; headers: Pairs }
  | { goesOn: false; status: SignInStatus; reason: string };

export interface SignInOptions {
  standIns: StandIns;
  /** Whether the load balancer's security groups let it reach an issuer at this port. */
  mayLeave: (loadBalancer: LoadBalancerRow, port: number) => boolean;
}

/** Where issuers send people back to. */
const callbackPath = "/oauth2/idpresponse";
/** Source: Elastic Load Balancing, "Client login timeout". */
const loginMs = 15 * 60_000;

interface State {
  mark: string;
  /** Where it began: path and query. */
  target: string;
  nonce: string;
  until: number;
}

/** The part of a load balancer that signs people in by an issuer, as its documentation has it. */
export class SignIn {
  private readonly signer = new ClaimSigner();
  private readonly exchange: Exchange;

  constructor(
    private readonly routing: Routing,
    private readonly options: SignInOptions,
  ) {
    this.exchange = new Exchange(routing.key, options);
  }

  keyAt(host: string, path: string): string | undefined {
    return this.signer.keyAt(host, path);
  }

  async judge(asked: Asked, action: Action, loadBalancer: LoadBalancerRow): Promise<Verdict> {
    const settings = signInSettings(action);
    if (settings === undefined) return { goesOn: true };
    const now = Date.now();
    const mark = markOf(settings);
    const session = sessionIn(asked.cookies, settings.cookie, mark, this.routing.key, now);
    const fresh = session && (await this.refreshed(session, settings, loadBalancer, now));
    if (fresh !== undefined) {
      const claims = this.signer.headers(fresh, settings, loadBalancer.arn, now);
      const cookies = fresh === session ? [] : sessionCookies(settings.cookie, fresh, this.routing.key);
      return { goesOn: true, claims, cookies };
    }
    if (settings.unauthenticated === "allow") return { goesOn: true };
    if (settings.unauthenticated === "deny")
      return { goesOn: false, status: 401, reason: "the rule denies requests that are not signed in" };
    return this.sendAway(asked, settings, mark, now);
  }

  /** What an issuer's redirect back is answered with; undefined for any other request. */
  async callback(asked: Asked): Promise<Verdict | undefined> {
    if (asked.path !== callbackPath) return undefined;
    const rules = this.routing
      .listeners()
      .flatMap(({ loadBalancer, listener, rules: own }) =>
        [...own.map(({ actions }) => actions), listener.defaultActions].flatMap((actions) =>
          actions
            .filter(isAuthenticating)
            .map((action) => ({ loadBalancer, settings: signInSettings(action) })),
        ),
      );
    if (rules.length === 0) return undefined;
    const told = new URLSearchParams(asked.query);
    const state = opened(told.get("state") ?? "", this.routing.key) as State | undefined;
    const found = rules.find(({ settings }) => settings && markOf(settings) === state?.mark);
    if (state === undefined || found?.settings === undefined)
      return refused(401, "AuthInvalidStateParam: the state is missing, or none of a rule's here");
    const problem = this.checkBrowser(asked, state) ?? deniedBy(told);
    if (problem !== undefined) return problem;
    return this.finish(asked, state, { ...found, settings: found.settings }, told.get("code") ?? "");
  }

  private checkBrowser(asked: Asked, { nonce, until }: State): Verdict | undefined {
    if (until <= Date.now()) return refused(401, "the login took longer than 15 minutes");
    const carried = cookiesIn(asked.cookies).get(nonceCookie);
    if (carried !== undefined && hashed(carried) === nonce) return undefined;
    return refused(401, "AuthInvalidAWSALBAuthNonce: the browser is not the one that was sent to the issuer");
  }

  private async finish(
    asked: Asked,
    state: State,
    { settings, loadBalancer }: { settings: SignInSettings; loadBalancer: LoadBalancerRow },
    code: string,
  ): Promise<Verdict> {
    try {
      const redirectUri = `http://${asked.authority}${callbackPath}`;
      const session = await this.exchange.begin(settings, loadBalancer, {
        code,
        redirectUri,
        mark: state.mark,
      });
      const cookies = sessionCookies(settings.cookie, session, this.routing.key);
      return {
        goesOn: false,
        status: 302,
        headers: [
          ["Location", `http://${asked.authority}${state.target}`],
          ...cookies.map((cookie): Pairs[number] => ["Set-Cookie", cookie]),
        ],
      };
    } catch (error) {
      if (error instanceof IssuerProblem) return refused(error.status, error.message);
      throw error;
    }
  }

  /** A session whose access token is over goes on where the issuer gave a refresh token, and takes it. */
  private async refreshed(
    session: Session,
    settings: SignInSettings,
    loadBalancer: LoadBalancerRow,
    now: number,
  ): Promise<Session | undefined> {
    if (session.accessUntil > now || session.refreshToken === undefined) return session;
    try {
      return await this.exchange.refresh(settings, loadBalancer, session);
    } catch (error) {
      if (error instanceof IssuerProblem) return undefined;
      throw error;
    }
  }

  private sendAway(asked: Asked, settings: SignInSettings, mark: string, now: number): Verdict {
    const nonce = randomBytes(16).toString("base64url");
    const target = `${asked.path}${asked.query === "" ? "" : `?${asked.query}`}`;
    const state: State = { mark, target, nonce: hashed(nonce), until: now + loginMs };
    const { authorizationEndpoint } = settings;
    const url = reachable(authorizationEndpoint, this.options.standIns) ?? new URL(authorizationEndpoint);
    const parameters = {
      client_id: settings.clientId,
      redirect_uri: `http://${asked.authority}${callbackPath}`,
      response_type: "code",
      scope: settings.scope,
      state: sealed64(state, this.routing.key),
      ...settings.parameters,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const until = new Date(state.until).toUTCString();
    return {
      goesOn: false,
      status: 302,
      headers: [
        ["Location", url.href],
        ["Set-Cookie", `${nonceCookie}=${nonce}; Expires=${until}; Path=/; HttpOnly`],
        ["Cache-Control", "no-cache"],
      ],
    };
  }
}

/** Source: Elastic Load Balancing, "HTTP 401" and "HTTP 561". */
function deniedBy(told: URLSearchParams): Verdict | undefined {
  const error = told.get("error");
  if (error === "access_denied") return refused(401, "the issuer denied access");
  if (error !== null) return refused(561, `the issuer returned the error ${error}`);
  return told.get("code") ? undefined : refused(401, "AuthMissingAuthCode: the issuer sent no code");
}

function refused(status: SignInStatus, reason: string): Verdict {
  return { goesOn: false, status, reason };
}

function markOf({ issuer, clientId, tokenEndpoint }: SignInSettings): string {
  return hashed([issuer, clientId, tokenEndpoint].join("\n"));
}

function hashed(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
