import { onTestFinished } from "vitest";
import { createTaskRunner } from "../../src/tasks/runner.js";

/** A runner all of whose images bring their own operating system. */
export function containerRunner(folder: string) {
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
