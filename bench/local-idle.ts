import type { Service } from "@aws-sdk/client-ecs";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Rehearsal } from "../test/harness/rehearsal.js";
import { root } from "../test/harness/sandbox.js";
import { quantile } from "./measure.js";

/**
 * A hundred previews on one daemon, some of them by `preview up` and the others, all at once, by the same calls without the
 * engine: how long those take and whether one fails or is replaced because it had no turn; and what the daemon costs once all have
 * settled: share of a core, and resident memory besides the apps' own processes. Bounds: 5 % of a core, 150 MB.
 */
const [previews = 100, seconds = 60, commands = 10] = process.argv.slice(2).map(Number);
const settleMs = 30_000;
const lookMs = 200;
const startBoundMs = 120_000;
/** Above those that the previews' own stacks choose. */
const firstPriority = 40_000;

/** Seconds of processor time so far, and resident megabytes: Linux only. */
function cost(pid: number): { cpuSeconds: number; megabytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticks, megabytes: kilobytes / 1024 };
}

/** The first ones, one after another. */
async function upByCommand({ sandbox }: Rehearsal): Promise<void> {
  for (let pr = 1; pr <= commands; pr++)
    await sandbox.json("preview", "up", "--pr", String(pr), "--tag", "v1");
}

/** Asks for all others at once; when each was stable, in milliseconds from then, and how many tasks had to be replaced. */
async function startAll(rehearsal: Rehearsal): Promise<{ startMs: number[]; stopped: number }> {
  const image = await rehearsal.image(join(root, "examples/hello"), "hello", "v1");
  await upByCommand(rehearsal);
  const names = Array.from({ length: previews - commands }, (_, index) => `more-pr-${index + 1}`);
  const started = Date.now();
  const created = names.map((name, index) =>
    rehearsal.create({
      name,
      image,
      priority: firstPriority + index,
      host: `${name}.localhost`,
      healthInterval: 5,
    }),
  );
  await Promise.all(created);
  const startMs = new Map<string, number>();
  while (startMs.size < names.length) {
    await delay(lookMs);
    if (Date.now() - started > startBoundMs) throw new Error(`${startMs.size} of ${names.length} are stable`);
    const stable = (await rehearsal.services(names)).filter(isStable);
    for (const { serviceName = "" } of stable)
      if (!startMs.has(serviceName)) startMs.set(serviceName, Date.now() - started);
  }
  const stopped = await Promise.all(names.map((name) => rehearsal.tasks(name, "STOPPED")));
  return { startMs: [...startMs.values()], stopped: stopped.flat().length };
}

function isStable({ deployments }: Service): boolean {
  return deployments?.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
}

const rehearsal = await Rehearsal.open();
try {
  const { startMs, stopped } = await startAll(rehearsal);
  const { pid } = await rehearsal.status();
  const startCpuSeconds = cost(pid).cpuSeconds;
  await delay(settleMs);
  const before = cost(pid);
  await delay(seconds * 1000);
  const after = cost(pid);
  const report = {
    previews,
    startMs: { first: quantile(startMs, 0), p50: quantile(startMs, 0.5), last: quantile(startMs, 1) },
    startCpuSeconds,
    stoppedTasks: stopped,
    corePercent: Number((((after.cpuSeconds - before.cpuSeconds) / seconds) * 100).toFixed(2)),
    megabytes: { before: Math.round(before.megabytes), after: Math.round(after.megabytes) },
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = stopped === 0 && report.corePercent < 5 && after.megabytes < 150 ? 0 : 1;
} finally {
  await rehearsal.close();
}
