import { expect, it, onTestFinished } from "vitest";
import { findEngine } from "../../../src/local/tasks/engine.js";
import { createTaskRunner } from "../../../src/local/tasks/runner.js";
import { containerNames, importImage } from "./container-image.js";
import { container, runTask, server, temporaryFolder } from "./workbench.js";

const engine = await findEngine()();

function runnerOf(folder: string) {
  const image = {
    rootfs: folder,
    config: {},
    platform: "linux/amd64",
    digest: "sha256:own",
    needsContainer: true,
  };
  const runner = createTaskRunner({
    images: { unpack: async () => image },
    logs: { append: () => undefined },
    folder,
    pace: { factor: 1 },
  });
  onTestFinished(() => runner.close());
  return runner;
}

it.skipIf(engine !== undefined)(
  "says what to do where an image needs a container engine and there is none",
  async () => {
    const task = runTask(runnerOf(temporaryFolder()), [container("alpine")]);
    const { failure } = await task.on("stopped");
    expect(failure).toMatchObject({
      code: "TaskFailedToStart",
      reason: expect.stringMatching(/start Docker, or install Podman/),
    });
  },
);

it.skipIf(engine === undefined)(
  "runs an image that brings its own operating system as a container, and removes it",
  async () => {
    if (engine === undefined) return;
    const folder = temporaryFolder();
    const image = importImage(engine, folder, server);
    const task = runTask(runnerOf(folder), [container(image, { command: ["/bin/node", "/main.cjs"] })]);
    const { ports } = await task.on("started", 20_000);
    await task.on("running", 30_000);
    expect(await (await fetch(`http://127.0.0.1:${ports.web}/`)).text()).toBe("hello");
    expect(containerNames(engine)).toContain(`moorage-${task.spec.id}.web`);
    task.handle.stop();
    expect(await task.on("stopped", 20_000)).toMatchObject({
      containers: [{ exitCode: 0 }],
      failure: undefined,
    });
    expect(containerNames(engine)).not.toContain(`moorage-${task.spec.id}.web`);
  },
  60_000,
);
