import { expect, it } from "vitest";
import type { Auth } from "../../../../src/core/project/auth-schema.js";
import { parseConfig } from "../../../../src/core/project/parse.js";
import { signInBefore, whatIsWrongWithSignIn } from "../../../../src/features/deploy/smoke/sign-in.js";

const cognito = {
  userPool: "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc",
  clientId: "the-client",
  domain: "shop",
};

function configured(auth: object) {
  const web = { repository: "hello", port: 8080, fixed: [{ path: "/robots.txt", status: 200 }], auth };
  return parseConfig(
    {
      "moorage:app": "hello",
      "moorage:registry": "registry.example.com",
      "moorage:foundation": "foundation-dev",
      "moorage:services": { web, api: { repository: "api", port: 80, path: "/api/*" } },
    },
    "test",
  );
}

it.each([
  ["/healthz", {}, true],
  ["/open/a?b=c", {}, false],
  ["/open", {}, false],
  ["/robots.txt", {}, false],
  ["/healthz", { unauthenticated: "deny" }, true],
  ["/healthz", { unauthenticated: "allow" }, false],
])("%s with %o is signed in first: %s", (path, changes, wanted) => {
  const config = configured({ cognito, open: "/open/*", ...changes });
  expect(signInBefore(config, "web", path) !== undefined).toBe(wanted);
  expect(signInBefore(config, "api", path)).toBeUndefined();
  expect(signInBefore(config, undefined, path)).toBeUndefined();
});

const auth = configured({ cognito }).services["web"] as { auth: Auth };
const back = encodeURIComponent("https://dev.example.com/oauth2/idpresponse");
const location = (client: string) =>
  `https://login.example.com/authorize?client_id=${client}&redirect_uri=${back}`;
const answer = (status: number, headers = {}) => ({ status, body: "", headers, error: undefined });
const expected = { status: "200-299", headers: {} };

it.each([
  [answer(302, { location: location("the-client") }), expected, undefined],
  [answer(302, { location: location("another") }), expected, /not to sign in with the client the-client/],
  [answer(302, { location: "/login" }), expected, /not to sign in/],
  [answer(200), expected, /^answers 200, and not with a redirect to sign in/],
  [answer(503), expected, /^answers 503/],
  [
    answer(302, { location: location("the-client") }),
    { ...expected, contains: "ok" },
    /leave its path open in `auth.open`/,
  ],
])("an answer of %o", (given, check, wanted) => {
  const problem = whatIsWrongWithSignIn(given, check, auth.auth, "sha-1");
  if (wanted === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(wanted);
});

it("a service that denies is asked for 401", () => {
  const denying: Auth = { ...auth.auth, unauthenticated: "deny" };
  expect(whatIsWrongWithSignIn(answer(401), expected, denying, "sha-1")).toBeUndefined();
  expect(whatIsWrongWithSignIn(answer(200), expected, denying, "sha-1")).toMatch(/^answers 200/);
});
