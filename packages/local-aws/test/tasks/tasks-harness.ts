import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { AwsError } from "../../src/cloud.js";
import type { ImageConfig, ImageStore, LogLine, UnpackedImage } from "../../src/ports.js";
import { createTaskRunner, type RunnerOptions } from "../../src/tasks/runner.js";
import type { ContainerSpec, TaskEvent, TaskHandle, TaskRunner, TaskSpec } from "../../src/tasks/task.js";

/** A temporary folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "moorage-tasks-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until the condition holds, at most five seconds. */
export async function until<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 5_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > end) throw new Error(`It did not come true within ${ms} ms: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const server = `
  const { createServer } = require("node:http");
  createServer((request, response) => response.end("hello")).listen(process.env.PORT, process.env.HOST);
  process.on("SIGTERM", () => process.exit(0));
`;

/** Images made of one script each: the image `app` runs `apps.app`. */
export class ScriptImages implements ImageStore {
  readonly config: Record<string, Partial<ImageConfig>> = {};

  constructor(
    private readonly folder: string,
    private readonly scripts: Record<string, string>,
  ) {}

  async unpack(image: string): Promise<UnpackedImage> {
    const script = this.scripts[image];
    if (script === undefined)
      throw new AwsError("CannotPullContainerError", `CannotPullContainerError: ${image}: not found`);
    const rootfs = join(this.folder, image);
    if (!existsSync(rootfs)) {
      mkdirSync(join(rootfs, "app"), { recursive: true });
      writeFileSync(join(rootfs, "app", "main.cjs"), script);
    }
    const config = {
      Cmd: ["node", "/app/main.cjs"],
      WorkingDir: "/app",
      Env: ["FROM_IMAGE=yes"],
      ...this.config[image],
    };
    const files = { config: "", layers: [] };
    return {
      rootfs,
      config,
      platform: "linux/amd64",
      digest: `sha256:${image}`,
      needsContainer: false,
      files,
    };
  }
}

export interface Workbench {
  runner: TaskRunner;
  images: ScriptImages;
  lines: LogLine[];
  folder: string;
  run(image: string, changes?: Partial<ContainerSpec>): TaskRun;
}

export interface TaskRun {
  handle: TaskHandle;
  spec: TaskSpec;
  events: TaskEvent[];
  /** Waits for an event of this kind. */
  on<K extends TaskEvent["kind"]>(kind: K, ms?: number): Promise<Extract<TaskEvent, { kind: K }>>;
}

let counter = 0;

export function container(image: string, changes: Partial<ContainerSpec> = {}): ContainerSpec {
  const plain = { essential: true, environment: {}, stopTimeout: 5, waitsFor: [], readOnly: false };
  return { name: "web", image, listens: true, ...plain, ...changes };
}

/** A runner whose images are the given scripts; closed with the test. */
export function workbench(
  scripts: Record<string, string>,
  options: Partial<Omit<RunnerOptions, "images" | "logs" | "folder">> = {},
): Workbench {
  const folder = temporaryFolder();
  const images = new ScriptImages(join(folder, "images"), scripts);
  const lines: LogLine[] = [];
  const logs = { append: (line: LogLine) => void lines.push(line) };
  const runner = createTaskRunner({
    images,
    logs,
    folder: join(folder, "tasks"),
    pace: { factor: 20 },
    ...options,
  });
  onTestFinished(() => runner.close());
  const run = (image: string, changes: Partial<ContainerSpec> = {}) =>
    runTask(runner, [container(image, changes)]);
  return { runner, images, lines, folder, run };
}

export function runTask(runner: TaskRunner, containers: ContainerSpec[]): TaskRun {
  counter += 1;
  const spec = {
    id: counter.toString(16).padStart(32, "0"),
    site: { account: "111111111111", region: "us-east-1" },
    containers,
  };
  const events: TaskEvent[] = [];
  const handle = runner.start(spec, (event) => void events.push(event));
  const on = <K extends TaskEvent["kind"]>(kind: K, ms?: number) =>
    until(() => events.find((event): event is Extract<TaskEvent, { kind: K }> => event.kind === kind), ms);
  return { handle, spec, events, on };
}
