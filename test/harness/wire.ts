import { connect, createServer, type Server, type Socket } from "node:net";
import { listenOn } from "../../packages/local-aws/src/listen.js";

/** A TCP line to a server of this machine, which a test cuts and restores. */
export interface Wire {
  /** Where the server answers through the line. */
  endpoint: string;
  /**
   * Cuts the line in the middle of the next bytes that `when` says yes to, or after them and before the answer; nothing
   * passes until it is restored.
   */
  cutIn(when: (bytes: string) => boolean, place?: "middle" | "answer"): void;
  /** How often it was cut. */
  readonly cuts: number;
  mend(): void;
  close(): Promise<void>;
}

export async function openWire(endpoint: string): Promise<Wire> {
  const line = { cut: false, cuts: 0, place: "middle", when: (_bytes: string) => false };
  const open = new Set<Socket>();
  const server: Server = createServer((near) => {
    if (line.cut) return void near.destroy();
    const far = connect(Number(new URL(endpoint).port), "127.0.0.1");
    const end = () => [near, far].forEach((socket) => socket.destroy());
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", end).on("close", () => (open.delete(socket), end()));
    }
    near.on("data", (bytes: Buffer) => {
      if (!line.cut && line.when(bytes.toString("latin1"))) {
        Object.assign(line, { cut: true, cuts: line.cuts + 1, when: () => false });
        if (line.place === "middle") far.write(bytes.subarray(0, bytes.length / 2), end);
        else far.write(bytes);
        far.removeAllListeners("data").once("data", end);
        open.forEach((socket) => socket !== far && socket !== near && socket.destroy());
      } else far.write(bytes);
    });
    far.on("data", (bytes: Buffer) => near.write(bytes));
  });
  const port = await listenOn(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    cutIn: (when, place = "middle") => void Object.assign(line, { when, place }),
    get cuts() {
      return line.cuts;
    },
    mend: () => void (line.cut = false),
    close: () =>
      new Promise((closed) => {
        open.forEach((socket) => socket.destroy());
        server.close(() => closed());
      }),
  };
}
