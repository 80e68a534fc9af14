import { isIP } from "node:net";
import { z } from "zod";
import { hostTemplate } from "./service-hosts.js";
import { anyText, oneOf, strict, textMatching } from "./values.js";

const nonEmpty = { error: "must not be an empty list" };

/** Source: Elastic Load Balancing, "Path conditions": 128 characters, `*` and `?` match. */
export const pathPattern = textMatching(
  /^\/[A-Za-z0-9_.$/~"'@:+*?&-]{0,127}$/,
  "a path pattern such as /* or /api/*: a slash first, at most 128 characters",
);

export const paths = z
  .union([pathPattern, z.array(pathPattern).min(1, nonEmpty)], {
    error: "must be a path pattern or a list of them",
  })
  .transform((value) => (typeof value === "string" ? [value] : value));

export const hosts = z
  .union([hostTemplate, z.array(hostTemplate).min(1, nonEmpty)], {
    error: "must be a host name or a list of them",
  })
  .transform((value) => (typeof value === "string" ? [value] : value));

const plain = "a rule shows its values to whoever may describe it, so no secret can be one";

/** One value or several, of which any may match; `*` and `?` match. Source: CreateRule, RuleCondition: 128 characters. */
const texts = z
  .union([conditionText(), z.array(conditionText()).min(1, nonEmpty)], {
    error: `must be text of 1 to 128 characters, or a list of such texts: ${plain}`,
  })
  .transform((value) => (typeof value === "string" ? [value] : value));

function conditionText() {
  return anyText
    .min(1, { error: "must not be empty" })
    .max(128, { error: "must have at most 128 characters" });
}

/** Source: HttpHeaderConditionConfig, `HttpHeaderName`: 40 characters, no wildcards, and the host has a condition of its own. */
const headerName = textMatching(
  /^[A-Za-z0-9!#$%&'+.^_`|~-]{1,40}$/,
  "a header's name of at most 40 characters",
).refine((name) => name.toLowerCase() !== "host", { error: "is what `hosts` are for" });

const method = textMatching(/^[A-Z_-]{1,40}$/, "an HTTP method in capitals such as GET");

/** Source: SourceIpConditionConfig: CIDR, of IPv4 or IPv6. */
const network = z.string({ error: "must be a network such as 203.0.113.0/24" }).refine(isNetwork, {
  error: "must be a network such as 203.0.113.0/24 or 2001:db8::/32; one address is .../32",
});

function isNetwork(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  const most = isIP(address) === 6 ? 128 : 32;
  return isIP(address) !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= most;
}

/** What a request must be besides its host and path. All conditions must hold, of each any value. */
export const match = strict({
  headers: z.record(headerName, texts, { error: "must map header names to text" }).default({}),
  query: z.record(conditionText(), texts, { error: "must map query parameters to text" }).default({}),
  methods: z.array(method, { error: "must be a list of methods" }).min(1, nonEmpty).optional(),
  sourceIps: z.array(network, { error: "must be a list of networks" }).min(1, nonEmpty).optional(),
}).refine(
  ({ headers, query, methods, sourceIps }) =>
    Object.keys(headers).length + Object.keys(query).length > 0 ||
    methods !== undefined ||
    sourceIps !== undefined,
  { error: "must name headers, query, methods or sourceIps" },
);

export type Match = z.infer<typeof match>;

/**
 * Where a redirect leads: a path, or a URL; `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` stand for the request's own
 * parts. Source: RedirectActionConfig: host and path 128 characters, the query too.
 */
const target =
  /^(?:(?<protocol>https?|#\{protocol\}):\/\/(?<host>(?:#\{host\}|[a-z0-9.-])+)(?::(?<port>[0-9]{1,5}|#\{port\}))?)?(?<path>\/[^?#\s]*(?:#\{(?:path|host|port)\}[^?#\s]*)*)?(?:\?(?<query>[^\s]*))?$/;

/** The parts of a redirect's target that are written; the others stay the request's. */
export interface RedirectTarget {
  protocol?: "HTTP" | "HTTPS";
  host?: string;
  port?: string;
  path?: string;
  query?: string;
}

export function redirectTarget(to: string): RedirectTarget | undefined {
  const { protocol, host, port, path, query } = target.exec(to)?.groups ?? {};
  if (host === undefined && path === undefined) return undefined;
  if ([host, path, query].some((part) => (part ?? "").length > 128)) return undefined;
  if (port !== undefined && /^\d/.test(port) && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  const scheme = protocol === "http" ? "HTTP" : protocol === "https" ? "HTTPS" : undefined;
  const usual = scheme === undefined ? undefined : scheme === "HTTPS" ? "443" : "80";
  const [toPort, toHost] = [port ?? usual, host];
  return {
    ...(scheme !== undefined && { protocol: scheme }),
    ...(toHost !== undefined && { host: toHost }),
    ...(toPort !== undefined && { port: toPort }),
    ...(path !== undefined && { path }),
    ...(query !== undefined && { query }),
  };
}

const answered = { path: paths, hosts: hosts.optional() };

/** A request that is sent elsewhere. Source: RedirectActionConfig. */
export const redirect = strict({
  ...answered,
  to: anyText.refine((to) => redirectTarget(to) !== undefined, {
    error: "must be a path such as /new, or a URL such as https://www.example.com/#{path}",
  }),
  status: z.literal([301, 302], { error: "must be 301 (permanent) or 302" }).default(301),
});

export type Redirect = z.infer<typeof redirect>;

const contentTypes = [
  "text/plain",
  "text/css",
  "text/html",
  "application/javascript",
  "application/json",
] as const;

/** A request that the load balancer answers by itself. Source: FixedResponseActionConfig. */
export const fixedAnswer = strict({
  ...answered,
  status: z
    .int({ error: "must be an HTTP status of 2xx, 4xx or 5xx" })
    .refine((status) => /^[245]\d\d$/.test(String(status)), {
      error: "must be an HTTP status of 2xx, 4xx or 5xx",
    }),
  contentType: oneOf(contentTypes).default("text/plain"),
  body: anyText.max(1024, { error: "must have at most 1024 characters" }).optional(),
});

export type FixedAnswer = z.infer<typeof fixedAnswer>;
