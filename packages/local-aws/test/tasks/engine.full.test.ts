import { expect, it } from "vitest";
import { containerEngineFinder } from "../../src/tasks/engine.js";
import { containerNames, nodeImage } from "./container-image.js";
import { containerRunner } from "./container-runner.js";
import { container, runTask, server, temporaryFolder } from "./tasks-harness.js";

it("runs an image that brings its own operating system as a container, and removes it", async () => {
  const engine = await containerEngineFinder()();
  if (engine === undefined) throw new Error("neither Docker nor Podman answers here");
  const folder = temporaryFolder();
  const runner = containerRunner(folder, nodeImage(folder, server));
  const image = "111111111111.dkr.ecr.us-east-1.amazonaws.com/hello:v1";
  const task = runTask(runner, [container(image, { command: ["/bin/node", "/main.cjs"] })]);
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
}, 60_000);
