import { randomBytes } from "node:crypto";

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

/**
 * The headers that an application load balancer adds: the client's address appended to what came, protocol and port as
 * the client used them, and a trace id where there is none.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function forwarded(headers: Pairs, client: { address: string; port: number }, now: number): Pairs {
  const added = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port"];
  const before = headers
    .filter(([name]) => name.toLowerCase() === "x-forwarded-for")
    .map(([, value]) => value);
  const kept = headers.filter(([name]) => !added.includes(name.toLowerCase()));
  const traced = headers.some(([name]) => name.toLowerCase() === "x-amzn-trace-id");
  return [
    ...kept,
    ["X-Forwarded-For", [...before, client.address].join(", ")],
    ["X-Forwarded-Proto", "http"],
    ["X-Forwarded-Port", String(client.port)],
    ...(traced ? [] : ([["X-Amzn-Trace-Id", traceId(now)]] as Pairs)),
  ];
}

function traceId(now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}

/** An IPv4 address that a dual-stack socket shows as IPv6 is written as IPv4. */
export function plainAddress(address: string | undefined): string {
  return (address ?? "127.0.0.1").replace(/^::ffff:/, "");
}
