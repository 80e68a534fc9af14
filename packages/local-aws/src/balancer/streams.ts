import * as net from "node:net";
import { forwardsOf } from "../services/elbv2/listener-usage.js";
import { endsConnections, tellsClients } from "../services/elbv2/network-attributes.js";
import type { RoutedListener, Routing } from "../services/elbv2/routing.js";
import { targetKey, type TargetGroupRow, type TargetRow } from "../services/elbv2/rows.js";
import { listenOn } from "../listen.js";
import { byWeight, Picker } from "./pick.js";

interface Opened {
  server: net.Server;
  /** As it is now: another group takes connections that come from then on. */
  routed: RoutedListener;
  /** Why it does not listen. */
  problem?: string;
}

/**
 * The listeners of network load balancers: each listens on its own port of 127.0.0.1 and passes bytes to a healthy target, without
 * looking at them. Connections to a target that drains stay as long as either side wants, or until it has drained where the
 * group ends them then.
 */
export class Streams {
  private readonly opened = new Map<string, Opened>();
  private readonly sockets = new Map<string, Set<net.Socket>>();
  private readonly picker: Picker;
  private isClosed = false;

  constructor(private readonly routing: Routing) {
    this.picker = new Picker((group, target) => routing.inFlight(group, target));
    routing.onRerouted(() => this.follow());
    routing.onDrained((group, target) => {
      if (endsConnections(group)) this.cut(keyOf(group, target));
    });
    this.follow();
  }

  /** What is not passed on, a line each. */
  notes(): string[] {
    return [...this.opened.values()].flatMap(({ problem, routed: { loadBalancer, listener } }) =>
      problem === undefined
        ? []
        : [`port ${listener.port} of ${loadBalancer.name}: nothing is passed on (${problem})`],
    );
  }

  close(): void {
    this.isClosed = true;
    for (const { server } of this.opened.values()) server.close();
    for (const key of this.sockets.keys()) this.cut(key);
    this.opened.clear();
  }

  private follow(): void {
    if (this.isClosed) return;
    const wanted = new Map(this.routing.streams().map((one) => [placeOf(one), one]));
    for (const [place, { server }] of this.opened) {
      if (wanted.has(place)) continue;
      server.close();
      this.opened.delete(place);
    }
    for (const [place, routed] of wanted) {
      const known = this.opened.get(place);
      if (known) known.routed = routed;
      else this.open(place, routed);
    }
  }

  private open(place: string, routed: RoutedListener): void {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => this.accept(opened.routed, socket));
    const opened: Opened = { server, routed };
    this.opened.set(place, opened);
    listenOn(server, routed.listener.port).catch((error: Error) => {
      opened.problem = error.message;
    });
  }

  private accept({ listener }: RoutedListener, client: net.Socket): void {
    const arn = byWeight(forwardsOf(listener.defaultActions), Math.random())?.arn;
    const group = arn === undefined ? undefined : this.routing.group(arn);
    const target = group && this.picker.pick(group);
    client.on("error", () => client.destroy());
    if (!group || !target) return void client.resetAndDestroy();
    const upstream = net.connect({ host: target.id, port: target.port, allowHalfOpen: true });
    const ended = this.routing.began(group, target);
    const key = keyOf(group, target);
    const open = this.sockets.get(key) ?? new Set();
    this.sockets.set(key, open.add(client).add(upstream));
    const forget = () => {
      open.delete(client);
      open.delete(upstream);
      if (open.size === 0) this.sockets.delete(key);
      ended();
    };
    upstream.on("connect", () => {
      if (tellsClients(group)) upstream.write(proxyHeader(client));
      client.pipe(upstream).pipe(client);
    });
    upstream.on("error", () => {
      this.routing.suspect(group, target);
      client.resetAndDestroy();
    });
    upstream.on("close", () => {
      client.destroySoon();
      forget();
    });
    client.on("close", () => upstream.destroySoon());
  }

  private cut(key: string): void {
    for (const socket of this.sockets.get(key) ?? []) socket.destroy();
  }
}

function placeOf({ listener }: RoutedListener): string {
  return `${listener.arn} ${listener.port}`;
}

function keyOf(group: TargetGroupRow, target: TargetRow): string {
  return `${group.arn} ${targetKey(target)}`;
}

/** Who connects to whom, by TCP over IPv4. https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt, section 2.2. */
function proxyHeader({ remoteAddress, remotePort, localAddress, localPort }: net.Socket): Buffer {
  const signature = Buffer.from("0d0a0d0a000d0a515549540a", "hex");
  const addresses = [remoteAddress, localAddress].flatMap((one = "127.0.0.1") => one.split(".").map(Number));
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(remotePort ?? 0, 0);
  ports.writeUInt16BE(localPort ?? 0, 2);
  return Buffer.concat([signature, Buffer.from([0x21, 0x11, 0, 12]), Buffer.from(addresses), ports]);
}
