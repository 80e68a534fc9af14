import { expect, it } from "vitest";
import { bench, rule, wired } from "./support.js";

const config = {
  Issuer: "https://login.example.com",
  AuthorizationEndpoint: "https://login.example.com/authorize",
  TokenEndpoint: "https://login.example.com/token",
  UserInfoEndpoint: "https://login.example.com/userinfo",
  ClientId: "the-client",
  ClientSecret: "the-secret",
};
const oidc = (changes: object = {}, order = 1) => ({
  Type: "authenticate-oidc",
  Order: order,
  AuthenticateOidcConfig: { ...config, ...changes },
});
const pool = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc";
const cognito = (UserPoolArn: string) => ({
  Type: "authenticate-cognito",
  Order: 1,
  AuthenticateCognitoConfig: { UserPoolArn, UserPoolClientId: "the-client", UserPoolDomain: "shop" },
});
const fixed = { Type: "fixed-response", Order: 2, FixedResponseConfig: { StatusCode: "200" } };

async function made(Actions: object[], isEncrypted = true) {
  const { call } = bench({ standsForHttps: () => isEncrypted });
  const { listenerArn, targetGroupArn } = await wired(call);
  const arn = await rule(call, listenerArn, targetGroupArn, { Priority: 7, Actions });
  return { call, arn };
}

it.each([
  ["plain HTTP", [oidc(), fixed], false, /require an HTTPS listener/],
  [
    "an endpoint without encryption",
    [oidc({ TokenEndpoint: "http://login.example.com/token" }), fixed],
    true,
    /HTTPS/,
  ],
  ["no client secret", [oidc({ ClientSecret: undefined }), fixed], true, /client secret must be/],
  ["both secrets", [oidc({ UseExistingClientSecret: true }), fixed], true, /cannot both/],
  ["no action after it", [oidc()], true, /last action must be/],
  ["an answer before it", [{ ...fixed, Order: 1 }, oidc({}, 2)], true, /last action must be/],
  ["the same order", [oidc({}, 2), fixed], true, /different order/],
  ["a session of 8 days", [oidc({ SessionTimeout: 691_200 }), fixed], true, /less than or equal to 604800/],
  [
    "another behaviour",
    [oidc({ OnUnauthenticatedRequest: "ask" }), fixed],
    true,
    /deny, allow, authenticate/,
  ],
  ["no user pool", [cognito("shop"), fixed], true, /user pool ARN/],
] as const)("a rule that authenticates with %s is refused", async (_what, actions, isEncrypted, message) => {
  await expect(made([...actions], isEncrypted)).rejects.toThrow(message);
});

it("fills in what AWS does, in order, and keeps the client secret where it is told to", async () => {
  const { call, arn } = await made([fixed, oidc()]);
  const { Rules } = await call<{ Rules: { Actions: object[] }[] }>("DescribeRules", { RuleArns: [arn] });
  expect(Rules[0]?.Actions).toMatchObject([
    {
      Type: "authenticate-oidc",
      AuthenticateOidcConfig: {
        ClientId: "the-client",
        Scope: "openid",
        SessionTimeout: 604_800,
        SessionCookieName: "AWSELBAuthSessionCookie",
        OnUnauthenticatedRequest: "authenticate",
      },
    },
    { Type: "fixed-response" },
  ]);
  const again = [
    oidc({ ClientSecret: undefined, UseExistingClientSecret: true, Scope: "openid email" }),
    fixed,
  ];
  await expect(call("ModifyRule", { RuleArn: arn, Actions: again })).resolves.toBeDefined();
  await expect(made([cognito(pool), fixed])).resolves.toBeDefined();
});
