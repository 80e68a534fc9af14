/**
 * A campaign of faults that follows from a seed: kills (some of them while AWS makes something), signals, closed pipes,
 * hangs, throttles, lost answers, clock jumps, a second run and a person's freeze, over each command that changes something.
 * After each one more run of the command, or the one that undoes it, has to converge: no orphan, no second copy, no lost
 * freeze, no false success, the lock free, the record true.
 *
 *     npx tsx bench/faults.ts [schedules] [first seed] [at once]      500, 1 and 2 by default
 *     npx tsx bench/faults.ts --seed 17,42                            those again
 *     npx tsx bench/faults.ts --cli FOLDER ...                        the commands of another installed clone (built)
 *
 * Needs `npm run build`. Exits with 1 when anything was violated; each violation names the seed that repeats it. A signal
 * ends it with its worlds closed; a campaign that is killed leaves temporary folders, and no process for longer than
 * a command under way needs to notice.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { scheduleOf } from "./faults/schedule.js";
import { work } from "./faults/worlds.js";

const { values, positionals } = parseArgs({
  options: { seed: { type: "string" }, cli: { type: "string" } },
  allowPositionals: true,
});
const [schedules = 500, first = 1, told] = positionals.map(Number);
const seeds = values.seed?.split(",").map(Number) ?? Array.from({ length: schedules }, (_, at) => first + at);
const atOnce = told ?? (values.seed === undefined ? 2 : 1);
if (![...seeds, atOnce].every((number) => Number.isInteger(number) && number >= 0)) {
  throw new Error("seeds and counts are whole numbers: npx tsx bench/faults.ts 500 1 2");
}

const end = new AbortController();
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
let ended: number | undefined;
for (const [signal, code] of Object.entries(codes)) {
  process.on(signal, () => {
    ended = code;
    end.abort();
  });
}

const queue = seeds.map(scheduleOf);
const say = (line: string) => void process.stderr.write(`${line}\n`);
const cli = values.cli === undefined ? {} : { cli: resolve(values.cli) };
const works = Array.from({ length: atOnce }, () => work({ queue, say, signal: end.signal, ...cli }));
const played = await Promise.all(works);
const result = {
  schedules: played.reduce((sum, one) => sum + one.schedules, 0),
  violations: played.flatMap(({ violations }) => violations),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = ended ?? (result.violations.length === 0 ? 0 : 1);
