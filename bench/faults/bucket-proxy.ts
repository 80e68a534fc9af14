import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

/** Stands before an S3 endpoint on loopback: it lets through, accepts and says nothing, or cuts off. */
export class BucketProxy {
  mode: "open" | "hangs" | "cut" = "open";
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly endpoint: string,
  ) {}

  static async open(target: string): Promise<BucketProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new BucketProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("connection", (client) => proxy.pass(client, hostname, Number(port)));
    return proxy;
  }

  /** Kept-alive connections too: what was open hangs or is cut as well. */
  set(mode: BucketProxy["mode"]): void {
    this.mode = mode;
    for (const socket of this.sockets) {
      if (mode === "hangs") socket.pause();
      else socket.destroy();
    }
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private pass(client: Socket, host: string, port: number): void {
    if (this.mode === "cut") return void client.destroy();
    this.keep(client);
    if (this.mode === "hangs") return void client.pause();
    const bucket = connect(port, host);
    this.keep(bucket);
    client.pipe(bucket).pipe(client);
    client.on("close", () => bucket.destroy());
    bucket.on("close", () => client.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.sockets.delete(socket));
  }
}
