import type { Context } from "../../context/context.js";
import { type JudgedLock, judgeLocks } from "../../adapters/engine/lock.js";
import { withLocks } from "../../adapters/engine/locks.js";
import type { StateOf } from "../../adapters/engine/notes.js";
import { MoorageError } from "../../core/errors.js";
import type { RunState } from "../../adapters/github/owner-run.js";
import type { ProcessVerdict } from "../../adapters/record/owner/process.js";
import { isBlank } from "../../adapters/record/amend.js";
import { persistenceOf, triesOf } from "../../adapters/record/contention.js";
import { isSameLock } from "../../adapters/record/held.js";
import { failAbandonedRun } from "../../adapters/record/history.js";
import { describeLock } from "../../adapters/record/lock.js";
import { stackKind } from "../../core/project/stack-kind.js";
import { judgeOwner } from "../../adapters/record/owner.js";
import type { Lock, Owner, StackRecord } from "../../adapters/record/record.js";

/** Who holds a stack: a run by its record, and engines by their own locks on its state. */
export interface Holders {
  run: { lock: Lock; verdict: ProcessVerdict } | undefined;
  state: JudgedLock[];
}

/** Looks who holds a stack, and whether they live. Pulumi Cloud's own lock is not seen: it ends by itself. */
export async function findHolders(
  context: Context,
  stack: string,
  askRun: (owner: Owner) => Promise<RunState>,
): Promise<Holders> {
  const lock = (await context.records.read(stack))?.record.lock;
  let state: JudgedLock[] = [];
  await withLocks(stateOf(context, stack), async (locks) => void (state = await judgeLocks(locks)));
  return { run: lock && { lock, verdict: await judgeRun(lock.owner, askRun) }, state };
}

async function judgeRun(owner: Owner, askRun: (owner: Owner) => Promise<RunState>): Promise<ProcessVerdict> {
  const verdict = judgeOwner(owner);
  if (verdict.is !== "unknown") return verdict;
  const asked = await askRun(owner);
  if (asked === "unknown") return verdict;
  return { is: asked === "running" ? "lives" : "gone" };
}

/** Each holder in a line, with what can be told of it. */
export function describeHolders({ run, state }: Holders): string[] {
  const lines = run ? [`${describeLock(run.lock)}: ${told(run.verdict)}`] : [];
  return [...lines, ...state.map(({ owner, verdict }) => `the state's lock, ${owner}: ${told(verdict)}`)];
}

function told(verdict: ProcessVerdict): string {
  if (verdict.is === "unknown") return `it is unknown from here whether it is alive: ${verdict.why}`;
  return verdict.is === "lives" ? "it lives" : "it is gone";
}

/** Raises `owner-lives` (exit 5) where one of the holders is provably alive. */
export function refuseLiving(stack: string, { run, state }: Holders): void {
  const owners = [
    ...(run?.verdict.is === "lives" ? [describeLock(run.lock)] : []),
    ...state.filter(({ verdict }) => verdict.is === "lives").map(({ owner }) => `an engine, ${owner}`),
  ];
  if (owners.length === 0) return;
  throw new MoorageError({
    code: "owner-lives",
    message: `${stack} is held by ${owners.join(" and ")}, which is alive: its lock was not broken.`,
    hint: `Wait for it to end, or stop it: \`moorage cancel ${stack}\` stops a deployment, Ctrl-C in its terminal everything.`,
  });
}

/**
 * Takes a stack from holders that a person says are gone. What their run had begun has failed, and the next run looks at what
 * is unfinished. Raises `locked` (exit 5) where another run holds the stack by now.
 */
export async function breakLocks(context: Context, stack: string, { run, state }: Holders): Promise<void> {
  await withLocks(stateOf(context, stack), async (locks) => {
    for (const { name } of state) await locks.remove(name);
  });
  const { records } = context;
  const tries = triesOf(stack, persistenceOf(records));
  for (;;) {
    const current = await records.read(stack);
    if (current === undefined) return;
    const { record, version } = current;
    if (record.lock !== undefined && !isSameLock(record.lock, run?.lock))
      throw heldByAnother(stack, record.lock);
    const next = freed(record, state.length > 0);
    const done = isBlank(next)
      ? records.remove(stack, version, record.createdAt)
      : records.write(next, version);
    if (await done) return;
    await tries.again(context.signal);
  }
}

function freed(record: StackRecord, wasAtState: boolean): StackRecord {
  const now = new Date();
  const { lock: _broken, cancel: _answered, ...rest } = failAbandonedRun(record, now);
  // A foundation that was destroyed in part says so until it is whole again, or gone.
  const isGoing = rest.status === "destroying" && stackKind(rest.stack) !== "foundation";
  const inMidst = isGoing || (record.lock !== undefined && rest.status === "deploying");
  return {
    ...rest,
    updatedAt: now.toISOString(),
    ...(inMidst && { status: "failed" }),
    ...(wasAtState && { unclean: true }),
  };
}

function stateOf({ project, target }: Context, stack: string): StateOf {
  return { project, stack, backendUrl: target.backendUrl };
}

function heldByAnother(stack: string, lock: Lock): MoorageError {
  return new MoorageError({
    code: "locked",
    message: `${stack} is held by another run by now: ${describeLock(lock)}.`,
    hint: "Its lock was not broken. Look at that run first.",
  });
}
