import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { systemErrorText } from "../system-error.js";
import { createServer, type Socket } from "node:net";
import { AwsError } from "../cloud.js";
import { listenOn } from "../listen.js";
import { isOwnCaller } from "./caller.js";
import { providerMethods } from "./methods.js";
import type { Invoke } from "./invokes.js";
import type { Trace } from "../wire/trace.js";
import type { Provider } from "./provider.js";

export interface ProviderListener {
  port: number;
  close(): Promise<void>;
}

/**
 * Serves one provider over Pulumi's raw protocol on loopback, for any number of engines at once. The protocol has no place
 * for a secret, so connections are taken by whose process makes them. Port 0 picks a free one; a port in use rejects with
 * EADDRINUSE.
 */
export async function serveProvider(
  provider: Provider,
  invokes: ReadonlyMap<string, Invoke>,
  port: number,
  isOwn: (socket: Socket) => boolean | Promise<boolean> = isOwnCaller,
  trace?: Trace,
): Promise<ProviderListener> {
  const server = new Server({ "grpc.max_receive_message_length": 64 << 20 });
  const methods = providerMethods(provider, invokes, trace);
  server.addService(rpc.ResourceProviderService, {
    ...Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, unary(method as Method)])),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion("7.48.0")),
    attach: unary(() => new empty.Empty()),
    // The provider outlives every update, and the engine sends this at the end of each.
    cancel: unary(() => new empty.Empty()),
  });
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  const decide = (socket: Socket, own: boolean) => {
    if (!own) return void socket.destroy();
    connections.injectConnection(socket);
    socket.resume();
  };
  // Nothing is read of a connection before it is known whose it is.
  const door = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("error", () => undefined);
    const verdict = isOwn(socket);
    if (typeof verdict === "boolean") return decide(socket, verdict);
    verdict.then(
      (own) => decide(socket, own),
      () => decide(socket, false),
    );
  });
  const bound = await listenOn(door, port);
  return {
    port: bound,
    async close() {
      door.close();
      await closed(server);
    },
  };
}

type Method = (request: never) => unknown;

function unary(method: Method) {
  return (call: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<unknown>): void => {
    new Promise((resolve) => {
      resolve(method(call.request as never));
    }).then(
      (answer) => reply(null, answer),
      (error: unknown) => reply({ code: status.UNKNOWN, details: describe(error) }),
    );
  };
}

function describe(error: unknown): string {
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  const said = systemErrorText(error);
  if (said !== undefined)
    return `${said}. Make room, or give the rights, on the machine of the local target.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Calls under way end first, but not for longer than a second. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), 1000);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
