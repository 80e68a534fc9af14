/** A deployment as a record remembers it, as far as this question needs it. */
export interface PastRun {
  good: boolean;
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

/** Services whose digest no good deployment in any of the histories has run; sorted. */
export function unproven(
  digests: Readonly<Record<string, string>>,
  ...histories: readonly (readonly PastRun[])[]
): string[] {
  const good = histories.flat().filter((run) => run.good);
  const ranWell = (service: string, digest: string) => good.some((run) => run.digests[service] === digest);
  return Object.entries(digests)
    .filter(([service, digest]) => !ranWell(service, digest))
    .map(([service]) => service)
    .sort();
}
