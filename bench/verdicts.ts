/**
 * Deploys releases that fail in many ways, and good ones while the target throttles and loses answers, counts what was
 * reported wrongly, and measures how long after a rollout's end its verdict is there (bound: 1 s on the local target):
 * `npx tsx bench/verdicts.ts [failing] [good] [measured] [at once]`; 100, 100, 20 and 2 by default. Needs `npm run build`.
 */
import { DescribeServiceDeploymentsCommand, ListServiceDeploymentsCommand } from "@aws-sdk/client-ecs";
import type { AwsClients } from "../src/adapters/aws/clients.js";
import type { DeployJson, DevStage } from "../test/harness/environment.js";
import { eventually } from "../test/harness/eventually.js";
import { finished } from "../test/harness/sandbox.js";
import { median, quantile } from "./measure.js";
import { change, good, openStage, push, taskDefinitionOf, type Way, ways } from "./verdict-ways.js";

/** What was wrong with a run; undefined where nothing was. */
type Problem = string | undefined;

async function failingRun(stage: DevStage, way: Way, tag: string): Promise<Problem> {
  const { digest } = await push(stage, tag, way);
  await way.beforehand?.(stage, tag, digest);
  const { code, json } = await stage.aws((clients) => disturbed(stage, clients, way, tag));
  await stage.json(["local", "fault", "--clear"]);
  const apart = await disagreement(stage, way);
  if (way.meanwhile) await stage.aws((clients) => change(clients, { desiredCount: 1 }));
  if (code === 0) return `reported as ${json.verdict}`;
  const told = JSON.stringify(json);
  if (!way.cause.test(told)) return `without its cause: ${json.error?.message ?? told}`;
  return apart;
}

/** The clients are open before: who disturbs a deployment must be there in time. */
async function disturbed(stage: DevStage, clients: AwsClients, { meanwhile }: Way, tag: string) {
  const former = await taskDefinitionOf(clients);
  const running = stage.failing("deploy", "dev", "--tag", tag);
  if (meanwhile) {
    const moved = async () => (await taskDefinitionOf(clients)) !== former;
    await eventually("the deployment is under way", moved, 60_000);
    await meanwhile(clients, former);
  }
  return running;
}

/** After every failed release the record and ECS agree; that somebody scaled to 0 is told as drift. */
async function disagreement(stage: DevStage, { cause }: Way): Promise<Problem> {
  const rows = await stage.json<{ stack: string; drift: string[] }[]>(["status"]);
  const drift = rows.find(({ stack }) => stack === "dev")?.drift ?? [];
  const told = drift.filter((text) => !(cause.test("desired count is 0") && text.includes("wants 0 tasks")));
  return told.length > 0 ? `left apart: ${told.join(" ")}` : undefined;
}

async function goodRun(stage: DevStage, tag: string): Promise<Problem> {
  await push(stage, tag, good);
  await stage.json(["local", "fault", "throttle"]);
  for (const operation of ["ListServiceDeployments", "DescribeTasks", "DescribeServiceRevisions"]) {
    const lost = ["--operation", operation, "--nth", "2", "--times", "3", "--code", "ServerException"];
    await stage.json(["local", "fault", "error", ...lost, "--status", "500"]);
  }
  const run = await stage.sandbox.moorage(["deploy", "dev", "--tag", tag, "--json"]);
  await stage.json(["local", "fault", "--clear"]);
  return run.code === 0 ? undefined : (run.json<DeployJson>().error?.message ?? run.stderr);
}

/** Milliseconds from the rollout's end, as ECS dates it. */
interface Delays {
  /** Until the rollout's verdict is there, and the smoke test begins. */
  verdict: number[];
  /** Until the command has ended: smoke test, a last look for crashes, record. */
  result: number[];
}

async function measure(stage: DevStage, tag: string, delays: Delays): Promise<void> {
  await push(stage, tag, good);
  const child = stage.sandbox.start(["deploy", "dev", "--tag", tag, "--json"]);
  let judgedAt = NaN;
  child.stderr?.on("data", (chunk: Buffer) => {
    if (chunk.toString().includes("Checking that")) judgedAt = Date.now();
  });
  const { code } = await finished(child);
  const endedAt = Date.now();
  if (code !== 0) throw new Error(`${tag} was to be measured, and failed`);
  const rolledOutAt = await rolloutEnd(stage);
  delays.verdict.push(judgedAt - rolledOutAt);
  delays.result.push(endedAt - rolledOutAt);
}

function rolloutEnd(stage: DevStage): Promise<number> {
  return stage.aws(async (clients) => {
    const ecs = await clients.ecs();
    const { serviceDeployments: listed = [] } = await ecs.send(
      new ListServiceDeploymentsCommand({ cluster: "moorage", service: "hello-web-dev", maxResults: 1 }),
    );
    const arns = listed.flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []);
    const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns });
    return (await ecs.send(command)).serviceDeployments?.[0]?.finishedAt?.getTime() ?? NaN;
  });
}

/** Stages that are opened when they are first needed, one of each kind for each worker. */
class Stages {
  private readonly open = new Map<boolean, DevStage>();

  async get(twoServices = false): Promise<DevStage> {
    const stage = this.open.get(twoServices) ?? (await openStage({ twoServices }));
    this.open.set(twoServices, stage);
    return stage;
  }

  async close(): Promise<void> {
    for (const stage of this.open.values()) await stage.close();
  }
}

type Job = { name: string; run: (stages: Stages) => Promise<Problem> };

function jobs(failing: number, well: number): Job[] {
  const kinds = Object.entries(ways);
  const bad = Array.from({ length: failing }, (_, run): Job => {
    const [name, way] = kinds[run % kinds.length] as [string, Way];
    return {
      name,
      run: async (stages) => failingRun(await stages.get(way.twoServices), way, `bad-${run}`),
    };
  });
  const fine = Array.from({ length: well }, (_, run): Job => {
    return { name: "good", run: async (stages) => goodRun(await stages.get(), `good-${run}`) };
  });
  return [...bad, ...fine];
}

async function work(queue: Job[], wrong: string[]): Promise<void> {
  const stages = new Stages();
  try {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const problem = await job.run(stages);
      if (problem !== undefined) wrong.push(`${job.name}: ${problem}`);
      const judged = problem === undefined ? "as it was" : `WRONG, ${problem}`;
      process.stderr.write(`${job.name}: ${judged} (${queue.length} to go)\n`);
    }
  } finally {
    await stages.close();
  }
}

const [failing = 100, well = 100, measured = 20, atOnce = 2] = process.argv.slice(2).map(Number);
const wrong: string[] = [];
const delays: Delays = { verdict: [], result: [] };
const stages = new Stages();
try {
  for (let run = 0; run < measured; run++) await measure(await stages.get(), `measured-${run}`, delays);
} finally {
  await stages.close();
}
const queue = jobs(failing, well);
await Promise.all(Array.from({ length: atOnce }, () => work(queue, wrong)));
const told = (values: number[]) => ({ median: median(values), most: quantile(values, 1) });
const delaysMs = { verdict: told(delays.verdict), result: told(delays.result) };
process.stdout.write(`${JSON.stringify({ failing, good: well, wrong, delaysMs })}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
