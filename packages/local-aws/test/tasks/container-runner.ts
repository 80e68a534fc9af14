import { onTestFinished } from "vitest";
import type { ImageFilePaths } from "../../src/ports.js";
import { createTaskRunner } from "../../src/tasks/runner.js";

/** A runner all of whose images bring their own operating system, and are of these files. */
export function containerRunner(folder: string, files: ImageFilePaths = { config: "", layers: [] }) {
  const image = {
    rootfs: folder,
    config: {},
    platform: "linux/amd64",
    digest: `sha256:${"0".repeat(64)}`,
    needsContainer: true,
    files,
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
