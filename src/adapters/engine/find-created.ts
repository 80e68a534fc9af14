import { setTimeout as delay } from "node:timers/promises";
import { asMoorageError, MoorageError, platformFailure } from "../../core/errors.js";
import { type StateDeployment, resourceOf, type Row } from "./deployment.js";
import type { LookupFinding, Lookup, RepairOptions, Repaired } from "./engine.js";

/** AWS shows what was created some seconds later, and what a killed engine had asked for may not be done yet. */
const settledMs = 3_000;

type Options = Pick<RepairOptions, "signal" | "settleMs" | "leavesOthers"> & {
  stack: string;
};

interface Found {
  row: Row;
  finding: LookupFinding;
}

/**
 * Asks the target for each resource that was being created. Providers and components are the engine's own. Raises
 * `pending-operations` where something cannot be told, and `name-taken` where a name belongs to somebody else: both before
 * anything is changed.
 */
export async function findCreated(
  { deployment }: StateDeployment,
  lookup: Lookup,
  { stack, signal, settleMs = settledMs, leavesOthers = false }: Options,
): Promise<{
  ids: Map<string, string>;
  named: Set<string>;
  others: Repaired["others"];
}> {
  const known = knownIds(deployment.resources ?? []);
  const look = (row: Row) => lookAt(row, lookup, known, signal);
  const found: Found[] = [];
  for (const { type, resource } of deployment.pending_operations ?? []) {
    if (type !== "creating" || !resource.custom || resource.type.startsWith("pulumi:")) continue;
    found.push(await look(resource));
  }
  const absent = found.filter(({ finding }) => finding.is === "absent");
  const named = found.filter(({ finding }) => finding.is === "named");
  if (absent.length + named.length > 0) await delay(settleMs, undefined, { ...(signal && { signal }) });
  for (const one of absent) Object.assign(one, await look(one.row));
  refuseUnknown(stack, found);
  const others = found.flatMap(({ row: { urn }, finding }) =>
    finding.is === "others" ? [{ urn, what: finding.what }] : [],
  );
  if (others.length > 0 && !leavesOthers) throw takenNames(stack, others);
  const ids = found.flatMap(({ row: { urn }, finding }): [string, string][] =>
    finding.is === "ours" || finding.is === "named" ? [[urn, finding.id]] : [],
  );
  return {
    ids: new Map(ids),
    named: new Set(named.map(({ row }) => row.urn)),
    others,
  };
}

/** A failed look tells nothing. What it finds is known from then on, so that no two rows get one id. */
async function lookAt(
  row: Row,
  lookup: Lookup,
  known: Map<string, Set<string>>,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const ids = known.get(row.type) ?? new Set();
  known.set(row.type, ids);
  try {
    const finding = await lookup(resourceOf(row), ids);
    if (finding.is === "ours" || finding.is === "named") ids.add(finding.id);
    return { row, finding };
  } catch (error) {
    signal?.throwIfAborted();
    return {
      row,
      finding: { is: "unknown", why: asMoorageError(error).message },
    };
  }
}

function knownIds(rows: readonly Row[]): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const { type, id, pendingReplacement } of rows) {
    if (id === undefined || pendingReplacement) continue;
    known.set(type, (known.get(type) ?? new Set()).add(id));
  }
  return known;
}

function refuseUnknown(stack: string, found: readonly Found[]): void {
  const open = found.flatMap(({ row: { urn, type }, finding }) =>
    finding.is === "unknown" ? [`  - ${type} (${urn}): ${finding.why}`] : [],
  );
  if (open.length === 0) return;
  throw platformFailure(
    "pending-operations",
    `A run of ${stack} was cut off while it created these, and it is unknown whether they exist:\n${open.join("\n")}`,
    "Nothing was changed. Fix the reason that each line names, then run the same command again.",
  );
}

export function takenNames(stack: string, others: Repaired["others"]): MoorageError {
  return new MoorageError({
    code: "name-taken",
    message: `${stack} needs names that are taken by others:\n${others.map(({ what }) => `  - ${what}`).join("\n")}`,
    hint: "Nothing was changed. Use other names for the stack, or remove these resources if nobody needs them.",
  });
}
