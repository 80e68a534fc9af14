import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { isIP } from "node:net";
import { fixedLimits } from "./limits.js";
import { validationError, required } from "./refusals.js";

const fields = [
  "http-header",
  "http-request-method",
  "host-header",
  "path-pattern",
  "query-string",
  "source-ip",
] as const;

/** Values of all conditions of a rule; and `?` and `*` in them. */
const { conditionValues: maximumValues, conditionWildcards: maximumWildcards } = fixedLimits;

/**
 * The conditions of a rule as AWS stores them: `Values` of a host or path condition and its config say the same.
 * Host names and header values of 128 characters at most: API_HostHeaderConditionConfig, "The maximum length of each string is
 * 128 characters"; https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function checkConditions(asked: RuleCondition[]): RuleCondition[] {
  if (asked.length === 0) throw validationError("A condition must be specified");
  const conditions = asked.map(checkCondition);
  const values = conditions.flatMap(valuesOf);
  if (values.length > maximumValues)
    throw validationError(`The maximum number of condition values per rule is '${maximumValues}'`);
  const wildcards = values.reduce((sum, value) => sum + (value.match(/[*?]/g)?.length ?? 0), 0);
  if (wildcards > maximumWildcards)
    throw validationError(`The maximum number of wildcards per rule is '${maximumWildcards}'`);
  for (const field of ["host-header", "path-pattern", "http-request-method", "source-ip"]) {
    if (conditions.filter((condition) => condition.Field === field).length > 1) {
      throw validationError(`A rule can only have one '${field}' condition`);
    }
  }
  return conditions;
}

function checkCondition(condition: RuleCondition): RuleCondition {
  const field = fields.find((name) => name === condition.Field);
  if (field === undefined) {
    throw validationError(
      `Condition field '${String(condition.Field)}' must be one of '[${fields.join(",")}]'`,
    );
  }
  switch (field) {
    case "host-header":
      return hostHeader(condition);
    case "path-pattern":
      return pathPattern(condition);
    case "http-header":
      return httpHeader(condition);
    case "http-request-method":
      return requestMethod(condition);
    case "query-string":
      return queryString(condition);
    case "source-ip":
      return sourceIp(condition);
  }
}

function hostHeader(condition: RuleCondition): RuleCondition {
  const regex = condition.RegexValues ?? condition.HostHeaderConfig?.RegexValues;
  if (regex)
    return { Field: "host-header", HostHeaderConfig: { RegexValues: patterns(regex, "host-header") } };
  const values = stated(condition, condition.HostHeaderConfig?.Values, "host-header", "HostHeaderConfig");
  for (const value of values) {
    if (!/^[a-zA-Z0-9.*?-]+$/.test(value))
      throw validationError(`The 'host-header' value '${value}' contains invalid characters`);
    if (!value.includes(".") && !/[*?]/.test(value))
      throw validationError(`The 'host-header' value '${value}' must contain a '.'`);
  }
  return { Field: "host-header", Values: values, HostHeaderConfig: { Values: values } };
}

function pathPattern(condition: RuleCondition): RuleCondition {
  const regex = condition.RegexValues ?? condition.PathPatternConfig?.RegexValues;
  if (regex)
    return { Field: "path-pattern", PathPatternConfig: { RegexValues: patterns(regex, "path-pattern") } };
  const values = stated(condition, condition.PathPatternConfig?.Values, "path-pattern", "PathPatternConfig");
  for (const value of values) {
    if (!/^[\w.$/~"'@:+&*?-]+$/.test(value))
      throw validationError(`The path pattern '${value}' contains invalid characters`);
  }
  return { Field: "path-pattern", Values: values, PathPatternConfig: { Values: values } };
}

function httpHeader(condition: RuleCondition): RuleCondition {
  const config = specified(condition.HttpHeaderConfig, "HttpHeaderConfig", "http-header");
  const name = required(config.HttpHeaderName, "httpHeaderConfig.httpHeaderName");
  short(name, 40, "HttpHeaderName");
  if (config.RegexValues) {
    return {
      Field: "http-header",
      HttpHeaderConfig: { HttpHeaderName: name, RegexValues: patterns(config.RegexValues, "http-header") },
    };
  }
  const values = some(config.Values, "http-header");
  return { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: name, Values: values } };
}

function requestMethod(condition: RuleCondition): RuleCondition {
  const config = specified(
    condition.HttpRequestMethodConfig,
    "HttpRequestMethodConfig",
    "http-request-method",
  );
  const values = some(config.Values, "http-request-method");
  for (const value of values) {
    short(value, 40, "http-request-method");
    if (!/^[A-Z_-]+$/.test(value)) {
      throw validationError(
        "The 'http-request-method' value is invalid; the allowed characters are A-Z, hyphen and underscore",
      );
    }
  }
  return { Field: "http-request-method", HttpRequestMethodConfig: { Values: values } };
}

function queryString(condition: RuleCondition): RuleCondition {
  const pairs = specified(condition.QueryStringConfig, "QueryStringConfig", "query-string").Values ?? [];
  if (pairs.length === 0) throw validationError("A 'query-string' value must be specified");
  for (const { Key, Value } of pairs) {
    if (!Value) throw validationError("A 'Value' must be specified in 'QueryStringKeyValuePair'");
    short(Key ?? "", 128, "Key");
    short(Value, 128, "Value");
  }
  return { Field: "query-string", QueryStringConfig: { Values: pairs } };
}

function sourceIp(condition: RuleCondition): RuleCondition {
  const values = some(specified(condition.SourceIpConfig, "SourceIpConfig", "source-ip").Values, "source-ip");
  for (const value of values) {
    const [address = "", prefix] = value.split("/");
    const bits = isIP(address) === 6 ? 128 : 32;
    if (isIP(address) === 0 || !/^\d+$/.test(prefix ?? "") || Number(prefix) > bits) {
      throw validationError(`The CIDR block '${value}' is not valid`);
    }
  }
  return { Field: "source-ip", SourceIpConfig: { Values: values } };
}

/** Values given in one of the two places that AWS accepts for host and path conditions. */
function stated(
  condition: RuleCondition,
  values: string[] | undefined,
  field: string,
  config: string,
): string[] {
  if (condition.Values && values) {
    throw validationError(
      `You cannot provide both Values and '${config}' for a condition of type '${field}'`,
    );
  }
  const stated = some(condition.Values ?? values, field);
  for (const value of stated) short(value, 128, field);
  return stated;
}

function specified<T>(config: T | undefined, name: string, field: string): T {
  if (config) return config;
  throw validationError(`A '${name}' must be specified with '${field}'`);
}

function some(values: string[] | undefined, field: string): string[] {
  if (values && values.length > 0 && values.every((value) => value !== "")) return values;
  throw validationError(
    field === "source-ip" ? "A 'source-ip' value must be specified" : "A condition value must be specified",
  );
}

function short(value: string, limit: number, field: string): void {
  if (value.length > limit)
    throw validationError(`The '${field}' value is too long; the limit is '${limit}'`);
}

function patterns(values: string[], field: string): string[] {
  for (const value of some(values, field)) {
    try {
      new RegExp(value);
    } catch (error) {
      throw Object.assign(validationError(`The regular expression '${value}' is not valid`), {
        cause: error,
      });
    }
  }
  return values;
}

/** Everything that counts towards the bound of values per rule. */
function valuesOf(condition: RuleCondition): string[] {
  const configs = [
    condition.HostHeaderConfig,
    condition.PathPatternConfig,
    condition.HttpHeaderConfig,
    condition.HttpRequestMethodConfig,
    condition.SourceIpConfig,
  ];
  const listed = configs.flatMap((config) => config?.Values ?? []);
  const regex = [condition.HostHeaderConfig, condition.PathPatternConfig, condition.HttpHeaderConfig].flatMap(
    (config) => config?.RegexValues ?? [],
  );
  const pairs = (condition.QueryStringConfig?.Values ?? []).map(
    (pair) => `${pair.Key ?? ""}${pair.Value ?? ""}`,
  );
  return [...listed, ...regex.map((value) => value.replaceAll(/[*?]/g, "")), ...pairs];
}
