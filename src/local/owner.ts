/** How often an owner is looked at, in milliseconds. */
const intervalMs = 500;

/** Calls `gone` once when the owning process has ended. Returns how to stop watching. */
export function watchOwner(owner: number | undefined, gone: () => void): () => void {
  if (owner === undefined) return () => undefined;
  const timer = setInterval(() => {
    if (isAlive(owner)) return;
    clearInterval(timer);
    gone();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Whether a process of that id runs: one of another user counts too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
