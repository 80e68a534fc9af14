/**
 * A campaign of faults that follows from a seed: kills, signals, closed pipes, hangs, throttles, lost answers, clock
 * jumps, a second run and a person's freeze, over each command that changes something. After each one more run of the
 * command has to converge: no orphan, no second copy, no lost freeze, no false success, the lock free, the record true.
 *
 *     npx tsx bench/faults.ts [schedules] [first seed] [at once]      500, 1 and 2 unless told
 *     npx tsx bench/faults.ts --seed 17,42                            those again
 *
 * Needs `npm run build`. Exits with 1 when anything was violated; each violation names the seed that repeats it.
 */
import { scheduleOf } from "./faults/schedule.js";
import { work } from "./faults/worlds.js";

const [first, second, ...rest] = process.argv.slice(2);
const seeds =
  first === "--seed"
    ? (second ?? "").split(",").map(Number)
    : Array.from({ length: Number(first ?? 500) }, (_, at) => Number(second ?? 1) + at);
const atOnce = Number(rest[0] ?? (first === "--seed" ? 1 : 2));
const queue = seeds.map(scheduleOf);
const violations: string[] = [];
const say = (line: string) => void process.stderr.write(`${line}\n`);
const played = await Promise.all(Array.from({ length: atOnce }, () => work(queue, violations, say)));
const schedules = played.reduce((sum, count) => sum + count, 0);
process.stdout.write(`${JSON.stringify({ schedules, violations })}\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
