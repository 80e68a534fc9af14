import type { Action, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../../../provider/values.js";
import { camel, list, object, pascal } from "../../../resources/convert.js";

/** Actions in ELBv2's words; Pulumi calls a forward's target group `arn`. */
export function toActions(actions: unknown): Action[] {
  return list(actions).map((item) => {
    const { forward, fixedResponse, redirect, authenticateOidc, authenticateCognito, ...rest } = object(item);
    return {
      ...(pascal(rest) as Action),
      ...(fixedResponse === undefined
        ? {}
        : { FixedResponseConfig: pascal(fixedResponse) as Action["FixedResponseConfig"] }),
      ...(redirect === undefined ? {} : { RedirectConfig: pascal(redirect) as Action["RedirectConfig"] }),
      ...(authenticateOidc === undefined
        ? {}
        : { AuthenticateOidcConfig: authentication(authenticateOidc) as Action["AuthenticateOidcConfig"] }),
      ...(authenticateCognito === undefined
        ? {}
        : {
            AuthenticateCognitoConfig: authentication(
              authenticateCognito,
            ) as Action["AuthenticateCognitoConfig"],
          }),
      ...(forward === undefined ? {} : { ForwardConfig: forwardConfig(object(forward)) }),
    };
  });
}

/** Names of query parameters stay as they are. */
function authentication(value: unknown): unknown {
  const { authenticationRequestExtraParams: parameters, ...rest } = object(value);
  return {
    ...object(pascal(rest)),
    ...(parameters !== undefined && { AuthenticationRequestExtraParams: parameters }),
  };
}

function fromAuthentication(config: object): Properties {
  const { AuthenticationRequestExtraParams: parameters, ...rest } = config as Properties;
  return {
    ...object(camel(rest)),
    ...(parameters !== undefined && { authenticationRequestExtraParams: parameters }),
  };
}

/** AWS tells no client secret: the state's stays. */
export function withKnownSecrets(actions: Properties[], known: unknown): Properties[] {
  return actions.map((action, index) => {
    const config = action["authenticateOidc"];
    const secret = object(object(list(known)[index])["authenticateOidc"])["clientSecret"];
    if (config === undefined || secret === undefined) return action;
    return { ...action, authenticateOidc: { ...object(config), clientSecret: secret } };
  });
}

function forwardConfig(forward: Properties): Action["ForwardConfig"] {
  const stickiness = object(forward["stickiness"]);
  return {
    TargetGroups: list(forward["targetGroups"]).map((group) => {
      const { arn, weight } = object(group) as { arn: string; weight?: number };
      return { TargetGroupArn: arn, Weight: weight };
    }),
    TargetGroupStickinessConfig: {
      Enabled: stickiness["enabled"] === true,
      DurationSeconds: stickiness["duration"] as number | undefined,
    },
  };
}

/** Actions in Pulumi's words. */
export function fromActions(actions: readonly Action[] | undefined): Properties[] {
  return (actions ?? []).map(fromAction);
}

function fromAction(action: Action): Properties {
  const { ForwardConfig, FixedResponseConfig, RedirectConfig, ...others } = action;
  const { AuthenticateOidcConfig, AuthenticateCognitoConfig, ...rest } = others;
  return {
    ...(camel(rest) as Properties),
    ...(AuthenticateOidcConfig && { authenticateOidc: fromAuthentication(AuthenticateOidcConfig) }),
    ...(AuthenticateCognitoConfig && { authenticateCognito: fromAuthentication(AuthenticateCognitoConfig) }),
    ...(FixedResponseConfig && { fixedResponse: camel(FixedResponseConfig) }),
    ...(RedirectConfig && { redirect: camel(RedirectConfig) }),
    ...(ForwardConfig && {
      forward: {
        targetGroups: ForwardConfig.TargetGroups?.map((group) => ({
          arn: group.TargetGroupArn,
          weight: group.Weight,
        })),
        stickiness: {
          enabled: ForwardConfig.TargetGroupStickinessConfig?.Enabled ?? false,
          duration: ForwardConfig.TargetGroupStickinessConfig?.DurationSeconds,
        },
      },
    }),
  };
}

/** `hostHeader` as `host-header` and `HostHeaderConfig`. */
const conditionFields = [
  ["hostHeader", "host-header", "HostHeaderConfig"],
  ["pathPattern", "path-pattern", "PathPatternConfig"],
  ["httpHeader", "http-header", "HttpHeaderConfig"],
  ["httpRequestMethod", "http-request-method", "HttpRequestMethodConfig"],
  ["sourceIp", "source-ip", "SourceIpConfig"],
] as const;

export function toConditions(conditions: unknown): RuleCondition[] {
  return list(conditions).flatMap((item) => {
    const condition = object(item);
    const plain = conditionFields
      .filter(([property]) => condition[property] !== undefined)
      .map(([property, Field, config]) => ({ Field, [config]: pascal(condition[property]) }));
    const queries = condition["queryStrings"];
    if (queries === undefined) return plain;
    return [
      ...plain,
      { Field: "query-string", QueryStringConfig: { Values: pascal(queries) as { Value: string }[] } },
    ];
  });
}

export function fromConditions(conditions: readonly RuleCondition[] | undefined): Properties[] {
  return (conditions ?? []).map((condition) => {
    if (condition.QueryStringConfig) return { queryStrings: camel(condition.QueryStringConfig.Values ?? []) };
    const found = conditionFields.find(([, field]) => field === condition.Field);
    if (found === undefined) return {};
    const [property, , config] = found;
    return { [property]: camel(condition[config] ?? { Values: condition.Values }) };
  });
}
