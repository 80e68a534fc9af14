import { type Act, acts } from "./acts.js";
import { calibrate } from "./calibrate.js";
import { disturb, type Disturbed } from "./disturb.js";
import { describeSchedule, type Schedule } from "./schedule.js";
import type { Ended, World } from "./world.js";

/** Seven seconds are promised (F6). On a loaded machine, as the command's usual time shows it, everything takes longer. */
const signalBoundMs = 7_000;
const quietMs = 2_500;
const interrupted = ["SIGINT", "SIGTERM", "SIGHUP", "SIGINT twice"];
const killed = [
  "kill",
  "kill driver",
  "kill while AWS is slow",
  "kill during a creation",
  "frozen, then killed",
];

/**
 * Plays one schedule: brings about what the command needs, disturbs it, lets the disturbance end, runs the command once
 * more (or the one that undoes it), and looks whether all is as it should be. Answers with what is not: nothing, where all is.
 */
export async function play(world: World, schedule: Schedule): Promise<string[]> {
  await calibrate(world, schedule.command);
  const act = await acts[schedule.command](world, schedule.creation);
  const usualMs = world.usual.get(schedule.command) ?? quietMs;
  const disturbed = await disturb(world, act, schedule, usualMs);
  await world.calm();
  const boundMs = signalBoundMs + 2 * Math.max(quietMs, usualMs);
  const wrong = [...judgeRun(schedule, act, disturbed, boundMs)];
  if (!claimsNothing(act, disturbed.run)) wrong.push(...(await judgeSuccess(world, act)));
  wrong.push(...(await judgeFreeze(world, act, disturbed)));
  const undone = schedule.then === "undo" ? undoing(world, act) : undefined;
  wrong.push(...(await converge(world, undone ?? act, disturbed)));
  return wrong.map((text) => `${describeSchedule(schedule)}: ${text}`);
}

/** The act that has to succeed instead of a second try: what was begun is taken away. */
function undoing(world: World, { undo, stack }: Act): Act | undefined {
  if (undo === undefined) return undefined;
  if (stack === "foundation-dev") world.foundation = "absent";
  return { args: undo, codes: [0], stack };
}

function* judgeRun(
  { fault }: Schedule,
  act: Act,
  { run, second, afterSignalMs }: Disturbed,
  signalledMs: number,
): Generator<string> {
  for (const one of second ? [run, second] : [run]) {
    if (one.hung) yield `it hung; the last it said: ${tail(one)}`;
  }
  if (afterSignalMs !== undefined && afterSignalMs > signalledMs) {
    yield `${Math.round(afterSignalMs)} ms from the signal to its end`;
  }
  const { code } = run;
  if (run.hung || killed.includes(fault)) return;
  const allowed = interrupted.includes(fault) ? [...act.codes, 130] : disturbedCodes(fault, act);
  if (interrupted.includes(fault) && endedBeforeItBegan(run)) return;
  if (allowed && !allowed.includes(code ?? -1)) yield `it exited with ${code}: ${tail(run)}`;
  if (second && !(act.secondCodes ?? act.codes).includes(second.code ?? -1))
    yield `the second exited with ${second.code}: ${tail(second)}`;
  if (code === 0 && fault !== "stdout closed" && !isJson(run.stdout))
    yield `no JSON on stdout: ${run.stdout}`;
}

/** The signal came before Node had loaded what takes it: the process ended as any does, and has said nothing. */
function endedBeforeItBegan({ code, stdout, stderr }: Disturbed["run"]): boolean {
  return code === null && stdout === "" && stderr === "";
}

/** The exit codes that a fault leaves; undefined where the command may fail in a way of its own. */
function disturbedCodes(fault: Schedule["fault"], act: Act): number[] | undefined {
  const harmless = [
    "stderr closed",
    "stdout closed",
    "throttled",
    "answer late",
    "clock ahead",
    "clock behind",
  ];
  if ([...harmless, "another time zone", "two at once"].includes(fault)) return act.codes;
  return undefined;
}

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const tail = ({ stderr }: Ended) => stderr.trim().split("\n").slice(-4).join(" | ");
const claimsNothing = (act: Act, run: Ended) => run.code !== 0 || act.args[0] === "lock";

/** A command that says that it went well has done what was asked. */
async function judgeSuccess(world: World, act: Act): Promise<string[]> {
  if (act.stack.startsWith("foundation")) return [];
  const version = await world.version(act.stack);
  if (act.version !== undefined && version !== act.version) return [`success, and ${version} answers`];
  if (act.stack.startsWith("pr-") && act.version === undefined && !version.startsWith("status 404")) {
    return [`success, and the preview answers: ${version}`];
  }
  return [];
}

async function judgeFreeze(world: World, act: Act, { frozen, run }: Disturbed): Promise<string[]> {
  const locked = act.args[0] === "lock" && run.code === 0;
  if (!frozen && !locked) return [];
  const attempt = await world.run(["deploy", act.stack, "--tag", "v1", "--lock-timeout", "0s"]);
  const wrong = attempt.code === 5 ? [] : [`the freeze is gone: a deployment exited with ${attempt.code}`];
  const lifted = await world.run(["unlock", act.stack]);
  return lifted.code === 0 ? wrong : [...wrong, `unlock exited with ${lifted.code}: ${tail(lifted)}`];
}

/** One more run converges, with the lock free, the record true and nothing left or made twice. */
async function converge(world: World, act: Act, disturbed: Disturbed): Promise<string[]> {
  const skipped = act.args[0] === "rollback" && disturbed.run.code === 0;
  const wrong: string[] = [];
  if (!skipped) {
    const run = await world.run(act.again ?? act.args, act.env);
    const codes = act.againCodes ?? [0];
    if (!codes.includes(run.code ?? -1)) wrong.push(`once more exited with ${run.code}: ${tail(run)}`);
  }
  wrong.push(...(await judgeWorld(world, act)));
  return wrong.length > 0 ? wrong : judgeInventory(world, act);
}

/** What `status` says of the stack agrees with what answers. */
async function judgeWorld(world: World, act: Act): Promise<string[]> {
  const wrong = await judgeSuccess(world, act);
  if (act.stack.startsWith("foundation")) return wrong;
  const rows = await world.status();
  const row = rows.find(({ stack }) => stack === act.stack);
  if (row && row.drift.length > 0) wrong.push(`drift: ${row.drift.join(" ")}`);
  if (row?.problem) wrong.push(`status: ${row.problem}`);
  if (row && !["ready", "absent", "failed"].includes(row.status)) wrong.push(`the record says ${row.status}`);
  if (act.version === undefined && act.stack.startsWith("pr-") && row)
    wrong.push("the preview is still listed");
  return wrong;
}

/** The names of what stands are those that the standing stacks were seen to have, and none stands twice. */
async function judgeInventory(world: World, { stack }: Act): Promise<string[]> {
  const now = await world.inventory();
  const stacks = stack.startsWith("foundation")
    ? [world.foundation === "standing" ? stack : `${stack} destroyed`]
    : await standing(world);
  const expected = [...world.base, ...stacks.flatMap((one) => world.names.get(one) ?? [])];
  return [
    ...now
      .filter((name, at) => countOf(name, now.slice(0, at + 1)) > countOf(name, expected))
      .map(spare(expected)),
    ...expected
      .filter((name, at) => countOf(name, expected.slice(0, at + 1)) > countOf(name, now))
      .map((name) => `missing: ${name}`),
  ];
}

const countOf = (name: string, names: readonly string[]) => names.filter((one) => one === name).length;
const spare = (expected: readonly string[]) => (name: string) =>
  `${expected.includes(name) ? "one more than there should be" : "left behind"}: ${name}`;

async function standing(world: World): Promise<string[]> {
  const rows = await world.status();
  return rows.filter(({ status }) => status !== "absent").map(({ stack }) => stack);
}
