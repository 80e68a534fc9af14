import { spawn } from "node:child_process";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { credentials } from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { expect, it, onTestFinished } from "vitest";
import { showLocal } from "../../../../src/commands/local/status.js";
import { uidOfSocket } from "../../src/platform/linux.js";
import { isOwnCaller } from "../../src/provider/caller.js";
import type { Provider } from "../../src/provider/provider.js";
import { serveProvider } from "../../src/provider/server.js";
import { finished } from "../../../../test/harness/sandbox.js";

/** The first call that an engine makes. */
function pluginInfo(port: number): Promise<string> {
  const client = new rpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  return new Promise((resolve) => {
    client.getPluginInfo(new empty.Empty(), (error: Error | null, info: { getVersion(): string }) =>
      resolve(error ? "refused" : info.getVersion()),
    );
  });
}

const serve = async (isOwn?: (socket: Socket) => boolean | Promise<boolean>) => {
  const listener = await serveProvider({} as Provider, new Map(), 0, isOwn);
  onTestFinished(() => listener.close());
  return listener.port;
};

it("correctness 3: an engine of the home's own user is served", async () => {
  expect(await pluginInfo(await serve())).toBe("7.48.0");
});

it("F53, correctness 3: a connection of another user's process is cut before it can ask", async () => {
  expect(await pluginInfo(await serve(() => false))).toBe("refused");
});

it("F53: a system that is asked by a program (macOS) may answer while the client has sent its first words", async () => {
  const late = (own: boolean) => async (socket: Socket) => {
    await new Promise((resolve) => setImmediate(resolve));
    return own && !socket.destroyed;
  };
  expect(await pluginInfo(await serve(late(true)))).toBe("7.48.0");
  expect(await pluginInfo(await serve(late(false)))).toBe("refused");
  expect(await pluginInfo(await serve(() => Promise.reject(new Error("no answer"))))).toBe("refused");
});

it.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")(
  "F53, correctness 3: a process of uid 65534 is told from root's by the kernel",
  async () => {
    const port = await serve();
    // HTTP/2's preface: who is let in is answered with settings.
    const script = `
      const socket = require("node:net").connect(${port}, "127.0.0.1", () => socket.write("PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\4\\0\\0\\0\\0\\0"));
      socket.on("data", () => { console.log("answered"); socket.destroy(); });
      socket.on("error", () => undefined).on("close", () => console.log("closed"));`;
    const asked = (uid: number) =>
      finished(
        spawn(process.execPath, ["-e", script], {
          uid,
          gid: uid,
          cwd: "/",
          stdio: ["ignore", "pipe", "pipe"],
        }),
      );
    expect((await asked(0)).stdout).toBe("answered\nclosed\n");
    expect((await asked(65534)).stdout).toBe("closed\n");
  },
);

it("takes this process's own connections, over IPv4 and over IPv6's form of it", async () => {
  const verdicts: (boolean | Promise<boolean>)[] = [];
  const server = createServer((socket) => {
    verdicts.push(isOwnCaller(socket));
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  for (const host of ["127.0.0.1", "::ffff:127.0.0.1"]) {
    await new Promise((resolve) => connect({ port, host }).on("error", resolve).on("close", resolve));
  }
  expect(verdicts).toEqual([true, true]);
});

it("F53: where the system does not tell whose processes connect, the status says so", () => {
  const place = { running: true, pid: 1, url: "", registry: "", endpoint: "", home: "" };
  const told = { services: [], resources: [], names: [], unplayed: [] };
  const status = { ...place, ...told, playable: { readOnly: "", user: "" } };
  expect(showLocal(status, false)).toContain("Other users of this machine can reach the Pulumi provider");
  expect(showLocal(status, true)).not.toContain("Other users");
});

const caller = { address: "127.0.0.1", port: 0x1f90 };
const own = { address: "127.0.0.1", port: 0x0050 };
const row = (state: string, uid: number, inode: number) =>
  `   0: 0100007F:1F90 0100007F:0050 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0 20 4 30 10 -1`;

it.each([
  ["stands", row("01", 1000, 77), 1000],
  ["is closing, so that the kernel says root", row("06", 0, 0), undefined],
  ["was let go by its process, so that the kernel says root", row("01", 0, 0), undefined],
  ["is not in the table", "", undefined],
])("F53: the uid of a connection that %s", (_name, table, uid) => {
  expect(uidOfSocket(caller, own, table)).toBe(uid);
  expect(uidOfSocket(own, caller, table)).toBeUndefined();
});
