import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Routing } from "../services/elbv2/routing.js";
import { acceptHttp2 } from "./http2.js";
import { hostsOf, type HostEntry } from "./hosts.js";
import { limits, refusalOfParseError } from "./limits.js";
import { pageText } from "./pages.js";
import { isWebSocket, withoutUpgrade } from "./plain-upgrade.js";
import { SignIn, type SignInOptions } from "./sign-in/sign-in.js";
import { Traffic } from "./traffic.js";

export interface Balancer {
  port: number;
  /** What is reachable here: every host and path of a forwarding rule, with its targets. */
  hosts(): HostEntry[];
  /** Takes no more connections, gives requests under way a second, and ends. */
  close(): Promise<void>;
}

export interface BalancerOptions {
  elbv2: { routing: Routing };
  port: number;
  /** What apps behind the built-in listener are told that the client used; `https` (with port 443) unless given. */
  protocol?: "http" | "https" | undefined;
  /** What stands in for issuers that sign people in, and whether they are reached; all that are on this machine unless given. */
  signIn?: Partial<SignInOptions> | undefined;
}

/** How long `close` waits for requests under way, in milliseconds. */
const closeGraceMs = 1000;

/** AWS's default for client connections without requests, in milliseconds. */
const clientIdleMs = 60_000;

/**
 * The load balancers of a home as one HTTP listener on 127.0.0.1: rules of all listeners by host, path and the other
 * conditions, then a healthy target in turn. Rejects when the port is taken.
 */
export async function createBalancer(options: BalancerOptions): Promise<Balancer> {
  const server = http.createServer({
    keepAliveTimeout: clientIdleMs,
    headersTimeout: clientIdleMs,
    requestTimeout: 0,
    requireHostHeader: false,
    // Beyond what is allowed, so that what is too long is told apart from what is no HTTP.
    maxHeaderSize: 2 * limits.requestHeaders,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const { routing } = options.elbv2;
  const signIn = new SignIn(routing, { standIns: {}, mayLeave: () => true, ...options.signIn });
  const traffic = new Traffic(routing, { port, protocol: options.protocol ?? "https" }, signIn);
  const second = acceptHttp2(
    server,
    (stream, headers, socket) => traffic.stream(stream, headers, socket),
    clientIdleMs,
    () => traffic.speaksHttp2(),
  );
  const sockets = serve(server, traffic);
  return {
    port,
    hosts: () => hostsOf(options.elbv2.routing),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      second.close();
      server.closeIdleConnections();
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, closeGraceMs);
      await closed;
      clearTimeout(late);
      traffic.close();
    },
  };
}

/** Hands the server's requests over; returns the connections that are open. */
function serve(server: http.Server, traffic: Traffic): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const answering = new WeakMap<Socket, Set<http.ServerResponse>>();
  server.on("connection", (socket) => {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    const open = answering.get(socket) ?? new Set();
    answering.set(socket, open.add(response));
    response.on("close", () => open.delete(response));
    traffic.handle({ request, response });
  });
  server.on("upgrade", (request: http.IncomingMessage, socket: Socket, head: Buffer) => {
    void answered(answering.get(socket)).then(() => {
      if (socket.destroyed) return;
      if (isWebSocket(request)) return traffic.upgrade(request, socket, head);
      socket.setTimeout(0);
      socket.unshift(Buffer.concat([withoutUpgrade(request), head]));
      server.emit("connection", socket);
    });
  });
  server.on("connect", (_request, socket: Socket) => refuse(socket, 400));
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    const status = refusalOfParseError(error);
    const busy = (answering.get(socket)?.size ?? 0) > 0;
    if (status === undefined || busy || !socket.writable) return void socket.destroy(error);
    refuse(socket, status);
  });
  return sockets;
}

/** Waits for answers to earlier requests of the same connection: they come in order. */
async function answered(open: ReadonlySet<http.ServerResponse> | undefined): Promise<void> {
  const ends = [...(open ?? [])].map(
    (response) => new Promise<void>((resolve) => response.once("close", resolve)),
  );
  await Promise.all(ends);
}

function refuse(socket: Socket, status: Parameters<typeof pageText>[0]): void {
  const { title, body } = pageText(status);
  const head = [
    `HTTP/1.1 ${title}`,
    "Server: awselb/2.0",
    `Date: ${new Date().toUTCString()}`,
    "Content-Type: text/html",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.on("error", () => socket.destroy());
  socket.end([...head, "", body].join("\r\n"));
}
