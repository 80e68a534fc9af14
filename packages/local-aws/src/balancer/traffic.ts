import * as http from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Routing } from "../services/elbv2/routing.js";
import type { ListenerRow } from "../services/elbv2/rows.js";
import { forwardsOf } from "../services/elbv2/listener-usage.js";
import { askedBy, read, readStream } from "./asked.js";
import { passOn } from "./forward-http2.js";
import { forward, type Exchange } from "./forward.js";
import { type Client, type Pairs, plainAddress } from "./headers.js";
import { hostsOf } from "./hosts.js";
import { statusOfRefusal } from "./limits.js";
import type { Request } from "./match.js";
import { away, errorPage, fixedResponse, noRule, publicKey, redirect } from "./pages.js";
import { byWeight, Picker } from "./pick.js";
import { Pool } from "./pool.js";
import type { Asked, SignIn, Verdict } from "./sign-in/sign-in.js";
import { compileRouter, redirectLocation, type Route, type Router } from "./route.js";

/** Answers requests: a rule decides how, a target group's turn decides which target. */
export class Traffic {
  private readonly pool = new Pool();
  private readonly picker: Picker;
  private compiled: { of: unknown; router: Router } | undefined;

  /** `own`: the port of this process, and what apps behind a listener of that port are told that the client used. */
  constructor(
    private readonly routing: Routing,
    private readonly own: { port: number; protocol: "http" | "https" },
    private readonly signIn: SignIn,
  ) {
    this.picker = new Picker((group, target) => routing.inFlight(group, target));
    routing.onDraining((arn, target) => this.pool.drop(arn, target));
  }

  close(): void {
    this.pool.close();
  }

  /** A request that wants a WebSocket. */
  upgrade(request: http.IncomingMessage, socket: Socket, head: Buffer): void {
    const response = new http.ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on("finish", () => socket.end());
    socket.on("error", () => socket.destroy());
    this.handle({ request, response, upgrade: { socket, head } });
  }

  handle(exchange: Exchange): void {
    const refusal = statusOfRefusal(exchange.request);
    if (refusal !== undefined) return errorPage(exchange.response, refusal);
    const request = read(exchange.request);
    const key = this.signIn.keyAt(request.host, request.path);
    if (key !== undefined) return publicKey(exchange.response, key);
    const route = this.router()(request);
    const judging = this.judgement(askedBy(request), route);
    if (judging === undefined) return this.answer(exchange, request, route);
    judging
      .then((verdict) => {
        if (verdict === undefined || verdict.goesOn) return this.answer(exchange, request, route, verdict);
        if (verdict.status === 302) return away(exchange.response, verdict.headers);
        errorPage(exchange.response, verdict.status, verdict.reason);
      })
      .catch(() => errorPage(exchange.response, 500));
  }

  /** Undefined where a request is none of signing in, and is answered at once. */
  private judgement(asked: Asked, route: Route | undefined): Promise<Verdict | undefined> | undefined {
    const { authentication, loadBalancer } = route ?? {};
    if (authentication === undefined || loadBalancer === undefined)
      return asked.path.startsWith("/oauth2/") ? this.signIn.callback(asked) : undefined;
    return this.signIn
      .callback(asked)
      .then((verdict) => verdict ?? this.signIn.judge(asked, authentication, loadBalancer));
  }

  private answer(
    exchange: Exchange,
    request: Request,
    route: Route | undefined,
    signedIn?: Verdict & { goesOn: true },
  ): void {
    if (!route) return noRule(exchange.response, request.host, hostsOf(this.routing));
    switch (route.action.Type) {
      case "fixed-response":
        return fixedResponse(exchange.response, route.action.FixedResponseConfig);
      case "redirect":
        return this.redirect(exchange, request, route);
      default:
        return this.forward(exchange, route, signedIn);
    }
  }

  /** Whether a rule leads to targets that speak HTTP/2 or gRPC. */
  speaksHttp2(): boolean {
    const actions = this.routing.listeners().flatMap(({ rules }) => rules.flatMap((rule) => rule.actions));
    return forwardsOf(actions).some(
      ({ arn }) => (this.routing.group(arn)?.protocolVersion ?? "HTTP1") !== "HTTP1",
    );
  }

  /** A request by HTTP/2. It is passed on as it is, to targets that speak HTTP/2 or gRPC: 464 for others. */
  stream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, socket: Socket): void {
    const request = readStream(headers, socket);
    const route = this.router()(request);
    const judging = this.judgement(askedBy(request), route);
    if (judging === undefined) return this.answerStream({ stream, headers, socket }, request, route);
    judging
      .then((verdict) => {
        if (verdict === undefined || verdict.goesOn)
          return this.answerStream({ stream, headers, socket }, request, route, verdict?.claims);
        const told = verdict.status === 302 ? verdict.headers : [];
        const cookies = told.filter(([name]) => name === "Set-Cookie").map(([, value]) => value);
        const location = told.find(([name]) => name === "Location")?.[1];
        endStream(stream, verdict.status, { ...(location && { location }), "set-cookie": cookies });
      })
      .catch(() => endStream(stream, 500, {}));
  }

  private answerStream(
    { stream, headers, socket }: AcceptedStream,
    request: Request,
    route: Route | undefined,
    claims: Pairs = [],
  ): void {
    const answer = (status: number, told: OutgoingHttpHeaders, body = "") =>
      endStream(stream, status, told, body);
    const { FixedResponseConfig: fixed, RedirectConfig: away } = route?.action ?? {};
    if (route === undefined)
      return answer(404, { "content-type": "text/plain" }, `No listener rule matches ${request.host}.\n`);
    if (fixed)
      return answer(
        Number(fixed.StatusCode ?? 200),
        { "content-type": fixed.ContentType ?? "text/plain" },
        fixed.MessageBody,
      );
    if (away) {
      const location = redirectLocation(away, { ...request, protocol: "http", port: socket.localPort ?? 80 });
      return answer(away.StatusCode === "HTTP_301" ? 301 : 302, { location });
    }
    const arn = byWeight(forwardsOf([route.action]), Math.random())?.arn;
    const group = arn === undefined ? undefined : this.routing.group(arn);
    const target = group && this.picker.pick(group, headers.cookie);
    if (!group || !target) return answer(503, {});
    const isGrpc = group.protocolVersion === "GRPC";
    if (group.protocolVersion === "HTTP1" || (isGrpc && request.method !== "POST"))
      return answer(
        464,
        { "content-type": "text/plain" },
        `${group.name} speaks ${group.protocolVersion} with its targets.\n`,
      );
    const client = this.clientOf({ socket } as http.IncomingMessage, route.listener);
    passOn({
      stream,
      headers,
      group,
      target,
      added: {
        ...Object.fromEntries(claims),
        "x-forwarded-for": [headers["x-forwarded-for"], client.address].flat().filter(Boolean).join(", "),
        "x-forwarded-proto": client.protocol,
        "x-forwarded-port": String(client.port),
      },
      idleMs: this.routing.idleTimeoutMs(route.loadBalancer),
      onFailure: () => this.routing.suspect(group, target),
      onEnd: this.routing.began(group, target),
    });
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

  private forward(
    exchange: Exchange,
    { action, loadBalancer, listener }: Route,
    signedIn?: Verdict & { goesOn: true },
  ): void {
    const arn = byWeight(forwardsOf([action]), Math.random())?.arn;
    const group = arn === undefined ? undefined : this.routing.group(arn);
    const target = group && this.picker.pick(group, exchange.request.headers.cookie);
    if (!group || !target) return errorPage(exchange.response, 503);
    // What speaks HTTP/2 with its targets takes no other from clients: nothing is changed into something else.
    if (group.protocolVersion !== "HTTP1") return errorPage(exchange.response, 464);
    const sentAt = performance.now();
    forward(exchange, {
      group,
      target,
      idleMs: this.routing.idleTimeoutMs(loadBalancer),
      attributes: loadBalancer.attributes,
      client: this.clientOf(exchange.request, listener),
      claims: signedIn?.claims,
      ...(signedIn?.cookies && { cookies: signedIn.cookies }),
      pool: this.pool,
      onFailure: () => this.routing.suspect(group, target),
      onAnswer: () => this.routing.answered(group, performance.now() - sentAt),
      onEnd: this.routing.began(group, target),
    });
  }

  /** The built-in listener stands for the one of a foundation, which is HTTPS by default. */
  private clientOf({ socket }: http.IncomingMessage, listener: ListenerRow): Client {
    const address = plainAddress(socket.remoteAddress);
    const sourcePort = socket.remotePort ?? 0;
    const encrypted = listener.port === this.own.port && this.own.protocol === "https";
    if (encrypted) return { address, sourcePort, protocol: "https", port: 443 };
    if (listener.protocol === "HTTPS") return { address, sourcePort, protocol: "https", port: listener.port };
    return { address, sourcePort, protocol: "http", port: socket.localPort ?? listener.port };
  }
}

interface AcceptedStream {
  stream: ServerHttp2Stream;
  headers: IncomingHttpHeaders;
  socket: Socket;
}

function endStream(stream: ServerHttp2Stream, status: number, told: OutgoingHttpHeaders, body = ""): void {
  if (stream.destroyed) return;
  stream.respond({ ":status": status, server: "awselb/2.0", ...told });
  stream.end(body);
}
