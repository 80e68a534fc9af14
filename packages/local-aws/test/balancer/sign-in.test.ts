import { createPublicKey, verify } from "node:crypto";
import type { RequestListener } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { createBalancer } from "../../src/balancer/balancer.js";
import { issuersNotPlayed } from "../../src/balancer/sign-in/notes.js";
import type { SignInOptions } from "../../src/balancer/sign-in/sign-in.js";
import {
  bench,
  hostCondition,
  listener,
  loadBalancer,
  rule,
  serve,
  targetGroup,
} from "../services/elbv2/support.js";
import { ask, type Answer } from "./ask.js";
import { code, type IssuerChanges, startIssuer } from "./issuer.js";
import { join } from "./support.js";

const oidc = {
  Issuer: "https://login.example.com",
  AuthorizationEndpoint: "https://login.example.com/authorize",
  TokenEndpoint: "https://login.example.com/token",
  UserInfoEndpoint: "https://login.example.com/userinfo",
  ClientId: "the-client",
  ClientSecret: "the-secret",
};

interface Setting {
  settings?: object;
  changes?: IssuerChanges;
  signIn?: Partial<SignInOptions>;
  action?: object;
}

/** `app.localhost` behind an issuer, `/open` for everybody; the app tells which headers it got. */
async function stage({ settings = {}, changes = {}, signIn = {}, action }: Setting = {}) {
  const issuer = await startIssuer(changes);
  const { elbv2, call, store } = bench({
    probe: () => Promise.resolve({ passed: true }),
    standsForHttps: () => true,
  });
  const balancerArn = await loadBalancer(call);
  const listenerArn = await listener(call, balancerArn);
  const group = await targetGroup(call, "app");
  const signedIn = action ?? {
    Type: "authenticate-oidc",
    Order: 1,
    AuthenticateOidcConfig: { ...oidc, ...settings },
  };
  const forward = { Type: "forward", TargetGroupArn: group, Order: 2 };
  const open = { Field: "path-pattern", PathPatternConfig: { Values: ["/open"] } };
  const host = hostCondition("app.localhost");
  await rule(call, listenerArn, group, { Priority: 1, Conditions: [host, open] });
  await rule(call, listenerArn, group, { Priority: 2, Conditions: [host], Actions: [signedIn, forward] });
  const tell: RequestListener = (request, response) => response.end(JSON.stringify(request.headers));
  const { target } = await serve(tell, { server: { maxHeaderSize: 65_536 } });
  await join(elbv2, group, target);
  const standIns = { "login.example.com": issuer.url };
  const balancer = await createBalancer({ elbv2, port: 0, signIn: { standIns, ...signIn } });
  onTestFinished(() => balancer.close());
  const { port } = balancer;
  const get = (path: string, cookies: string[] = [], headers: Record<string, string> = {}) =>
    ask(port, {
      path,
      headers: {
        host: `app.localhost:${port}`,
        ...(cookies.length > 0 && { cookie: cookies.join("; ") }),
        ...headers,
      },
    });
  return { issuer, call, store, elbv2, listenerArn, balancerArn, port, get };
}

function cookiesOf({ headers }: Answer): string[] {
  return (headers["set-cookie"] ?? []).map((cookie) => cookie.split(";")[0] ?? "");
}

/** Goes to the issuer and back, as a browser would, with what the issuer sends back. */
async function signInAt({ get }: Awaited<ReturnType<typeof stage>>, sent: Record<string, string> = { code }) {
  const away = await get("/private?page=2");
  const state = new URL(away.headers.location ?? "").searchParams.get("state") ?? "";
  const query = new URLSearchParams({ state, ...sent }).toString();
  return { away, state, back: await get(`/oauth2/idpresponse?${query}`, cookiesOf(away)) };
}

it("sends a browser to the issuer, and takes it back with a session that the app is told of", async () => {
  const staged = await stage({ settings: { AuthenticationRequestExtraParams: { prompt: "login" } } });
  const { away, back } = await signInAt(staged);
  const { port, issuer, get, balancerArn } = staged;
  expect(away.status).toBe(302);
  const url = new URL(away.headers.location ?? "");
  expect(`${url.origin}${url.pathname}`).toBe(`${issuer.url}/authorize`);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: "the-client",
    redirect_uri: `http://app.localhost:${port}/oauth2/idpresponse`,
    response_type: "code",
    scope: "openid",
    prompt: "login",
  });
  expect([back.status, back.headers.location]).toEqual([302, `http://app.localhost:${port}/private?page=2`]);
  expect(issuer.asked[0]?.authorization).toBe(
    `Basic ${Buffer.from("the-client:the-secret").toString("base64")}`,
  );
  expect(Object.fromEntries(issuer.asked[0]?.form ?? [])).toMatchObject({
    grant_type: "authorization_code",
    code,
    redirect_uri: `http://app.localhost:${port}/oauth2/idpresponse`,
  });
  const seen = await get("/private", cookiesOf(back), { "x-amzn-oidc-identity": "somebody-else" });
  const headers = JSON.parse(seen.body) as Record<string, string>;
  expect(headers).toMatchObject({
    "x-amzn-oidc-identity": "user-1",
    "x-amzn-oidc-accesstoken": "an-access-token",
  });
  const [head = "", body = "", signature = ""] = (headers["x-amzn-oidc-data"] ?? "").split(".");
  const header = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string; exp: number };
  expect(header).toMatchObject({
    alg: "ES256",
    client: "the-client",
    iss: "https://login.example.com",
    signer: balancerArn,
  });
  expect(JSON.parse(Buffer.from(body, "base64url").toString())).toMatchObject({
    sub: "user-1",
    email: "ada@example.com",
    exp: header.exp,
  });
  expect([head, body, signature].every((part) => part.length % 4 === 0)).toBe(true);
  const key = await ask(port, {
    path: `/${header.kid}`,
    headers: { host: "public-keys.auth.elb.us-east-1.amazonaws.com" },
  });
  const dsa = { key: createPublicKey(key.body), dsaEncoding: "ieee-p1363" as const };
  expect(verify("sha256", Buffer.from(`${head}.${body}`), dsa, Buffer.from(signature, "base64url"))).toBe(
    true,
  );
});

it("a path that is left open, and a rule that allows, ask nobody to sign in", async () => {
  expect((await (await stage()).get("/open")).status).toBe(200);
  const allowing = await stage({ settings: { OnUnauthenticatedRequest: "allow" } });
  const answer = await allowing.get("/private");
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).not.toHaveProperty("x-amzn-oidc-identity");
});

it("a rule that denies answers 401", async () => {
  const { get } = await stage({ settings: { OnUnauthenticatedRequest: "deny" } });
  expect((await get("/private")).status).toBe(401);
});

it.each([
  [401, "access is denied", { sent: { error: "access_denied" } }],
  [561, "the issuer returns another error", { sent: { error: "server_error" } }],
  [561, "the token endpoint refuses", { sent: { code: "another" } }],
  [561, "the user info endpoint refuses", { changes: { userInfo: () => ({ status: 500 }) } }],
  [
    401,
    "there is no ID token",
    { changes: { token: () => ({ body: { access_token: "an-access-token" } }) } },
  ],
  [
    401,
    "the claims are too large",
    { changes: { userInfo: () => ({ body: { sub: "user-1", groups: "g".repeat(12_000) } }) } },
  ],
  [500, "nothing stands in for the issuer", { signIn: { standIns: {} } }],
  [500, "nothing listens there", { signIn: { standIns: { "login.example.com": "http://127.0.0.1:9" } } }],
  [500, "the security groups do not let the load balancer out", { signIn: { mayLeave: () => false } }],
] as [number, string, Setting & { sent?: Record<string, string> }][])(
  "answers %i where %s",
  async (status, _what, { sent, ...setting }) => {
    const { back } = await signInAt(await stage(setting), sent);
    expect(back.status).toBe(status);
    expect(cookiesOf(back)).toEqual([]);
  },
);

it("a state that was changed, or comes from another browser, is answered with 401", async () => {
  const staged = await stage();
  const { state } = await signInAt(staged);
  const query = (value: string) => `/oauth2/idpresponse?code=${code}&state=${value}`;
  expect((await staged.get(query(state))).status).toBe(401);
  expect((await staged.get(query(`x${state}`))).status).toBe(401);
  expect((await staged.get("/oauth2/idpresponse")).status).toBe(401);
});

it("a session of another client, or one that was changed, is none", async () => {
  const staged = await stage();
  const { back } = await signInAt(staged);
  const [session = ""] = cookiesOf(back);
  expect((await staged.get("/private", [session])).status).toBe(200);
  expect((await staged.get("/private", [`${session.slice(0, -4)}AAAA`])).status).toBe(302);
  const other = await stage({ settings: { ClientId: "another" } });
  expect((await other.get("/private", [session])).status).toBe(302);
});

it("an access token that is over is refreshed, and the session ends where the issuer refuses", async () => {
  const tokens = { access_token: "an-access-token", id_token: "t", refresh_token: "r", expires_in: 0 };
  let refuses = false;
  const token = (form: URLSearchParams) =>
    refuses && form.get("grant_type") === "refresh_token" ? { status: 400 } : { body: tokens };
  const staged = await stage({ changes: { token } });
  const { back } = await signInAt(staged);
  const again = await staged.get("/private", cookiesOf(back));
  expect(again.status).toBe(200);
  expect(cookiesOf(again)[0]).toMatch(/^AWSELBAuthSessionCookie-0=/);
  expect(staged.issuer.asked.at(-1)?.form.get("refresh_token")).toBe("r");
  refuses = true;
  expect((await staged.get("/private", cookiesOf(back))).status).toBe(302);
});

it("large claims are kept in several cookies", async () => {
  const userInfo = () => ({ body: { sub: "user-1", groups: "g".repeat(6_000) } });
  const staged = await stage({ changes: { userInfo }, settings: { SessionCookieName: "Mine" } });
  const { back } = await signInAt(staged);
  const cookies = cookiesOf(back);
  expect(cookies.length).toBeGreaterThan(1);
  expect(cookies.every((cookie) => /^Mine-\d=/.test(cookie))).toBe(true);
  expect((await staged.get("/private", cookies)).status).toBe(200);
});

it("Cognito's endpoints follow from the pool and its domain", async () => {
  const action = {
    Type: "authenticate-cognito",
    Order: 1,
    AuthenticateCognitoConfig: {
      UserPoolArn: "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc",
      UserPoolClientId: "the-client",
      UserPoolDomain: "shop",
    },
  };
  const staged = await stage({ action, signIn: { standIns: {} } });
  const { headers } = await staged.get("/private");
  expect(headers.location).toMatch(
    /^https:\/\/shop\.auth\.us-east-1\.amazoncognito\.com\/oauth2\/authorize\?/,
  );
  expect(issuersNotPlayed(staged.elbv2.routing, {})).toEqual([
    expect.stringMatching(/shop\.auth\.us-east-1\.amazoncognito\.com, beyond the redirect/),
  ]);
  expect(
    issuersNotPlayed(staged.elbv2.routing, {
      "shop.auth.us-east-1.amazoncognito.com": "http://127.0.0.1:1",
    }),
  ).toEqual([]);
});

it("F28: the client secret is told to nobody, and not kept as text", async () => {
  const { call, listenerArn, elbv2 } = await stage();
  const told = await call("DescribeRules", { ListenerArn: listenerArn });
  const kept = elbv2.routing.listeners();
  for (const value of [told, kept]) expect(JSON.stringify(value)).not.toContain("the-secret");
});
