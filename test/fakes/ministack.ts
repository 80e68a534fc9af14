import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { listenOn } from "../../packages/local-aws/src/listen.js";
import { eventually } from "../harness/eventually.js";
import type { PythonTool } from "../harness/python-tool.js";

/** An AWS emulator that this project did not write, on a loopback port of its own. */
export interface Ministack {
  endpoint: string;
  close(): Promise<void>;
}

/** Its standard input is a pipe from us: it ends when we do, however we end. */
const program = `
import os, sys, threading
def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=end_with_parent, daemon=True).start()
from ministack.app import main
sys.argv = ["ministack"]
main()
`;

const attempts = 3;

/** Starts ministack with nothing in it. Throws what it said when it does not come up. */
export async function startMinistack(tool: PythonTool, home: string): Promise<Ministack> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const { child, said } = launch(tool, home, port);
    const endpoint = `http://127.0.0.1:${port}`;
    const up = await eventually("ministack answers", () => answers(endpoint, child), 60_000).catch(
      () => "no",
    );
    if (up === "yes") return { endpoint, close: () => stop(child) };
    await stop(child);
    if (attempt === attempts) throw new Error(`ministack does not come up:\n${said()}`);
  }
}

function launch({ python, folder }: PythonTool, home: string, port: number) {
  const env = {
    PATH: process.env["PATH"],
    PYTHONPATH: folder,
    HOME: home,
    TMPDIR: home,
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: String(port),
    // It would listen on every interface.
    IOT_MTLS_ENABLED: "0",
  };
  // -S: with the machine's own packages it might find a Docker client, and ask Docker to run the tasks.
  const child = spawn(python, ["-S", "-c", program], { env, stdio: ["pipe", "pipe", "pipe"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.splice(0, output.length - 40, text));
  }
  return { child, said: () => output.join("") };
}

async function answers(endpoint: string, child: ChildProcess): Promise<"yes" | "no" | undefined> {
  if (child.exitCode !== null) return "no";
  const health = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
  return health?.ok ? "yes" : undefined;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOn(server, 0);
  await new Promise((closed) => server.close(closed));
  return port;
}
