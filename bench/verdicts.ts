/**
 * Deploys releases that fail in many ways, and good ones while the target throttles and loses answers, and counts what
 * was reported wrongly: `npx tsx bench/verdicts.ts [failing] [good]`, 100 of each unless told. Needs `npm run build`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { writeApp } from "../test/support/apps.js";
import { type DeployJson, DevStage } from "../test/support/environment.js";
import { eventually } from "../test/support/eventually.js";

interface Way {
  /** The app's handler, and what it does before it listens. */
  handler: string;
  before?: string;
  /** What the result has to name. */
  cause: RegExp;
  /** What happens besides, once its deployment is under way. */
  meanwhile?: (stage: DevStage, former: string) => Promise<unknown>;
  /** Part of the image's reference cannot be pulled. */
  denied?: boolean;
}

const good = 'response.setHeader("x-version", process.env.MOORAGE_IMAGE_TAG); response.end("good");';
const slowly = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);";
const health = 'request.url === "/health"';

const ways: Record<string, Way> = {
  "crashes at boot": { handler: good, before: "process.exit(3);", cause: /exit code 3/ },
  hangs: {
    handler: good,
    before: "setInterval(() => {}, 1000); return;",
    cause: /nothing listens|timed out|refused/i,
  },
  unhealthy: { handler: `response.statusCode = ${health} ? 503 : 200; response.end();`, cause: /503/ },
  flaps: { handler: good, before: "setTimeout(() => process.exit(4), 500);", cause: /exit code 4/ },
  "crashes after healthy": {
    handler: `if (!(${health})) process.exit(5); response.end();`,
    cause: /does not answer|answers 50[234]|no healthy target/,
  },
  "answers another version": {
    handler: 'response.setHeader("x-version", "v0"); response.end();',
    cause: /x-version: v0/,
  },
  "answers with an error": {
    handler: `response.statusCode = ${health} ? 200 : 500; response.end();`,
    cause: /answers 500/,
  },
  "image cannot be pulled": { handler: good, denied: true, cause: /pull/i },
  superseded: {
    handler: good,
    before: slowly,
    cause: /superseded by/,
    meanwhile: (stage, taskDefinition) => change(stage, { taskDefinition }),
  },
  "scaled to 0": {
    handler: good,
    before: slowly,
    cause: /desired count is 0/,
    meanwhile: (stage) => change(stage, { desiredCount: 0 }),
  },
};

function change(
  stage: DevStage,
  to: { taskDefinition: string } | { desiredCount: number },
): Promise<unknown> {
  return stage.aws(async (clients) =>
    (await clients.ecs()).send(
      new UpdateServiceCommand({ cluster: "moorage", service: "hello-web-dev", ...to }),
    ),
  );
}

async function push(stage: DevStage, tag: string, { handler, before = "" }: Pick<Way, "handler" | "before">) {
  const folder = join(stage.sandbox.folder, "apps", tag);
  const app = writeApp(folder, `/* ${tag} */ ${handler}`, { before });
  return stage.json<{ digest: string }>(["local", "image", app, "--repository", "hello", "--tag", tag]);
}

/** Undefined where the failure was reported as one, with its cause. */
async function failingRun(stage: DevStage, name: string, way: Way, tag: string): Promise<string | undefined> {
  const { digest } = await push(stage, tag, way);
  const { taskDefinition: former = "" } = await stage.service();
  if (way.denied)
    await stage.json(["local", "fault", "deny-image", "--image", digest.slice("sha256:".length)]);
  const running = stage.failing("deploy", "dev", "--tag", tag);
  if (way.meanwhile) {
    const moved = async () => (await stage.service()).taskDefinition !== former;
    await eventually("the deployment is under way", moved, 60_000);
    await way.meanwhile(stage, former);
  }
  const { code, json } = await running;
  await stage.json(["local", "fault", "--clear"]);
  if (way.meanwhile) await change(stage, { desiredCount: 1 });
  if (code === 0) return `${name}: reported as ${json.verdict}`;
  const told = JSON.stringify(json);
  return way.cause.test(told) ? undefined : `${name}: without its cause: ${json.error?.message ?? told}`;
}

/** Undefined where the good release was reported as one. */
async function goodRun(stage: DevStage, tag: string): Promise<string | undefined> {
  await push(stage, tag, { handler: good });
  await stage.json(["local", "fault", "throttle"]);
  for (const operation of ["ListServiceDeployments", "DescribeTasks", "DescribeServiceRevisions"]) {
    const lost = ["--operation", operation, "--nth", "2", "--times", "3", "--code", "ServerException"];
    await stage.json(["local", "fault", "error", ...lost, "--status", "500"]);
  }
  const run = await stage.sandbox.moorage(["deploy", "dev", "--tag", tag, "--json"]);
  await stage.json(["local", "fault", "--clear"]);
  return run.code === 0 ? undefined : `${tag}: ${run.json<DeployJson>().error?.message ?? run.stderr}`;
}

/** A rollout that never ends is called one after 30 s here, not after ten minutes. */
function shortened(stage: DevStage): DevStage {
  const file = join(stage.sandbox.project, "Pulumi.dev.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("timeout: 10m", "timeout: 30s"));
  return stage;
}

const [failing = 100, well = 100] = process.argv.slice(2).map(Number);
const stage = shortened(new DevStage());
const wrong: string[] = [];
try {
  await push(stage, "first", { handler: good });
  await stage.deploy("first");
  const names = Object.keys(ways);
  for (let run = 0; run < failing; run++) {
    const name = names[run % names.length] ?? "";
    const way = ways[name];
    const problem = way && (await failingRun(stage, name, way, `bad-${run}`));
    if (problem !== undefined) wrong.push(problem);
    process.stderr.write(`${run + 1}/${failing} ${name}: ${problem === undefined ? "as it was" : "WRONG"}\n`);
  }
  for (let run = 0; run < well; run++) {
    const problem = await goodRun(stage, `good-${run}`);
    if (problem !== undefined) wrong.push(problem);
    process.stderr.write(`${run + 1}/${well} good: ${problem === undefined ? "as it was" : "WRONG"}\n`);
  }
  process.stdout.write(`${JSON.stringify({ failing, good: well, wrong })}\n`);
} finally {
  await stage.close();
}
process.exitCode = wrong.length === 0 ? 0 : 1;
