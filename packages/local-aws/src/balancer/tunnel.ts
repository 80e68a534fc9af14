import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { pairs } from "./headers.js";

/** A client's connection that asked to leave HTTP. */
export interface Upgrade {
  socket: Socket;
  /** What the client sent after its request. */
  head: Buffer;
}

/** Joins the client's connection with the target's after the target has accepted the upgrade. */
export function tunnel(
  client: { response: ServerResponse },
  { socket, head }: Upgrade,
  target: { answer: IncomingMessage; socket: Duplex; head: Buffer },
  idleMs: number,
): void {
  client.response.detachSocket(socket);
  const lines = pairs(target.answer.rawHeaders).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 101 ${target.answer.statusMessage ?? "Switching Protocols"}`;
  socket.write([status, ...lines, "", ""].join("\r\n"), "latin1");
  if (target.head.length > 0) socket.write(target.head);
  if (head.length > 0) target.socket.write(head);
  const end = () => {
    socket.destroy();
    target.socket.destroy();
  };
  socket.setTimeout(idleMs, end);
  for (const side of [socket, target.socket]) side.on("error", end).on("close", end);
  socket.pipe(target.socket).pipe(socket);
}
