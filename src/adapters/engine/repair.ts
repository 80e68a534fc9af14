import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platformFailure } from "../../core/errors.js";
import { type StateDeployment, pendingOf, type Row } from "./deployment.js";
import type {
  Lookup,
  PlanStep,
  RepairOptions,
  Repaired,
  RunOptions,
  StackSpec,
  Untracked,
} from "./engine.js";
import { fileBackend, removeHalfWritten } from "./file-backend.js";
import { findCreated, takenNames } from "./find-created.js";
import { forgetKept, keptAfter } from "./state-relay/saved.js";
import { breakDeadLocks } from "./lock.js";
import { withLocks } from "./locks.js";
import { resolvePending } from "./pending.js";
import { type Driver, type Session, withSession } from "./session.js";
import { exportState } from "./state.js";

/**
 * After a run that ended uncleanly (F7), also one whose state never reached its backend (F15). One process when there is nothing to do, at most four otherwise.
 *
 * The CLI's own `refresh --import-pending-creates` only renames the operation and then drops it (tried with 3.248.0), so
 * adopted rows are put into the state with `stack import`, which checks its integrity, and then read from the target.
 */
export async function repair(
  driver: Driver,
  spec: StackSpec,
  lookup: Lookup,
  { gone, settleMs, leavesOthers, ...options }: RepairOptions,
): Promise<Repaired> {
  const files = fileBackend(spec);
  await withLocks(spec, (locks) => breakDeadLocks(locks, { signal: options.signal, gone }));
  if (files) await removeHalfWritten(files);
  return withSession(driver, spec, { ...options, verb: "repair" }, async (session) => {
    const stored = await exportState(session);
    const kept = stored && (await keptAfter(spec, stored));
    const before = kept ?? stored;
    if (before === undefined || (kept === undefined && pendingOf(before).length === 0)) {
      return { adopted: [], forgotten: [], others: [] };
    }
    const { ids, named, others } = await findCreated(before, lookup, {
      stack: spec.stack,
      signal: options.signal,
      settleMs,
      leavesOthers,
    });
    const resolution = resolvePending(before, ids);
    await importState(session, resolution.deployment);
    if (kept) await forgetKept(spec);
    if (resolution.unread.length > 0) await readFromTarget(session, resolution.unread);
    const foreign = await releaseForeign(session, named, leavesOthers);
    const present = await confirmResolved(session);
    const all = [...others, ...foreign];
    return { ...asRead(resolution, present, all), others: all };
  });
}

/** As if a killed engine had been creating it: at most four processes. */
export async function adopt(
  driver: Driver,
  spec: StackSpec,
  found: readonly Untracked[],
  options: RunOptions,
): Promise<string[]> {
  return withSession(driver, spec, { ...options, verb: "repair" }, async (session) => {
    const before = await exportState(session);
    const rows = before?.deployment.resources ?? [];
    const providers = new Set(rows.map(({ urn, id }) => `${urn}::${id ?? ""}`));
    const known = found.filter(({ step }) => providers.has(step.provider ?? ""));
    if (before === undefined || known.length === 0) return [];
    const pending_operations = known.map(({ step }) => ({
      resource: rowOf(step),
      type: "creating" as const,
    }));
    const asKilled = {
      ...before,
      deployment: { ...before.deployment, pending_operations },
    };
    const ids = new Map(known.map(({ step, id }) => [step.urn, id]));
    const { deployment, unread, adopted } = resolvePending(asKilled, ids);
    await importState(session, deployment);
    await readFromTarget(session, unread);
    const present = await confirmResolved(session);
    return adopted.filter((urn) => present.has(urn));
  });
}

/** Parent and dependencies follow with the next update. */
function rowOf({ urn, type, after, provider }: PlanStep): Row {
  return {
    urn,
    type,
    custom: true,
    inputs: after ?? {},
    ...(provider && { provider }),
  };
}

/** What was read by its name alone may be somebody else's, as its tags say: it is taken out of the state again. */
async function releaseForeign(
  session: Session,
  named: ReadonlySet<string>,
  leavesOthers: boolean | undefined,
): Promise<Repaired["others"]> {
  if (named.size === 0) return [];
  const state = await exportState(session);
  const rows = state?.deployment.resources ?? [];
  const foreign = rows.filter((row) => named.has(row.urn) && isTaggedOtherwise(row));
  if (state === undefined || foreign.length === 0) return [];
  const kept = {
    ...state.deployment,
    resources: rows.filter((row) => !foreign.includes(row)),
  };
  await importState(session, { ...state, deployment: kept });
  const others = foreign.map(({ urn, type, id = "" }) => ({
    urn,
    what: `${type} ${id}`,
  }));
  if (!leavesOthers) throw takenNames(session.spec.stack, others);
  return others;
}

/** Whether it lacks a tag of the stack's that it was asked to have. */
function isTaggedOtherwise({ inputs = {}, outputs = {} }: Row): boolean {
  const asked = tagsIn(inputs["tags"]);
  const has = { ...tagsIn(outputs["tagsAll"]), ...tagsIn(outputs["tags"]) };
  return ["moorage:project", "moorage:stack"].some(
    (key) => asked[key] !== undefined && has[key] !== asked[key],
  );
}

function tagsIn(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** What the read did not find on the target was not adopted, whatever its lookup said. */
function asRead(
  { adopted, forgotten }: Pick<Repaired, "adopted" | "forgotten">,
  present: ReadonlySet<string>,
  others: Repaired["others"],
): Pick<Repaired, "adopted" | "forgotten"> {
  const isOthers = (urn: string) => others.some((one) => one.urn === urn);
  const vanished = adopted.filter((urn) => !present.has(urn));
  return {
    adopted: adopted.filter((urn) => present.has(urn)),
    forgotten: [...forgotten.filter((urn) => !isOthers(urn)), ...vanished],
  };
}

async function importState({ cwd, pulumi }: Session, deployment: StateDeployment): Promise<void> {
  const file = join(cwd, "repaired.json");
  await writeFile(file, JSON.stringify(deployment));
  await pulumi("stack", "import", "--file", file);
}

async function readFromTarget(session: Session, urns: string[]): Promise<void> {
  const stack = await session.stack();
  await stack.refresh({
    target: urns,
    onEvent: session.events.read,
    suppressOutputs: true,
    userAgent: "moorage",
  });
}

/** The URNs that the state holds then. */
async function confirmResolved(session: Session): Promise<Set<string>> {
  const after = await exportState(session);
  const pending = after ? pendingOf(after) : [];
  if (pending.length === 0) return new Set(after?.deployment.resources?.map(({ urn }) => urn));
  throw platformFailure(
    "pending-operations",
    `Unfinished operations are left in the state of ${session.spec.stack}: ` +
      pending.map(({ kind, resource }) => `${kind} ${resource.urn}`).join(", "),
    "Check these resources on the target, then run `pulumi refresh` by hand.",
  );
}
