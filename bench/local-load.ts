import { Rehearsal } from "../test/harness/rehearsal.js";
import { rollUnderLoad } from "../packages/local-aws/test/spec/under-load.js";
import { quantile } from "./measure.js";

/**
 * The whole local target (daemon, ECS, load balancer, real processes) under constant load: 20,000 requests at 250 a second,
 * some of them 2 s long, on kept and on new connections, during ten rollouts of two services in a row with changes of their
 * desired counts. Fails when one request was lost or answered with anything but 200, or a rollout did not succeed.
 */
const [requests = 20_000, perSecond = 250, rollouts = 10] = process.argv.slice(2).map(Number);
const rehearsal = await Rehearsal.open();
try {
  const started = Date.now();
  const outcome = await rollUnderLoad(rehearsal, { requests, perSecond, rollouts, slowMs: 2000 });
  const { sent, lost, answers, waits } = outcome.tally;
  const report = {
    sent,
    seconds: (Date.now() - started) / 1000,
    lost,
    versions: answers.size,
    rollouts: outcome.rollouts,
    rolloutMs: outcome.durations,
    waitMs: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), max: quantile(waits, 1) },
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const good = Object.keys(lost).length === 0 && outcome.rollouts.every((status) => status === "SUCCESSFUL");
  process.exitCode = good ? 0 : 1;
} finally {
  await rehearsal.close();
}
