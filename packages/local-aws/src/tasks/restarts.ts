import { type Pace, scaled } from "../ports.js";
import type { StartedProcess } from "./process.js";
import type { ContainerSpec } from "./task.js";

/**
 * A process that is started again when it ends by itself, in the same container: its task goes on. Only one that has run for the
 * attempt period, and whose exit code is not ignored; once a signal was sent, never. Source: ECS, ContainerRestartPolicy.
 */
export async function withRestarts(
  start: () => Promise<StartedProcess>,
  policy: NonNullable<ContainerSpec["restart"]>,
  pace: Pace,
): Promise<StartedProcess> {
  let current = await start();
  let sent: NodeJS.Signals | undefined;
  const live = async (): Promise<number> => {
    for (;;) {
      const begun = performance.now();
      const exitCode = await current.ended;
      const isShort = performance.now() - begun < scaled(policy.attemptPeriod, pace);
      if (sent !== undefined || isShort || policy.ignoredExitCodes.includes(exitCode)) return exitCode;
      try {
        current = await start();
      } catch {
        return exitCode;
      }
      // It was told while the new one was being started.
      if (sent !== undefined) current.signal(sent);
    }
  };
  const signal = (name: NodeJS.Signals) => {
    sent = name;
    return current.signal(name);
  };
  return { signal, ended: live() };
}
