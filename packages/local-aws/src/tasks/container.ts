import type { UnpackedImage } from "../ports.js";
import type { HealthCheck } from "./health-check.js";
import type { Launch } from "./launch.js";
import type { StartedProcess } from "./process.js";
import type { ContainerExit, ContainerSpec } from "./task.js";

/** One container of a task that is running or has run. */
export interface Running {
  spec: ContainerSpec;
  image: UnpackedImage;
  port?: number;
  process: StartedProcess;
  stopSignal: NodeJS.Signals;
  /** What runs another command where this one runs, at a terminal or not. Throws an AwsError where it is not there. */
  exec: (command: string[], terminal?: boolean) => Launch;
  health?: HealthCheck;
  exit?: ContainerExit;
}

/**
 * Sends the stop signal, and SIGKILL after the container's stop timeout (F23). Resolves when its processes are gone.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (stopTimeout)
 */
export async function stopContainer(container: Running): Promise<void> {
  if (container.exit !== undefined || !container.process.signal(container.stopSignal)) {
    await container.process.ended;
    return;
  }
  const timer = setTimeout(() => container.process.signal("SIGKILL"), container.spec.stopTimeout * 1000);
  await container.process.ended;
  clearTimeout(timer);
}
