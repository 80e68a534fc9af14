import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** RFC 9110, section 7.6.1. Transfer-Encoding is kept on requests: their bodies are framed as they came. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers as pairs, in the order and the case that they came in. */
export type Pairs = [name: string, value: string][];

export function pairs(raw: string[]): Pairs {
  return raw.flatMap((name, index): Pairs => (index % 2 === 0 ? [[name, raw[index + 1] ?? ""]] : []));
}

/** Without the headers that belong to one connection only, among them those that `Connection` names. */
export function endToEnd(headers: Pairs): Pairs {
  const named = headers
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(",").map((token) => token.trim().toLowerCase()));
  const dropped = new Set([...hopByHop, ...named]);
  return headers.filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** The client as targets are told of it. */
export interface Client {
  address: string;
  /** The client's own port, told where the load balancer's attributes say so. */
  sourcePort: number;
  /** What it used to reach the load balancer. */
  protocol: "http" | "https";
  port: number;
}

/**
 * The headers that an application load balancer adds: the client's address appended to what came, protocol and port as
 * the client used them, and a trace id. `attributes`: those of the load balancer that were set.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function forwarded(
  headers: Pairs,
  client: Client,
  now: number,
  attributes: Readonly<Record<string, string>> = {},
): Pairs {
  const added = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"];
  const values = (wanted: string) =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const kept = headers.filter(([name]) => !added.includes(name.toLowerCase()));
  return [
    ...kept,
    ...forwardedFor(values("x-forwarded-for"), client, attributes),
    ["X-Forwarded-Proto", client.protocol],
    ["X-Forwarded-Port", String(client.port)],
    ["X-Amzn-Trace-Id", traced(values("x-amzn-trace-id")[0], now)],
  ];
}

function forwardedFor(
  before: string[],
  { address, sourcePort }: Client,
  attributes: Readonly<Record<string, string>>,
): Pairs {
  const mode = attributes["routing.http.xff_header_processing.mode"] ?? "append";
  if (mode === "remove") return [];
  if (mode === "preserve") return before.map((value) => ["X-Forwarded-For", value]);
  const withPort = attributes["routing.http.xff_client_port.enabled"] === "true";
  const host = withPort && address.includes(":") ? `[${address}]` : address;
  const own = withPort ? `${host}:${sourcePort}` : host;
  return [["X-Forwarded-For", [...before, own].join(", ")]];
}

/**
 * A trace begins with `Root`; a load balancer that is not the first one adds itself as `Self`.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
 */
function traced(before: string | undefined, now: number): string {
  const fields = (before ?? "").split(";").filter((field) => field.trim() !== "");
  const rest = fields.filter((field) => !field.trim().startsWith("Self="));
  const own = rest.some((field) => field.trim().startsWith("Root=")) ? "Self" : "Root";
  return [`${own}=${traceId(now)}`, ...rest].join(";");
}

function traceId(now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  return `1-${seconds}-${randomBytes(12).toString("hex")}`;
}

/** An IPv4 address that a dual-stack socket shows as IPv6 is written as IPv4. */
export function plainAddress(address: string | undefined): string {
  return (address ?? "127.0.0.1").replace(/^::ffff:/, "");
}

/**
 * What a request is for. A client that talks to a proxy sends its whole URL, whose host then counts instead of the Host
 * header's: RFC 9112, section 3.2.2.
 */
export function addressed(request: IncomingMessage): { host: string | undefined; target: string } {
  const url = request.url ?? "/";
  const absolute = /^https?:\/\/([^/?]*)([^]*)$/i.exec(url);
  if (!absolute) return { host: request.headers.host, target: url };
  const target = absolute[2] ?? "";
  return { host: absolute[1], target: target.startsWith("/") ? target : `/${target}` };
}
