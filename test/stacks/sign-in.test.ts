import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { valueOf } from "../../stacks/components/sign-in.js";
import { account, oneService, run, type Setting } from "./program.js";

const rule = "aws:lb/listenerRule:ListenerRule";
const encrypted = { protocol: "HTTPS", port: 443 };
const secret = `arn:aws:secretsmanager:us-east-1:${account}:secret:hello/dev/login-AbCdEf`;
const oidc = {
  issuer: "https://login.example.com",
  authorizationEndpoint: "https://login.example.com/authorize",
  tokenEndpoint: "https://login.example.com/token",
  userInfoEndpoint: "https://login.example.com/userinfo",
  clientId: "the-client",
  clientSecret: secret,
};
const cognito = {
  userPool: `arn:aws:cognito-idp:us-east-1:${account}:userpool/us-east-1_abc`,
  clientId: "the-client",
  domain: "shop",
};

/** The engine is given what holds a secret as a secret, whole. */
function actionsOf({ actions }: Record<string, unknown>, isSecret: boolean): unknown[] {
  const told = pulumi.runtime.isRpcSecret(actions);
  expect(told).toBe(isSecret);
  return (told ? pulumi.runtime.unwrapRpcSecret(actions) : actions) as unknown[];
}

function withAuth(
  auth: unknown,
  {
    stack = "dev",
    listener = encrypted,
    changes = {},
    settings = {},
    onDeclared,
  }: Partial<Pick<Setting, "stack" | "listener" | "onDeclared">> & {
    changes?: object;
    settings?: object;
  } = {},
) {
  const services = { web: { repository: "hello", port: 8080, auth, ...settings } };
  return run({
    stack,
    config: oneService({ "moorage:services": services, ...changes }),
    listener,
    ...(onDeclared && { onDeclared }),
  });
}

it("signs people in before requests go to the service; the client secret is read and stays secret", async () => {
  const { find } = await withAuth({ oidc, cookie: "Mine", timeout: "1h", scope: "openid email" });
  const actions = actionsOf(find(rule), true);
  const { clientSecret: _reference, ...endpoints } = oidc;
  expect(actions).toEqual([
    {
      type: "authenticate-oidc",
      order: 1,
      authenticateOidc: {
        ...endpoints,
        clientSecret: `value of ${secret}`,
        sessionCookieName: "Mine",
        sessionTimeout: 3600,
        scope: "openid email",
        onUnauthenticatedRequest: "authenticate",
      },
    },
    { type: "forward", order: 2, targetGroupArn: "arn:aws:lb/targetGroup:TargetGroup:web-targets" },
  ]);
});

it("of a secret one JSON key", async () => {
  const read = async (key: string) => {
    const json = secret.replace("/login-", "/json-");
    const { find } = await withAuth({ oidc: { ...oidc, clientSecret: `${json}:${key}::` } });
    const [first] = actionsOf(find(rule), true) as { authenticateOidc?: { clientSecret: string } }[];
    return first?.authenticateOidc?.clientSecret;
  };
  expect(await read("CLIENT")).toBe("from-json");
  for (const text of ['{"CLIENT":"hidden"}', '{"OTHER":1}', "hidden"])
    expect(() => valueOf(text, "OTHER", "arn")).toThrow(
      /^The secret arn has no text at the JSON key OTHER\.$/,
    );
});

it("a client secret that cannot be read is told before anything is declared", async () => {
  const setting = { oidc: { ...oidc, clientSecret: secret.replace("/login-", "/gone-") } };
  const declared: string[] = [];
  const told = withAuth(setting, { onDeclared: ({ type }) => declared.push(type) });
  await expect(told).rejects.toThrow(
    /could not be found:\n {2}- moorage:services\.web\.auth\.oidc\.clientSecret: arn\S+gone-AbCdEf: it was not found/,
  );
  expect(declared).toEqual([]);
});

it("leaves paths open, before the others, and what the load balancer answers itself", async () => {
  const { declared, find } = await withAuth(
    { cognito, unauthenticated: "deny", open: ["/health", "/webhooks/*"], parameters: { prompt: "login" } },
    { settings: { fixed: [{ path: "/robots.txt", status: 200 }] } },
  );
  const rules = declared.filter(({ type }) => type === rule);
  const types = rules.map(({ name, inputs }) => [
    name.replace(/-[0-9a-z]{8}$/, ""),
    (inputs["actions"] as { type: string }[]).map(({ type }) => type),
  ]);
  expect(types.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1))).toEqual([
    ["web-fixed", ["fixed-response"]],
    ["web-open", ["forward"]],
    ["web-rule", ["authenticate-cognito", "forward"]],
  ]);
  expect(find(rule, "web-rule")).toMatchObject({
    actions: [
      {
        authenticateCognito: {
          userPoolArn: cognito.userPool,
          userPoolClientId: "the-client",
          userPoolDomain: "shop",
          onUnauthenticatedRequest: "deny",
          authenticationRequestExtraParams: { prompt: "login" },
        },
      },
      {},
    ],
  });
});

it("wants a listener that encrypts, or one that stands in for it", async () => {
  const plain = { protocol: "HTTP", port: 80 };
  await expect(withAuth({ oidc }, { listener: plain })).rejects.toThrow(/only behind an HTTPS listener/);
  const standIn = { "moorage:hostsBelow": "localhost" };
  await expect(withAuth({ oidc }, { listener: plain, changes: standIn })).resolves.toBeDefined();
});

it("F51: a preview is refused until a person says that it signs nobody in", async () => {
  await expect(withAuth({ oidc }, { stack: "pr-7" })).rejects.toThrow(/issuer does not know the hosts/);
  const changes = { "moorage:preview": { services: { web: { auth: "none" } } } };
  const { find } = await withAuth({ oidc }, { stack: "pr-7", changes });
  expect(find(rule)).toMatchObject({ actions: [{ type: "forward" }] });
});

it.each([
  [{}, /auth: must name one of `oidc` and `cognito`/],
  [{ oidc, cognito }, /auth: must name one of/],
  [{ oidc: { ...oidc, clientSecret: "abc" } }, /auth\.oidc\.clientSecret: .*Secrets Manager/],
  [{ oidc: { ...oidc, tokenEndpoint: "http://login.example.com/token" } }, /tokenEndpoint: .*HTTPS/],
  [{ oidc, scope: "email" }, /auth\.scope: .*openid/],
  [{ oidc, timeout: "8d" }, /auth\.timeout/],
  [{ oidc, parameters: { state: "x" } }, /auth\.parameters\.state: .*set by the load balancer/],
  [{ oidc, unauthenticated: "redirect" }, /auth\.unauthenticated: .*authenticate, deny, allow/],
  [{ oidc, open: ["/*"] }, /auth\.open: .*answered by another rule/],
  [{ cognito: { ...cognito, userPool: "us-east-1_abc" } }, /auth\.cognito\.userPool: .*ARN/],
])("%o is a mistake", async (auth, message) => {
  await expect(withAuth(auth)).rejects.toThrow(message);
});

it.each(["internal", "worker"])("a service of kind %s has no `auth`", async (kind) => {
  const port = kind === "internal" ? { port: 8080 } : {};
  const services = { web: { repository: "hello", kind, ...port, auth: { oidc } } };
  await expect(run({ stack: "dev", config: oneService({ "moorage:services": services }) })).rejects.toThrow(
    /auth: /,
  );
});
