import type { StateDeployment, Row } from "./deployment.js";

/** How the pending operations of a killed engine are resolved. */
export interface Resolution {
  deployment: StateDeployment;
  /** URNs whose rows must be read from the target before the state is true. */
  unread: string[];
  adopted: string[];
  forgotten: string[];
}

/**
 * The state without pending operations: a creation whose resource exists on the target (`found`: its id by URN) becomes a
 * row, one whose resource does not is forgotten. What was being created, updated or deleted is marked to be refreshed
 * before the next update, so that a repair which is itself killed half-way still ends in a true state.
 */
export function resolvePending(before: StateDeployment, found: ReadonlyMap<string, string>): Resolution {
  const pending = before.deployment.pending_operations ?? [];
  const creations = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  const changes = pending.filter(({ type }) => type === "updating" || type === "deleting");
  const rows = before.deployment.resources ?? [];
  const adopted = creations.filter((row) => isNew(row, rows, found.get(row.urn)));
  const unread = new Set([...adopted, ...changes.map(({ resource }) => resource)].map(({ urn }) => urn));
  const next = adopted.reduce((all, row) => adopt(all, row, found.get(row.urn)), rows);
  const marked = next.map((row) => (unread.has(row.urn) ? { ...row, refreshBeforeUpdate: true } : row));
  const present = new Set(marked.map(({ urn }) => urn));
  return {
    deployment: {
      ...before,
      deployment: { ...before.deployment, resources: inOrder(marked), pending_operations: [] },
    },
    unread: [...unread].filter((urn) => present.has(urn)),
    adopted: adopted.map(({ urn }) => urn),
    forgotten: creations.filter((row) => !adopted.includes(row)).map(({ urn }) => urn),
  };
}

/** What is found under the name of a resource that is being replaced may still be the old one. */
function isNew(row: Row, rows: readonly Row[], id: string | undefined): boolean {
  if (id === undefined) return false;
  return !rows.some((other) => other.urn === row.urn && other.id === id && !other.pendingReplacement);
}

/** Takes the place of the row it replaces, which is kept to be deleted, or goes if it is deleted already. */
function adopt(rows: readonly Row[], row: Row, id: string | undefined): Row[] {
  const kept = rows
    .filter((other) => !(other.urn === row.urn && other.pendingReplacement))
    .map((other) => (other.urn === row.urn ? { ...other, delete: true } : other));
  return [...kept, { ...row, outputs: {}, ...(id !== undefined && { id }) }];
}

/** Each row after all that it refers to, which the engine insists on; otherwise the order stays. */
function inOrder(rows: readonly Row[]): Row[] {
  const ordered = new Set<Row>();
  const byUrn = grouped(rows);
  const visiting = new Set<Row>();
  function visit(row: Row): void {
    if (ordered.has(row) || visiting.has(row)) return;
    visiting.add(row);
    referencesOf(row).forEach((urn) => byUrn.get(urn)?.forEach(visit));
    ordered.add(row);
  }
  rows.forEach(visit);
  return [...ordered];
}

function grouped(rows: readonly Row[]): Map<string, Row[]> {
  const byUrn = new Map<string, Row[]>();
  for (const row of rows) byUrn.set(row.urn, [...(byUrn.get(row.urn) ?? []), row]);
  return byUrn;
}

function referencesOf(row: Row): string[] {
  const properties = Object.values(row.propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
  const provider = row.provider?.split("::").slice(0, -1).join("::");
  return [row.parent, provider, row.deletedWith, ...(row.dependencies ?? []), ...properties].filter(
    (urn) => urn !== undefined,
  );
}
