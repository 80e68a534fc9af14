/** How often is looked, in milliseconds. */
const intervalMs = 500;

/** Calls `gone` once when what the daemon belongs to (its home, its owner) does not stand any more. Returns how to stop watching. */
export function watch(stands: () => boolean, gone: () => void): () => void {
  const timer = setInterval(() => {
    if (stands()) return;
    clearInterval(timer);
    gone();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
