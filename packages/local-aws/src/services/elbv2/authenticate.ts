import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../cloud.js";
import { seal } from "../ssm/secret.js";
import { inRange, required, requireOneOf, validationError } from "./refusals.js";

const week = 604_800;

/** Whether the action asks who somebody is. */
export function isAuthenticating({ Type }: Action): boolean {
  return Type === "authenticate-oidc" || Type === "authenticate-cognito";
}

/** What AWS takes where it is left out. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html */
const defaults = {
  SessionCookieName: "AWSELBAuthSessionCookie",
  Scope: "openid",
  SessionTimeout: week,
  OnUnauthenticatedRequest: "authenticate",
} as const;

const unauthenticated = ["deny", "allow", "authenticate"] as const;

/** `before`: the actions that the rule has, whose client secret may stay. What is kept of a new one is sealed by `key` (F28). */
export function authenticateOidc(action: Action, before: readonly Action[], key: Buffer): Action {
  const config = required(action.AuthenticateOidcConfig, "authenticateOidcConfig");
  for (const name of ["Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint"] as const) {
    const value = required(
      config[name],
      `authenticateOidcConfig.${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    );
    if (!/^https:\/\/[^/\s]+/i.test(value))
      throw invalidAction(`The ${name} must be a full URL, including the HTTPS protocol: '${value}'`);
  }
  required(config.ClientId, "authenticateOidcConfig.clientId");
  if (config.ClientSecret !== undefined && config.UseExistingClientSecret === true)
    throw invalidAction("You cannot both specify a client secret and set UseExistingClientSecret to true");
  const kept = before.find(({ AuthenticateOidcConfig: one }) => one?.ClientId === config.ClientId);
  const ClientSecret =
    config.UseExistingClientSecret === true
      ? kept?.AuthenticateOidcConfig?.ClientSecret
      : config.ClientSecret && seal(config.ClientSecret, key);
  if (!ClientSecret) throw invalidAction("A client secret must be specified");
  const { UseExistingClientSecret: _told, ...stored } = config;
  return {
    Type: "authenticate-oidc",
    Order: action.Order ?? 1,
    AuthenticateOidcConfig: { ...defaults, ...withoutUndefined(stored), ...common(config), ClientSecret },
  };
}

export function authenticateCognito(action: Action): Action {
  const config = required(action.AuthenticateCognitoConfig, "authenticateCognitoConfig");
  const pool = required(config.UserPoolArn, "authenticateCognitoConfig.userPoolArn");
  if (!/^arn:[a-z0-9-]+:cognito-idp:[a-z0-9-]+:\d{12}:userpool\/[\w-]+$/.test(pool))
    throw invalidAction(`The user pool ARN '${pool}' is not valid`);
  required(config.UserPoolClientId, "authenticateCognitoConfig.userPoolClientId");
  required(config.UserPoolDomain, "authenticateCognitoConfig.userPoolDomain");
  return {
    Type: "authenticate-cognito",
    Order: action.Order ?? 1,
    AuthenticateCognitoConfig: { ...defaults, ...withoutUndefined(config), ...common(config) },
  };
}

/** The secret is never told. */
export function withoutClientSecret(actions: Action[]): Action[] {
  return actions.map((action) => {
    if (action.AuthenticateOidcConfig === undefined) return action;
    const { ClientSecret: _secret, ...told } = action.AuthenticateOidcConfig;
    return { ...action, AuthenticateOidcConfig: told };
  });
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html */
export function checkPlace(actions: readonly Action[], isEncrypted: boolean): void {
  if (!actions.some(isAuthenticating)) return;
  if (!isEncrypted)
    throw invalidAction(
      "Actions of type 'authenticate-oidc' and 'authenticate-cognito' require an HTTPS listener",
    );
}

interface Common {
  SessionTimeout?: number | undefined;
  OnUnauthenticatedRequest?: string | undefined;
  AuthenticationRequestExtraParams?: Record<string, string> | undefined;
}

function common({ SessionTimeout, OnUnauthenticatedRequest, AuthenticationRequestExtraParams = {} }: Common) {
  if (Object.keys(AuthenticationRequestExtraParams).length > 10)
    throw validationError("The maximum number of authentication request extra params is '10'");
  return {
    SessionTimeout: inRange(Number(SessionTimeout ?? week), "sessionTimeout", 1, week),
    OnUnauthenticatedRequest: requireOneOf(
      OnUnauthenticatedRequest ?? "authenticate",
      "onUnauthenticatedRequest",
      unauthenticated,
    ),
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

function invalidAction(message: string): AwsError {
  return new AwsError("InvalidLoadBalancerAction", message);
}
