import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Routing } from "../elbv2/routing.js";
import { Traffic } from "./traffic.js";
import { hostsOf, type HostEntry } from "./hosts.js";

export interface Balancer {
  port: number;
  /** What is reachable here: every host and path of a forwarding rule, with its targets. */
  hosts(): HostEntry[];
  /** Takes no more connections, gives requests under way a second, and ends. */
  close(): Promise<void>;
}

/** How long `close` waits for requests under way, in milliseconds. */
const closeGraceMs = 1000;

/** AWS's default for client connections without requests, in milliseconds. */
const clientIdleMs = 60_000;

/**
 * The load balancers of a home as one HTTP listener on 127.0.0.1: rules of all listeners by host, path and the other
 * conditions, then a healthy target in turn. Rejects when the port is taken.
 */
export async function createBalancer(options: {
  elbv2: { routing: Routing };
  port: number;
}): Promise<Balancer> {
  const traffic = new Traffic(options.elbv2.routing);
  const server = http.createServer({
    keepAliveTimeout: clientIdleMs,
    headersTimeout: clientIdleMs,
    requestTimeout: 0,
    maxHeaderSize: 65536,
  });
  server.on("request", (request, response) => traffic.handle({ request, response }));
  server.on("upgrade", (request, socket, head) => traffic.upgrade(request, socket as Socket, head));
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    hosts: () => hostsOf(options.elbv2.routing),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
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
