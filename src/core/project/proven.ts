/** A deployment as a record remembers it, as far as this question needs it. */
export interface PastRun {
  good: boolean;
  /** A person rolled back from it. */
  withdrawn?: boolean;
  /** By service. */
  digests: Readonly<Record<string, string>>;
}

/**
 * The environment that a release must have run well in before this one: the one before it in the order of releases
 * (`moorage:triggers.release`); undefined for the first, for others, and where the project has no such environment.
 */
export function environmentBefore(
  environment: string,
  order: readonly string[],
  environments: readonly string[],
): string | undefined {
  const before = order[order.indexOf(environment) - 1];
  return before !== undefined && environments.includes(before) ? before : undefined;
}

/**
 * Services whose bytes none of the histories proves; sorted. A history proves bytes whose newest good run in it nobody
 * rolled back from. Histories: oldest first.
 */
export function unproven(
  digests: Readonly<Record<string, string>>,
  ...histories: readonly (readonly PastRun[])[]
): string[] {
  const isProven = (service: string, digest: string) =>
    histories.some((history) => newestOf(history, service, digest)?.withdrawn === false);
  return Object.entries(digests)
    .filter(([service, digest]) => !isProven(service, digest))
    .map(([service]) => service)
    .sort();
}

/** Services whose bytes ran well in the history, until somebody rolled back from them; sorted. */
export function withdrawnServices(
  digests: Readonly<Record<string, string>>,
  history: readonly PastRun[],
): string[] {
  return Object.entries(digests)
    .filter(([service, digest]) => newestOf(history, service, digest)?.withdrawn === true)
    .map(([service]) => service)
    .sort();
}

function newestOf(
  history: readonly PastRun[],
  service: string,
  digest: string,
): { withdrawn: boolean } | undefined {
  const newest = history.findLast(({ good, digests }) => good && digests[service] === digest);
  return newest && { withdrawn: newest.withdrawn === true };
}
