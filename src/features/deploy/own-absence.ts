import { finders, lookupOn } from "../../adapters/aws/lookup.js";
import type { StackSpec, StateResource } from "../../adapters/engine/engine.js";
import { storedResources } from "../../adapters/engine/stored-state.js";
import type { Context } from "../../context/context.js";

/** What moorage.ts has declared, as the state had it before it went. */
export interface OwnTraces {
  /** Looked for on the target once they are deleted. */
  provable: StateResource[];
  /** Of types that are not looked for: the engine's word is all there is. */
  others: StateResource[];
}

/** Types that Moorage's own programs of apps do not declare, and that are found by their names. */
const provableTypes = ["aws:s3/bucket:Bucket"];

/** A state that cannot be read tells nothing of them; the engine reads it next, and says so. */
export async function ownTraces(spec: StackSpec): Promise<OwnTraces> {
  const rows = (await storedResources(spec).catch(() => undefined)) ?? [];
  return {
    provable: rows.filter(({ type }) => provableTypes.includes(type)),
    others: rows.filter(({ type }) => type.startsWith("aws:") && finders[type] === undefined),
  };
}

/** Those that the target still has. */
export async function remainingOwn({ aws }: Context, { provable }: OwnTraces): Promise<string[]> {
  const look = lookupOn(aws);
  const found = await Promise.all(
    provable.map(async (row) => ({ row, finding: await look(row, new Set()) })),
  );
  return found
    .filter(({ finding }) => finding.is === "ours")
    .map(({ row }) => `${row.type} ${row.id ?? row.name}`);
}

/** Names what was deleted and is not proven to be gone. */
export function tellUnproven({ reporter }: Pick<Context, "reporter">, { others }: OwnTraces): void {
  if (others.length === 0) return;
  const names = others.map(({ type, id, name }) => `${type.split(":").at(-1) ?? type} ${id ?? name}`);
  reporter.notify({
    kind: "detail",
    text: `Deleted as the engine says, and not looked for again: ${names.sort().join(", ")}`,
  });
}
