import { expect, it, onTestFinished, vi } from "vitest";
import { containerRunner } from "./container-runner.js";
import { container, runTask, temporaryFolder } from "./tasks-harness.js";

it("says what to do where an image needs a container engine and there is none", async () => {
  vi.stubEnv("PATH", "/nonexistent");
  onTestFinished(() => void vi.unstubAllEnvs());
  const task = runTask(containerRunner(temporaryFolder()), [container("alpine")]);
  const { failure } = await task.on("stopped");
  expect(failure).toMatchObject({
    code: "TaskFailedToStart",
    reason: expect.stringMatching(/start Docker, or install Podman/),
  });
});
