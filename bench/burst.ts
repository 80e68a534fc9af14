/** A burst of 100 previews against AWS's published token buckets, in simulated time (design, section 8). */
import { burst } from "./burst-model.js";

const previews = Number(process.argv[2] ?? 100);
const seconds = (ms: number) => `${(ms / 1_000).toFixed(0)} s`;

for (const seed of [1, 2, 3, 4, 5]) {
  const { failures, elapsedMs, leastMs, counts } = await burst(previews, seed);
  const refused = [...counts.values()].reduce((total, one) => total + one.refused, 0);
  const calls = [...counts.values()].reduce((total, one) => total + one.calls, 0);
  const ratio = (elapsedMs / leastMs).toFixed(2);
  process.stdout.write(
    `${previews} previews: ${seconds(elapsedMs)}, ${ratio} x the least of ${seconds(leastMs)}; ` +
      `${failures.length} failures; ${calls} calls, ${refused} of them throttled\n`,
  );
  for (const failure of new Set(failures)) process.stdout.write(`  ${failure}\n`);
}
