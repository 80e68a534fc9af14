/** How many good task definitions of a service stay usable beside those in use (F24). */
export const keptRevisions = 10;

/**
 * Revisions of a family that nothing needs: neither what a state or a running deployment names, nor the newest good ones.
 * Oldest first. `good` is oldest first too.
 */
export function revisionsToPrune(
  active: readonly string[],
  { good, used }: { good: readonly string[]; used: readonly string[] },
): string[] {
  const kept = new Set([...used, ...good.slice(-keptRevisions)]);
  return active.filter((arn) => !kept.has(arn)).sort((a, b) => revisionOf(a) - revisionOf(b));
}

function revisionOf(arn: string): number {
  return Number(arn.split(":").at(-1));
}
