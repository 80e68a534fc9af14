import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { onTestFinished } from "vitest";
import type { Engine, StackSpec } from "../../../../src/adapters/engine/engine.js";
import { getEngine } from "../../../../src/adapters/engine/get.js";
import type { EngineBinary } from "../../../../src/adapters/engine/pinned.js";
import { createEngine, type EngineOptions } from "../../../../src/adapters/engine/run.js";
import { silentReporter } from "../../../../src/core/reporter.js";
import type { DriverRequest } from "./driver.js";
import { specFor } from "./program.js";
import { Shelf } from "./shelf.js";

export interface Bench {
  shelf: Shelf;
  engine: Engine;
  spec: StackSpec;
  folder: string;
  binary: EngineBinary;
}

/** An engine of its own with an empty state and an empty shelf, cleared away when the test ends. */
export async function openBench(options: Partial<EngineOptions> = {}): Promise<Bench> {
  const folder = await temporaryFolder();
  const shelf = await Shelf.open();
  onTestFinished(() => shelf.close());
  const binary = await realEngine();
  const engine = createEngine({ binary, workFolder: join(folder, "work"), ...options });
  return { shelf, engine, spec: specFor(folder, shelf.port), folder, binary };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "moorage-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** The Pulumi CLI of this machine; got like a user's is when there is none. */
export function realEngine(): Promise<EngineBinary> {
  return getEngine({ env: process.env, reporter: silentReporter, signal: new AbortController().signal });
}

let script: string | undefined;

/** The driver as JavaScript, once for all that this process starts: Node would compile its sources for each of them. */
function driverScript(): string {
  if (script !== undefined) return script;
  // Below node_modules, where its packages are found.
  const caches = fileURLToPath(new URL("../../../../node_modules/.cache/moorage", import.meta.url));
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, "driver-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, "driver.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("driver.ts", import.meta.url))],
    outfile,
    bundle: true,
    packages: "external",
    // The only package of this repository's own: its sources are TypeScript.
    alias: { "@moorage/local-aws": fileURLToPath(import.meta.resolve("@moorage/local-aws")) },
    platform: "node",
    format: "esm",
  });
  return (script = outfile);
}

/** A driver in a process of its own, killed when the test ends at the latest. */
export function startDriver(request: DriverRequest): ChildProcess {
  const driver = spawn(process.execPath, [driverScript(), JSON.stringify(request)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  onTestFinished(() => void driver.kill("SIGKILL"));
  return driver;
}

/** Runs a driver in a process of its own and kills it, and its engine, when the shelf has got stuck. */
export async function killedMidway(
  { shelf, spec, binary, folder }: Bench,
  task: DriverRequest["task"],
  locks: () => Promise<string[]>,
  read: (lock: string) => Promise<string>,
): Promise<void> {
  const stuck = shelf.gotStuck();
  const driver = startDriver({ binary, workFolder: join(folder, "work"), spec, task });
  const exited = once(driver, "exit");
  await Promise.race([stuck, exited.then(() => Promise.reject(new Error("the driver ended by itself")))]);
  const [lock = ""] = (await locks()).filter((name) => name.endsWith(".json"));
  const engine = (JSON.parse(await read(lock)) as { pid: number }).pid;
  driver.kill("SIGKILL");
  process.kill(engine, "SIGKILL");
  await exited;
  shelf.stuck.clear();
}
