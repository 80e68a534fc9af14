import { join } from "node:path";
import { writeApp } from "../../../../test/harness/apps.js";
import { eventually } from "../../../../test/harness/eventually.js";
import type { LoadTally } from "../../../../test/harness/load.js";
import { startLoad } from "../../../../test/harness/load.js";
import type { Rehearsal } from "../../../../test/harness/rehearsal.js";
import { root } from "../../../../test/harness/sandbox.js";

export interface UnderLoad {
  requests: number;
  perSecond: number;
  rollouts: number;
  /** How long a request to `/slow` takes, in milliseconds. */
  slowMs: number;
}

export interface Outcome {
  tally: LoadTally;
  /** How each rollout ended, in ECS's words. */
  rollouts: (string | undefined)[];
  /** Milliseconds that each took. */
  durations: number[];
}

const host = "app.localhost";
/** One after another: how many tasks the services have after a rollout, and after the change of count that follows it. */
const counts = [2, 3, 1, 4];

/**
 * Two services behind one host, `examples/hello` and a slow one, are rolled out again and again and scaled between the
 * rollouts, while requests come in at a steady rate.
 */
export async function rollUnderLoad(rehearsal: Rehearsal, options: UnderLoad): Promise<Outcome> {
  const images = await makeImages(rehearsal, options.slowMs);
  await rehearsal.create({ name: "slow", image: images.slow, desired: 2, priority: 1, host, path: "/slow" });
  await rehearsal.create({ name: "hello", image: images.hello, desired: 2, priority: 2, host });
  await Promise.all(["slow", "hello"].map((name) => rehearsal.ended(name)));
  const { tally, done } = startLoad({ ...options, port: await rehearsal.port(), host });
  const outcome: Outcome = { tally, rollouts: [], durations: [] };
  for (let rollout = 1; rollout <= options.rollouts; rollout++) {
    const due = (options.requests * rollout) / (options.rollouts + 1);
    await eventually("the load goes on", () => tally.sent >= due, 600_000);
    const started = Date.now();
    outcome.rollouts.push(
      ...(await Promise.all([
        rollOne(rehearsal, "slow", images.slow, rollout),
        rollOne(rehearsal, "hello", images.hello, rollout),
      ])),
    );
    outcome.durations.push(Date.now() - started);
  }
  await done;
  return outcome;
}

async function rollOne(
  rehearsal: Rehearsal,
  name: string,
  image: string,
  rollout: number,
): Promise<string | undefined> {
  await rehearsal.roll(name, image, String(rollout), counts[rollout % counts.length]);
  const { status } = await rehearsal.ended(name);
  const desiredCount = counts[(rollout + 1) % counts.length] ?? 1;
  await rehearsal.update(name, { desiredCount });
  await eventually(
    `${name} has ${desiredCount} tasks`,
    async () => {
      const { runningCount, deployments } = await rehearsal.service(name);
      return runningCount === desiredCount && deployments?.length === 1;
    },
    60_000,
  );
  return status;
}

async function makeImages(rehearsal: Rehearsal, slowMs: number): Promise<{ hello: string; slow: string }> {
  const answer = `request.resume().on("end", () => setTimeout(() => response.end("slow " + process.env.MOORAGE_IMAGE_TAG), request.url === "/slow" ? ${slowMs} : 0));`;
  const folder = writeApp(join(rehearsal.sandbox.folder, "slow"), answer);
  const hello = await rehearsal.image(join(root, "examples/hello"), "hello", "v1");
  return { hello, slow: await rehearsal.image(folder, "slow", "v1") };
}
