import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { BlockList, isIP } from "node:net";

/** What rules look at. */
export interface Request {
  method: string;
  /** Lower case, without port. */
  host: string;
  /** As sent, still encoded. */
  path: string;
  /** What follows `?`, still encoded. */
  query: string;
  /** By lower-case name, all values of a name joined. */
  headers: Record<string, string | string[] | undefined>;
  sourceIp: string;
}

export type Matcher = (request: Request) => boolean;

/**
 * Compiles a rule's conditions: all must hold, and of each one any value.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function compileConditions(conditions: RuleCondition[]): Matcher {
  const matchers = conditions.map(compile);
  return (request) => matchers.every((matcher) => matcher(request));
}

function compile(condition: RuleCondition): Matcher {
  switch (condition.Field) {
    case "host-header":
      return text((request) => request.host, condition.HostHeaderConfig ?? condition, "i");
    case "path-pattern":
      return text((request) => request.path, condition.PathPatternConfig ?? condition, "");
    case "http-header":
      return header(condition);
    case "http-request-method":
      return method(condition);
    case "query-string":
      return query(condition);
    case "source-ip":
      return source(condition);
    default:
      return () => false;
  }
}

function text(
  read: (request: Request) => string,
  values: { Values?: string[]; RegexValues?: string[] },
  flags: string,
): Matcher {
  const patterns = patternsOf(values, flags);
  return (request) => patterns.some((pattern) => pattern.test(read(request)));
}

function header({ HttpHeaderConfig: config }: RuleCondition): Matcher {
  const name = (config?.HttpHeaderName ?? "").toLowerCase();
  const patterns = patternsOf(config ?? {}, "i");
  return (request) => {
    const values = [request.headers[name] ?? []].flat();
    return values.some((value) => patterns.some((pattern) => pattern.test(value)));
  };
}

function method({ HttpRequestMethodConfig: config }: RuleCondition): Matcher {
  const methods = new Set(config?.Values ?? []);
  return (request) => methods.has(request.method);
}

function query({ QueryStringConfig: config }: RuleCondition): Matcher {
  const pairs = (config?.Values ?? []).map(({ Key, Value }) => ({
    key: Key === undefined || Key === "" ? undefined : wildcard(Key, "i"),
    value: wildcard(Value ?? "", "i"),
  }));
  return (request) => {
    const sent = [...new URLSearchParams(request.query)];
    return pairs.some(({ key, value }) => sent.some(([k, v]) => (key?.test(k) ?? true) && value.test(v)));
  };
}

function source({ SourceIpConfig: config }: RuleCondition): Matcher {
  const list = new BlockList();
  for (const cidr of config?.Values ?? []) {
    const [address = "", bits = "32"] = cidr.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return ({ sourceIp }) => list.check(sourceIp, isIP(sourceIp) === 6 ? "ipv6" : "ipv4");
}

function patternsOf(values: { Values?: string[]; RegexValues?: string[] }, flags: string): RegExp[] {
  if (values.RegexValues) return values.RegexValues.map((value) => new RegExp(value, flags));
  return (values.Values ?? []).map((value) => wildcard(value, flags));
}

/** `*` is any run of characters, `?` is one; a backslash takes their meaning away. */
export function wildcard(pattern: string, flags: string): RegExp {
  const source = pattern.replaceAll(/\\[*?\\]|[\s\S]/g, (token) => {
    if (token === "*") return ".*";
    if (token === "?") return ".";
    return escapeRegExp(token.length > 1 ? token.slice(1) : token);
  });
  return new RegExp(`^${source}$`, `s${flags}`);
}

function escapeRegExp(character: string): string {
  return character.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
