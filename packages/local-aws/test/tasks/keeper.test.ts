import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { listens } from "../../src/tasks/free-port.js";
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

it("leaves no task and no folder behind when its owner closes", async () => {
  const { run, runner, folder } = workbench({ app: server });
  const task = run("app");
  const { ports } = await task.on("started");
  await task.on("running");
  await runner.close();
  expect(await listens(ports.web as number)).toBe(false);
  expect(readdirSync(join(folder, "tasks", "pids"))).toEqual([]);
});
