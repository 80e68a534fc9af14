import { killDuringRollouts } from "../packages/local-aws/test/spec/kills.js";
import { Rehearsal } from "../test/harness/rehearsal.js";
import { quantile } from "./measure.js";

/**
 * The daemon is killed with SIGKILL at random moments of rollouts, 50 times. Each time the next command has to bring it back,
 * the rollout has to end SUCCESSFUL, and nothing of the life before may be left (processes, targets, pid files, folders).
 */
const [kills = 50, seed = Date.now() % 100_000] = process.argv.slice(2).map(Number);
const rehearsal = await Rehearsal.open();
try {
  process.stdout.write(`seed ${seed}\n`);
  const outcomes = await killDuringRollouts(rehearsal, { kills, withinMs: 800, seed }, (killed) => {
    process.stdout.write(`${JSON.stringify(killed)}\n`);
  });
  const recovery = outcomes.map(({ recoveryMs }) => recoveryMs);
  const summary = {
    kills: outcomes.length,
    duringTheRollout: outcomes.filter(({ during }) => during).length,
    successful: outcomes.filter(({ status }) => status === "SUCCESSFUL").length,
    recoveryMs: { p50: quantile(recovery, 0.5), max: quantile(recovery, 1) },
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  process.exitCode = summary.successful === kills ? 0 : 1;
} finally {
  await rehearsal.close();
}
