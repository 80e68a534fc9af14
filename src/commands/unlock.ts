import { defineCommand, type Invocation, type Result } from "../core/command.js";
import type { Context } from "../context/context.js";
import type { Holders } from "../features/deploy/break-lock.js";
import type { RunState } from "../adapters/github/owner-run.js";
import type { Freeze, Owner } from "../adapters/record/record.js";
import { onStack } from "./on-stack.js";

export const unlock = defineCommand({
  name: "unlock",
  describe: "Ends a freeze set with `moorage lock`; with --run, breaks the lock of a dead run",
  positionals: {
    environment: {
      describe: "The environment; with --run also a preview, a foundation or github",
      required: true,
    },
  },
  options: {
    run: { type: "flag", describe: "Shows which run holds the stack and its state, and breaks its locks" },
    yes: { type: "text", describe: "With --run: confirm with the stack's name instead of typing it" },
  },
  examples: ["$0 unlock prod", "$0 unlock dev --run   # the machine that deployed it no longer exists"],
  async run(args, invocation) {
    const { run = false, yes, environment } = args;
    return onStack(invocation, environment, (context, stack) =>
      run ? unlockRun(invocation, context, stack, yes) : unlockFreeze(invocation, context, stack),
    );
  },
});

async function unlockFreeze(invocation: Invocation, context: Context, stack: string): Promise<Result> {
  const freeze = (await context.records.read(stack))?.record.freeze;
  if (freeze) await lift(context, stack, freeze);
  const { describeHolders } = await import("../features/deploy/break-lock.js");
  const holders = describeHolders(await holdersOf(invocation, context, stack));
  const lifted = freeze ? `${stack} is unlocked; ${freeze.by} had locked it: ${freeze.reason}\n` : "";
  const held = holders.map((holder) => `${stack} is held by ${holder}\n`).join("");
  const next =
    held && `\`moorage unlock ${stack} --run\` breaks that lock if the run is dead; nothing was broken\n`;
  return {
    value: { environment: stack, unlocked: freeze ?? null, heldBy: holders },
    text: `${lifted}${held}${next}` || `${stack} is not locked\n`,
  };
}

/** Ends the freeze that was read: another one that somebody has set meanwhile stays. */
async function lift(context: Context, stack: string, freeze: Freeze): Promise<void> {
  const [{ amend }, { frozen, isSameFreeze }] = await Promise.all([
    import("../adapters/record/amend.js"),
    import("../adapters/record/freeze.js"),
  ]);
  const { freeze: left } = await amend(context.records, { project: context.project, stack }, (record) =>
    isSameFreeze(record.freeze, freeze) ? { freeze: undefined } : {},
  );
  if (left) throw frozen(stack, left);
}

async function unlockRun(
  invocation: Invocation,
  context: Context,
  stack: string,
  yes: string | undefined,
): Promise<Result> {
  const [{ breakLocks, describeHolders, refuseLiving }, { confirmName }] = await Promise.all([
    import("../features/deploy/break-lock.js"),
    import("../core/confirm.js"),
  ]);
  const holders = await holdersOf(invocation, context, stack);
  const { run, state } = holders;
  if (run === undefined && state.length === 0) {
    return { value: { environment: stack, broken: null }, text: `${stack} is held by no run\n` };
  }
  const lines = describeHolders(holders);
  for (const line of lines) context.reporter.notify({ kind: "step", text: `${stack} is held by ${line}` });
  refuseLiving(stack, holders);
  await confirmName(
    {
      stack,
      would: `This would break the lock of ${lines.join("; and of ")}.`,
      does: `This breaks the lock. If that run is still alive, two runs work on ${stack} at once.`,
      undone: "Nothing was broken.",
    },
    yes,
    invocation,
  );
  await breakLocks(context, stack, holders);
  const next = await nextCommand(stack);
  const broken = { run: run?.lock ?? null, state: state.map(({ owner }) => owner) };
  const text = `${stack} is unlocked; this lock was broken: ${lines.join("; and of ")}\nNext: \`${next}\` completes what is unfinished\n`;
  return { value: { environment: stack, broken, next }, text };
}

async function holdersOf(invocation: Invocation, context: Context, stack: string): Promise<Holders> {
  const [{ findHolders }, { runState }] = await Promise.all([
    import("../features/deploy/break-lock.js"),
    import("../adapters/github/owner-run.js"),
  ]);
  const ask = (owner: Owner): Promise<RunState> => runState(invocation, owner);
  return findHolders(context, stack, ask);
}

async function nextCommand(stack: string): Promise<string> {
  const [{ pullRequestOf }, { stackKind }] = await Promise.all([
    import("../core/project/preview-names.js"),
    import("../core/project/stack-kind.js"),
  ]);
  const pr = pullRequestOf(stack);
  if (pr !== undefined) return `moorage preview up --pr ${String(pr)}`;
  return stackKind(stack) === "environment" ? `moorage deploy ${stack}` : `moorage infra up ${stack}`;
}
