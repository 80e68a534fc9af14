import { signalGroup } from "@moorage/local-aws";

const endings = new Set<() => void>();
let watching = false;

/** Ends a child process with this one, however that ends but by SIGKILL. Call what it returns once the child is gone. */
export function endWithUs(end: () => void): () => void {
  if (!watching) process.on("exit", endChildren);
  watching = true;
  endings.add(end);
  return () => void endings.delete(end);
}

/** Runs when this process exits with work under way: only a program that calls process.exit can do that, and it failed. */
function endChildren(): void {
  if (endings.size === 0) return;
  endings.forEach((end) => end());
  process.exitCode ||= 1;
}

/** Ends a process group that `pid` leads; one that is gone is no error. */
export function killGroup(pid: number | undefined): void {
  if (pid !== undefined) signalGroup(pid, "SIGKILL");
}
