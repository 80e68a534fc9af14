import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { ownHostsFinder } from "../../src/platform/index.js";
import { listens } from "../../src/tasks/free-port.js";
import { createTaskRunner } from "../../src/tasks/runner.js";
import { server, temporaryFolder, until, workbench } from "./tasks-harness.js";

const owner = fileURLToPath(new URL("owner.ts", import.meta.url));

it("F7: tasks end with their owner, even when it is killed with SIGKILL", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "rootfs"));
  writeFileSync(join(folder, "rootfs", "main.cjs"), server);
  const child = spawn(process.execPath, ["--import", "tsx", owner, folder, "3"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.match(/running/g)?.length === 3, 20_000);
  const ports = [...output.matchAll(/port (\d+)/g)].map(([, port]) => Number(port));
  expect(await Promise.all(ports.map(listens))).toEqual([true, true, true]);
  child.kill("SIGKILL");
  for (const port of ports) await until(async () => !(await listens(port)));
  await until(() => readdirSync(join(folder, "tasks", "pids")).length === 0);
}, 30_000);

/** Only where tasks can have a hosts file of their own. */
const { works } = await ownHostsFinder()();

it.runIf(works)(
  "F7: names go with their owner that is killed with SIGKILL: proxies, mounts and hosts files, and the machine's own stays",
  async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "rootfs"));
    writeFileSync(join(folder, "rootfs", "main.cjs"), server);
    const machine = readFileSync("/etc/hosts", "utf8");
    const port = String(20_000 + (process.pid % 10_000));
    const child = spawn(process.execPath, ["--import", "tsx", owner, folder, "2", port], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await until(() => output.match(/running/g)?.length === 2, 20_000);
    const address = /name (\S+)/.exec(output)?.[1] ?? "";
    expect(await answersAt(address, Number(port))).toBe(true);
    expect(mountsOf(folder).length).toBeGreaterThan(0);
    child.kill("SIGKILL");
    await until(async () => !(await answersAt(address, Number(port))));
    // A namespace and its mounts end with their last process.
    await until(() => mountsOf(folder).length === 0);
    await until(() => readdirSync(join(folder, "tasks", "pids")).length === 0);
    expect(readFileSync("/etc/hosts", "utf8")).toBe(machine);
    // What the killed one has left in files goes when the next one starts.
    const next = createTaskRunner({
      ...{ images: { unpack: () => Promise.reject(new Error("none")) }, logs: { append: () => undefined } },
      ...{ folder: join(folder, "tasks"), pace: { factor: 20 } },
    });
    expect(readdirSync(join(folder, "tasks", "scratch"))).toEqual([]);
    await next.close();
  },
  30_000,
);

function answersAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Processes that have something of the folder mounted. Source: proc_pid_mountinfo(5). */
function mountsOf(folder: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/mountinfo`, "utf8").includes(folder);
    } catch {
      return false;
    }
  });
}

it("leaves no task and no folder behind when its owner closes", async () => {
  const { run, runner, folder } = workbench({ app: server });
  const task = run("app");
  const { ports } = await task.on("started");
  await task.on("running");
  await runner.close();
  expect(await listens(ports.web as number)).toBe(false);
  expect(readdirSync(join(folder, "tasks", "pids"))).toEqual([]);
});
