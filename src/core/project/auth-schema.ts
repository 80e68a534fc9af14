import { z } from "zod";
import { rule } from "./rule.js";
import { paths } from "./rule-schema.js";
import { seconds } from "./service-values.js";
import { anyText, arnOf, oneOf, strict, textMatching } from "./values.js";

/** Source: AuthenticateOidcActionConfig: "a full URL, including the HTTPS protocol, the domain, and the path". */
const endpoint = textMatching(
  /^https:\/\/[a-z0-9.-]+(:[0-9]{1,5})?(\/[^\s?#]*)?$/i,
  "a URL such as https://login.example.com/oauth2/token: HTTPS, without a query",
);

const clientId = textMatching(/^[^\s]{1,256}$/, "the id that the issuer gave the app");

/** Whole, or one JSON key of it. A value would stand in the yaml, in the history of git and in every plan. */
const clientSecret = textMatching(
  /^arn:[a-z0-9-]+:secretsmanager:[^:\s]+:[0-9]{12}:secret:[^:\s]+(:[^:\s]*:[^:\s]*:[^:\s]*)?$/,
  "the ARN of the Secrets Manager secret that holds it: arn:...:secret:name-AbCdEf, or arn:...:secret:name-AbCdEf:KEY:: for one JSON key",
);

const oidc = strict({
  issuer: endpoint,
  authorizationEndpoint: endpoint,
  tokenEndpoint: endpoint,
  userInfoEndpoint: endpoint,
  clientId,
  clientSecret,
});

/** Source: AuthenticateCognitoActionConfig: the domain's prefix, or a whole domain of one's own. */
const cognito = strict({
  userPool: arnOf("cognito-idp"),
  clientId,
  domain: textMatching(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    "the user pool's domain prefix, or its own domain",
  ),
});

const week = 604_800;

/** Asked of the issuer besides, and what the load balancer asks by itself. */
const ownParameters = ["client_id", "redirect_uri", "response_type", "scope", "state"];
const parameterName = textMatching(/^[A-Za-z0-9_-]{1,128}$/, "a query parameter's name").refine(
  (name) => !ownParameters.includes(name),
  { error: "is set by the load balancer" },
);

/** Whom the load balancer lets through to a service. Source: Elastic Load Balancing, "Authenticate users". */
export const auth = strict({
  oidc: oidc.optional(),
  cognito: cognito.optional(),
  cookie: textMatching(/^[A-Za-z0-9_-]{1,100}$/, "a cookie's name").optional(),
  timeout: seconds(1, week).default(week),
  scope: textMatching(
    /^[^\s]+( [^\s]+)*$/,
    "scopes with single spaces between them, such as openid email",
  ).default("openid"),
  parameters: z
    .record(parameterName, anyText, { error: "must map query parameters to text" })
    .refine((all) => Object.keys(all).length <= 10, { error: "must be at most 10" })
    .optional(),
  unauthenticated: oneOf(["authenticate", "deny", "allow"]).default("authenticate"),
  /** What everybody may ask for. */
  open: paths.optional(),
});

export type Auth = z.infer<typeof auth>;

/** What its settings must agree on. */
export const authRules = [
  rule(
    { auth: z.object({ oidc: z.unknown().optional(), cognito: z.unknown().optional(), scope: z.string() }) },
    ({ auth: { oidc: issuer, cognito: pool, scope } }, report) => {
      if ((issuer === undefined) === (pool === undefined))
        report(["auth"], "must name one of `oidc` and `cognito`");
      // Source: Elastic Load Balancing, "HTTP 401": the requested scope doesn't return an ID token.
      if (!scope.split(" ").includes("openid"))
        report(["auth", "scope"], "must have openid: without it the issuer sends no ID token", scope);
    },
  ),
];

/** How a request that is not signed in is answered, and by which client it can be told. */
export function clientOf({ oidc: issuer, cognito: pool }: Auth): { clientId: string; at: string } {
  if (issuer !== undefined) return { clientId: issuer.clientId, at: issuer.authorizationEndpoint };
  return { clientId: pool?.clientId ?? "", at: `the domain ${pool?.domain ?? ""}` };
}
