import * as http from "node:http";
import type { Socket } from "node:net";
import type { Routing } from "../elbv2/routing.js";
import { forwardsOf } from "../elbv2/use.js";
import { forward, type Exchange } from "./forward.js";
import { plainAddress } from "./headers.js";
import { hostsOf } from "./hosts.js";
import type { Request } from "./match.js";
import { errorPage, fixedResponse, noRule, redirect } from "./pages.js";
import { byWeight, Picker } from "./pick.js";
import { Pool } from "./pool.js";
import { compileRouter, hostOf, redirectLocation, type Route, type Router } from "./route.js";

/** Answers requests: a rule decides how, a target group's turn decides which target. */
export class Traffic {
  private readonly pool = new Pool();
  private readonly picker: Picker;
  private compiled: { of: unknown; router: Router } | undefined;

  constructor(private readonly routing: Routing) {
    this.picker = new Picker((group, target) => routing.inFlight(group, target));
    routing.onDraining((arn, target) => this.pool.drop(arn, target));
  }

  close(): void {
    this.pool.close();
  }

  upgrade(request: http.IncomingMessage, socket: Socket, head: Buffer): void {
    const response = new http.ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on("finish", () => socket.end());
    socket.on("error", () => socket.destroy());
    const websocket = request.headers.upgrade?.toLowerCase() === "websocket";
    this.handle(websocket ? { request, response, upgrade: { socket, head } } : { request, response });
  }

  handle(exchange: Exchange): void {
    const request = read(exchange.request);
    const route = this.router()(request);
    if (!route) return noRule(exchange.response, request.host, hostsOf(this.routing));
    switch (route.action.Type) {
      case "fixed-response":
        return fixedResponse(exchange.response, route.action.FixedResponseConfig);
      case "redirect":
        return this.redirect(exchange, request, route);
      default:
        return this.forward(exchange, route);
    }
  }

  private router(): Router {
    const listeners = this.routing.listeners();
    if (this.compiled?.of !== listeners) this.compiled = { of: listeners, router: compileRouter(listeners) };
    return this.compiled.router;
  }

  private redirect({ request, response }: Exchange, asked: Request, { action }: Route): void {
    const config = action.RedirectConfig;
    if (!config) return errorPage(response, 503);
    const port = request.socket.localPort ?? 80;
    const location = redirectLocation(config, { ...asked, protocol: "http", port });
    redirect(response, config.StatusCode === "HTTP_301" ? 301 : 302, location);
  }

  private forward(exchange: Exchange, { action, loadBalancer }: Route): void {
    const arn = byWeight(forwardsOf([action]), Math.random())?.arn;
    const group = arn === undefined ? undefined : this.routing.group(arn);
    const target = group && this.picker.pick(group);
    if (!group || !target) return errorPage(exchange.response, 503);
    forward(exchange, {
      group,
      target,
      idleMs: this.routing.idleTimeoutMs(loadBalancer),
      pool: this.pool,
      onFailure: () => this.routing.suspect(group, target),
      onEnd: this.routing.began(group, target),
    });
  }
}

/** What rules look at. A client that talks to a proxy sends its whole URL. */
function read(request: http.IncomingMessage): Request {
  const url = request.url ?? "/";
  const absolute = /^https?:\/\/([^/?]*)([^]*)$/i.exec(url);
  const [path = "", query = ""] = splitOnce(absolute ? (absolute[2] ?? "") : url, "?");
  return {
    method: request.method ?? "GET",
    host: hostOf(absolute?.[1] ?? request.headers.host),
    path: path === "" ? "/" : path,
    query,
    headers: request.headers,
    sourceIp: plainAddress(request.socket.remoteAddress),
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
