import type { Running } from "./container.js";
import { withOwnPort } from "./health-check.js";
import { startProcess } from "./process.js";
import type { Workshop } from "./runner.js";

/**
 * Runs a health check's command once where its container runs: a process with the same environment and folder, or one in the same
 * container. Its output goes nowhere, as on ECS. False where it fails, cannot be started, or takes longer than the bound.
 */
export async function probeContainer(
  container: Running,
  name: string,
  command: readonly string[],
  { timeoutMs, signal, workshop }: { timeoutMs: number; signal: AbortSignal; workshop: Workshop },
): Promise<boolean> {
  const { spec, port, exec } = container;
  const note = `${name}.health`;
  try {
    const launch = exec(withOwnPort(command, { asked: spec.containerPort, given: port }));
    const wrapped = workshop.keeper.wrap(note, launch.file, launch.args, launch.env);
    const started = await startProcess(wrapped, launch, () => undefined);
    const kill = () => void started.signal("SIGKILL");
    const timer = setTimeout(kill, timeoutMs);
    signal.addEventListener("abort", kill, { once: true });
    if (signal.aborted) kill();
    const exitCode = await started.ended;
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
    return exitCode === 0;
  } catch {
    return false;
  } finally {
    workshop.keeper.forget(note);
  }
}
