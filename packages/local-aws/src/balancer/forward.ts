import * as http from "node:http";
import * as https from "node:https";
import type { TargetGroupRow, TargetRow } from "../services/elbv2/rows.js";
import { addressed, endToEnd, forwarded, pairs, type Client, type Pairs } from "./headers.js";
import { limits } from "./limits.js";
import { errorPage } from "./pages.js";
import type { Pool } from "./pool.js";
import { withoutClaims } from "./sign-in/claims.js";
import { stickyCookies } from "./stickiness.js";
import { tunnel, type Upgrade } from "./tunnel.js";

export interface Exchange {
  request: http.IncomingMessage;
  response: http.ServerResponse;
  /** Present when the client wants to leave HTTP for a WebSocket. */
  upgrade?: Upgrade;
}

export interface Destination {
  group: TargetGroupRow;
  target: TargetRow;
  /** How long both sides may be silent, in milliseconds. */
  idleMs: number;
  /** Of the load balancer, those that were set. */
  attributes: Readonly<Record<string, string>>;
  client: Client;
  /** Of who is signed in; undefined where nobody has to be. */
  claims?: Pairs | undefined;
  /** Values of Set-Cookie that the answer gets. */
  cookies?: readonly string[];
  pool: Pool;
  /** The target did not answer, or with a server error: its health is in doubt. */
  onFailure(): void;
  /** The target began to answer. */
  onAnswer?(): void;
  /** The exchange no longer holds up the target's draining; said once or more. */
  onEnd(): void;
}

/**
 * Sends a request to a target and streams the answer back: 502 when the connection fails or the answer is malformed, 504
 * when the target is silent for too long.
 *
 * A kept connection may be closed by the target in the moment when it is used again. So only requests without a body that
 * may be repeated (RFC 9110, 9.2.2) go over kept connections, and one that fails there unanswered is sent once more over a
 * new one; all others get a new connection to begin with. No request is lost and none is carried out twice.
 */
export function forward(exchange: Exchange, destination: Destination): void {
  exchange.response.on("close", destination.onEnd);
  send(exchange, destination, repeatable(exchange));
}

function send(exchange: Exchange, destination: Destination, overKept: boolean): void {
  const { request, response, upgrade } = exchange;
  const upstream = open(exchange, destination, overKept);
  let silent = false;
  let answered = false;
  const abandon = () => {
    if (!response.writableFinished) upstream.destroy();
  };
  response.on("close", abandon);
  const fail = (status: 408 | 502 | 504) => {
    request.unpipe();
    request.resume();
    errorPage(response, status);
  };
  limitConnecting(upstream, () => (silent = true));
  upstream.on("timeout", () => {
    silent = true;
    upstream.destroy();
  });
  upstream.on("response", (answer) => {
    answered = true;
    destination.onAnswer?.();
    if ((answer.statusCode ?? 0) >= 500) destination.onFailure();
    relay(answer, response, cookiesFor(exchange, destination, answer));
  });
  upstream.on("upgrade", (answer, socket, head) => {
    answered = true;
    if (!upgrade) {
      // An answer to a question that was not asked.
      socket.destroy();
      return fail(502);
    }
    response.off("close", abandon);
    tunnel(exchange, upgrade, { answer, socket, head }, destination.idleMs);
    destination.onEnd();
  });
  upstream.on("error", () => {
    if (answered || response.destroyed || response.writableFinished) return;
    response.off("close", abandon);
    if (overKept && upstream.reusedSocket && !silent) return send(exchange, destination, false);
    if (silent && !request.complete) return fail(408);
    destination.onFailure();
    fail(silent ? 504 : 502);
  });
  if (hasBody(request)) request.pipe(upstream);
  else upstream.end();
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-504-issues */
const connectMs = 10_000;

function limitConnecting(upstream: http.ClientRequest, onLate: () => void): void {
  upstream.on("socket", (socket) => {
    if (!socket.connecting) return;
    const late = setTimeout(() => {
      onLate();
      upstream.destroy();
    }, connectMs);
    const settle = () => clearTimeout(late);
    socket.once("connect", settle).once("close", settle);
  });
}

function open(exchange: Exchange, destination: Destination, overKept: boolean): http.ClientRequest {
  const { request } = exchange;
  const { group, target, pool, idleMs } = destination;
  const options: https.RequestOptions = {
    host: target.id,
    port: target.port,
    method: request.method,
    path: addressed(request).target,
    headers: requestHeaders(exchange, destination).flat(),
    agent: overKept ? pool.agent(group, target) : false,
    timeout: idleMs,
    setHost: false,
    maxHeaderSize: limits.answerHeaders,
    rejectUnauthorized: false,
  };
  return (group.protocol === "HTTPS" ? https : http).request(options);
}

function requestHeaders({ request, upgrade }: Exchange, { client, attributes, claims }: Destination): Pairs {
  const { host } = addressed(request);
  // The client has already been told to go on.
  const raw = pairs(request.rawHeaders)
    .filter(([name]) => name.toLowerCase() !== "expect")
    .map(([name, value]): Pairs[number] => [name, name.toLowerCase() === "host" ? (host ?? value) : value]);
  const kept = claims === undefined ? endToEnd(raw) : [...withoutClaims(endToEnd(raw)), ...claims];
  const headers = forwarded(kept, client, Date.now(), attributes);
  if (request.headers["transfer-encoding"] !== undefined) headers.push(["Transfer-Encoding", "chunked"]);
  if (upgrade) headers.push(["Connection", "Upgrade"], ["Upgrade", request.headers.upgrade ?? "websocket"]);
  return headers;
}

function cookiesFor(
  { request }: Exchange,
  { group, target, cookies = [] }: Destination,
  answer: http.IncomingMessage,
): string[] {
  const set = answer.headers["set-cookie"] ?? [];
  return [...cookies, ...stickyCookies(group, target, { asked: request.headers.cookie, set }, Date.now())];
}

function relay(
  answer: http.IncomingMessage,
  response: http.ServerResponse,
  cookies: readonly string[],
): void {
  const added = cookies.map((cookie): Pairs[number] => ["Set-Cookie", cookie]);
  const headers = [...endToEnd(pairs(answer.rawHeaders)), ...added];
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers.flat());
  // A stream of unknown length (server-sent events) may have its first byte much later.
  if (answer.headers["content-length"] === undefined) response.flushHeaders();
  answer.on("error", () => response.destroy());
  answer.pipe(response);
}

function hasBody(request: http.IncomingMessage): boolean {
  const length = request.headers["content-length"];
  return request.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

const idempotent = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

function repeatable({ request, upgrade }: Exchange): boolean {
  return upgrade === undefined && !hasBody(request) && idempotent.has(request.method ?? "");
}
