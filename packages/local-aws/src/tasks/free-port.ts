import { connect, createServer } from "node:net";

/** Below the ports that operating systems hand out by themselves, so that nobody takes one between choice and use. */
const range = { from: 20_000, to: 32_000 };
const attempts = 200;

/** Ports on loopback, each given to one holder at a time. */
export class FreePorts {
  private readonly held = new Set<number>();

  /** Throws when no free one is found. */
  async take(): Promise<number> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const port = range.from + Math.floor(Math.random() * (range.to - range.from));
      if (this.held.has(port)) continue;
      this.held.add(port);
      if (await isFree(port)) return port;
      this.held.delete(port);
    }
    throw new Error(`No free port on 127.0.0.1 between ${range.from} and ${range.to}`);
  }

  release(port: number): void {
    this.held.delete(port);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether something accepts connections on the port of 127.0.0.1. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const answer = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
    socket.setTimeout(500, () => answer(false));
  });
}
