import type { Server } from "node:net";

/** Listens on 127.0.0.1. Returns the port; rejects with EADDRINUSE when it is taken. */
export function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (error: Error) => reject(error);
    server.once("error", refused);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", refused);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Whether a listener could not have its port. gRPC says it in the message only. */
export function isTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    ((error as NodeJS.ErrnoException).code === "EADDRINUSE" ||
      /EADDRINUSE|No address added/.test(error.message))
  );
}

/**
 * Opens a listener on its kept port, or on one of those after it when somebody else has it.
 * The order is fixed, so that two processes which want the same listener meet at the same port.
 */
export async function openNear<Opened>(
  port: number,
  open: (port: number) => Promise<Opened>,
  step = 2,
): Promise<Opened> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await open(port + attempt * step);
    } catch (error) {
      if (!isTaken(error) || attempt === 50) throw error;
    }
  }
}
