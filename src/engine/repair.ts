import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platformFailure } from "../errors.js";
import { type Deployment, pendingOf, resourceOf } from "./deployment.js";
import type { Lookup, RepairOptions, StackSpec } from "./engine.js";
import { fileBackend, removeHalfWritten } from "./file-backend.js";
import { forgetKept, keptAfter } from "./kept-state.js";
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
  { gone, ...options }: RepairOptions,
): Promise<{ adopted: string[]; forgotten: string[] }> {
  const files = fileBackend(spec);
  await withLocks(spec, (locks) => breakDeadLocks(locks, { signal: options.signal, gone }));
  if (files) await removeHalfWritten(files);
  return withSession(driver, spec, { ...options, verb: "repair" }, async (session) => {
    const stored = await exportState(session);
    const kept = stored && (await keptAfter(spec, stored));
    const before = kept ?? stored;
    if (before === undefined || (kept === undefined && pendingOf(before).length === 0)) {
      return { adopted: [], forgotten: [] };
    }
    const resolution = resolvePending(before, await findCreated(before, lookup));
    await importState(session, resolution.deployment);
    if (kept) await forgetKept(spec);
    if (resolution.unread.length > 0) await readFromTarget(session, resolution.unread);
    await confirmResolved(session);
    const { adopted, forgotten } = resolution;
    return { adopted, forgotten };
  });
}

/** Asks the target for each resource that was being created. Providers and components are the engine's own. */
async function findCreated({ deployment }: Deployment, lookup: Lookup): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { type, resource } of deployment.pending_operations ?? []) {
    if (type !== "creating" || !resource.custom || resource.type.startsWith("pulumi:")) continue;
    const id = await lookup(resourceOf(resource));
    if (id !== undefined) found.set(resource.urn, id);
  }
  return found;
}

async function importState({ cwd, pulumi }: Session, deployment: Deployment): Promise<void> {
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

async function confirmResolved(session: Session): Promise<void> {
  const after = await exportState(session);
  const pending = after ? pendingOf(after) : [];
  if (pending.length === 0) return;
  throw platformFailure(
    "pending-operations",
    `Unfinished operations are left in the state of ${session.spec.stack}: ` +
      pending.map(({ kind, resource }) => `${kind} ${resource.urn}`).join(", "),
    "Look at these resources on the target, then run `pulumi refresh` by hand.",
  );
}
