import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TracedCall } from "../../../../packages/local-aws/src/wire/trace.js";
import { writeApp } from "../../../harness/apps.js";
import { GitHubFake } from "../../../fakes/github/github.js";
import { putPull } from "../../../fakes/github/pulls.js";
import { pythonTool } from "../../../harness/python-tool.js";
import { Sandbox } from "../../../harness/sandbox.js";
import { openStateStore, storeCredentials } from "../../../fakes/state-store.js";
import { journey, type Step } from "./journey.js";
import { requestsOf, type Traced } from "./requests.js";

const bucket = "hello-state";
const raw = process.argv[2];

/** Writes down each request of S3's, as `GET /hello-state/key`, and hands it on. */
async function tracedStore(endpoint: string, asked: TracedCall[]) {
  const server = createServer((incoming, response) => {
    asked.push({ by: "state", call: `${incoming.method ?? ""} ${incoming.url ?? ""}` });
    const { method, url, headers } = incoming;
    const outgoing = request(`${endpoint}${url ?? ""}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, server };
}

const command = ["node", "--version"];
const queue = "arn:aws:sqs:us-east-1:111111111111:missed";
/** One that a schedule starts, one that an event starts, and one that Step Functions runs. */
const jobs = {
  gc: { service: "web", command, schedule: "rate(1 day)", deadLetter: queue },
  load: { service: "web", command, on: { source: "shop" } },
  slow: {
    service: "web",
    command: ["node", "-e", "setTimeout(() => {}, 60000)"],
    on: { source: "shop" },
    timeout: "5m",
  },
};
const enabled = Object.fromEntries(Object.keys(jobs).map((name) => [name, { enabled: true }]));
const previews = { base: "dev", domain: "preview.example.com", ttl: "72h", jobs: enabled };

/** One that a network load balancer passes connections to. */
const passed = {
  repository: "hello",
  kind: "network",
  port: 8080,
  network: { loadBalancer: "shared", port: await freePort(), deregistrationDelay: 1 },
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Everything that a service can have, so that every type that an environment declares takes part. */
function configure(sandbox: Sandbox): void {
  const file = (name: string) => join(sandbox.project, `Pulumi.${name}.yaml`);
  const rich = readFileSync(file("prod"), "utf8")
    .replace("readOnly: true", "exec: true")
    .replace(
      "autoscaling:",
      'policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]\n      autoscaling:',
    );
  const scaled = rich.replace("{ min: 3,", '{ schedules: [{ schedule: "rate(1 day)", min: 3 }], min: 3,');
  const alarms = '  moorage:alarms: { topics: ["arn:aws:sns:us-east-1:333333333333:pager"] }\n';
  writeFileSync(file("prod"), `${scaled}${alarms}`);
  for (const name of ["dev", "staging", "prod"]) {
    const text = readFileSync(file(name), "utf8").replace(/timeout: \d+m/, "timeout: 60s");
    const migrate = name === "staging" ? "  moorage:migrate: { command: [node, --version] }\n" : "";
    const settings =
      name === "dev"
        ? `  moorage:jobs: ${JSON.stringify(jobs)}\n  moorage:preview: ${JSON.stringify(previews)}\n`
        : "";
    const called =
      name === "dev"
        ? text.replace(
            "services:\n",
            `services:\n    api: { repository: hello, kind: internal, port: 8080, connect: { ingress: [web] } }\n    webtcp: ${JSON.stringify(passed)}\n`,
          )
        : text;
    writeFileSync(file(name), `${called}${migrate}${settings}  moorage:smoke: { path: /, timeout: 5s }\n`);
  }
}

/** Of what is deployed: no task starts without them, and a check only looks for them. */
function nameSecrets(sandbox: Sandbox): void {
  const arns = [
    "secretsmanager:us-east-1:333333333333:secret:hello/prod/db-AbCdEf",
    "ssm:us-east-1:333333333333:parameter/hello/prod/token",
  ];
  const [secret = "", parameter = ""] = arns.map((rest) => `"arn:aws:${rest}"`);
  const file = join(sandbox.project, "Pulumi.prod.yaml");
  const named = `secrets: { DB: ${secret}, TOKEN: ${parameter} }\n      autoscaling:`;
  writeFileSync(file, readFileSync(file, "utf8").replace("autoscaling:", named));
}

async function image(sandbox: Sandbox, env: NodeJS.ProcessEnv, tag: string): Promise<void> {
  const before = tag === "crash" ? { before: 'console.log("no way"); process.exit(3);' } : {};
  const folder = writeApp(join(sandbox.folder, "apps", tag), `/* ${tag} */ response.end("good");`, before);
  await run(sandbox, env, ["local", "image", folder, "--repository", "hello", "--tag", tag]);
}

async function run(sandbox: Sandbox, env: NodeJS.ProcessEnv, args: readonly string[], mayFail = false) {
  const ended = await sandbox.moorage([...args, "--json"], env);
  process.stderr.write(`${String(ended.code)} ${args.join(" ")}\n`);
  if (ended.code !== 0) process.stderr.write(`${ended.stderr.slice(-700)}\n`);
  if (ended.code !== 0 && !mayFail) throw new Error(args.join(" "));
}

function newLines(file: string, from: number): { calls: TracedCall[]; end: number } {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = text.slice(from).split("\n").filter(Boolean);
  return { calls: lines.map((line) => JSON.parse(line) as TracedCall), end: text.length };
}

async function record(): Promise<(Step & { calls: TracedCall[] })[]> {
  const { tool, missing } = await pythonTool("ministack");
  if (tool === undefined) throw new Error(missing);
  const store = await openStateStore(tool);
  const asked: TracedCall[] = [];
  const proxy = await tracedStore(store.endpoint, asked);
  const url = `${await store.makeBucket(bucket, proxy.endpoint)}&awssdk=v2`;
  const sandbox = new Sandbox();
  const github = await GitHubFake.start();
  github.repositories.add("acme/infrastructure");
  putPull(github, 43, { state: "closed", merged: true });
  try {
    configure(sandbox);
    const trace = join(sandbox.folder, "trace.jsonl");
    const env = { MOORAGE_LOCAL_TRACE: trace };
    for (const tag of ["v1", "v2", "crash"]) await image(sandbox, env, tag);
    let { end } = newLines(trace, 0);
    const steps: (Step & { calls: TracedCall[] })[] = [];
    for (const step of journey) {
      asked.length = 0;
      if (step.secrets) nameSecrets(sandbox);
      const credentials = { ...env, ...storeCredentials, ...(step.github && github.env) };
      await run(sandbox, credentials, [...step.args, "--backend-url", url], step.mayFail);
      const made = newLines(trace, end);
      end = made.end;
      steps.push({ ...step, calls: [...made.calls, ...asked] });
      if (raw !== undefined) writeFileSync(`${raw}.partial`, JSON.stringify(steps));
    }
    return steps;
  } finally {
    await sandbox.close();
    github.close();
    proxy.server.closeAllConnections();
    proxy.server.close();
    await store.close();
  }
}

/** `tsx test/stacks/policies/trace/record.ts [raw.json]`: with a file that is there, only what it says is judged anew. */
const kept = raw ?? join(mkdtempSync(join(tmpdir(), "moorage-trace-")), "raw.json");
if (!existsSync(kept)) writeFileSync(kept, JSON.stringify(await record()));
const steps = JSON.parse(readFileSync(kept, "utf8")) as (Step & { calls: TracedCall[] })[];
const traced: Traced = requestsOf(steps);
writeFileSync(
  fileURLToPath(new URL("trace.json", import.meta.url)),
  `{\n  "steps": [\n${traced.steps
    .map(
      (step) =>
        `    ${JSON.stringify({ ...step, requests: undefined }).slice(0, -1)}, "requests": [\n${step.requests.map((one) => `      ${JSON.stringify(one)}`).join(",\n")}\n    ]}`,
    )
    .join(",\n")}\n  ]\n}\n`,
);
