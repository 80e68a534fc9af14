/** The ways in which the releases of `verdicts.ts` fail, and the good ones. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BatchDeleteImageCommand } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { AwsClients } from "../src/adapters/aws/clients.js";
import { writeApp } from "../test/harness/apps.js";
import { DevStage } from "../test/harness/environment.js";

/** An app: the body of its request handler, and what it does before it listens. */
interface App {
  handler: string;
  before?: string;
}

export interface Way extends App {
  /** What the result has to name. */
  cause: RegExp;
  /** What happens once its image is there. */
  beforehand?: (stage: DevStage, tag: string, digest: string) => Promise<unknown>;
  /** What happens besides, once its deployment is under way. */
  meanwhile?: (clients: AwsClients, former: string) => Promise<unknown>;
  /** Of two services, `web` and `api`, one fails. */
  twoServices?: boolean;
}

const health = 'request.url === "/health"';
const slowly = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);";

export const good: App = {
  handler: 'response.setHeader("x-version", process.env.MOORAGE_IMAGE_TAG); response.end("good");',
};

export const ways: Record<string, Way> = {
  "crashes at boot": { ...good, before: "process.exit(3);", cause: /exit code 3/ },
  hangs: {
    ...good,
    before: "setInterval(() => {}, 1000); return;",
    cause: /nothing listens|timed out|refused/i,
  },
  unhealthy: { handler: `response.statusCode = ${health} ? 503 : 200; response.end();`, cause: /503/ },
  flaps: { ...good, before: "setTimeout(() => process.exit(4), 500);", cause: /exit code 4/ },
  "crashes at the first request": {
    handler: `if (!(${health})) process.exit(5); response.end();`,
    cause: /exit code 5|does not answer|answers 50[234]|no healthy target/,
  },
  "crashes after the first answer": {
    handler: `${good.handler} if (!(${health})) setTimeout(() => process.exit(6), 20);`,
    cause: /exit code 6/,
  },
  "answers another version": {
    handler: 'response.setHeader("x-version", "v0"); response.end();',
    cause: /x-version: v0/,
  },
  "answers with an error": {
    handler: `response.statusCode = ${health} ? 200 : 500; response.end();`,
    cause: /answers 500/,
  },
  "image is gone": { ...good, cause: /no image|not found|no tag|unknown/i, beforehand: deleteImage },
  "image cannot be pulled": { ...good, cause: /CannotPull/, beforehand: denyImage },
  "one of two services is bad": {
    ...good,
    before: 'if (process.env.ROLE === "api") process.exit(7);',
    cause: /service api[^]*exit code 7/,
    twoServices: true,
  },
  superseded: {
    ...good,
    before: slowly,
    cause: /superseded by/,
    meanwhile: (clients, taskDefinition) => change(clients, { taskDefinition }),
  },
  "scaled to 0": {
    ...good,
    before: slowly,
    cause: /desired count is 0/,
    meanwhile: (clients) => change(clients, { desiredCount: 0 }),
  },
};

const web = { cluster: "moorage", service: "hello-web-dev" };

export async function change(
  clients: AwsClients,
  to: { taskDefinition: string } | { desiredCount: number },
): Promise<void> {
  await (await clients.ecs()).send(new UpdateServiceCommand({ ...web, ...to }));
}

/** The task definition that the service `web` is to run. */
export async function taskDefinitionOf(clients: AwsClients): Promise<string> {
  const command = new DescribeServicesCommand({ cluster: web.cluster, services: [web.service] });
  return (await (await clients.ecs()).send(command)).services?.[0]?.taskDefinition ?? "";
}

function deleteImage(stage: DevStage, imageTag: string): Promise<unknown> {
  return stage.aws(async (clients) =>
    (await clients.ecr()).send(
      new BatchDeleteImageCommand({ repositoryName: "hello", imageIds: [{ imageTag }] }),
    ),
  );
}

function denyImage(stage: DevStage, _tag: string, digest: string): Promise<unknown> {
  return stage.json(["local", "fault", "deny-image", "--image", digest.slice("sha256:".length)]);
}

export function push(
  stage: DevStage,
  tag: string,
  { handler, before = "" }: App,
): Promise<{ digest: string }> {
  const folder = join(stage.sandbox.folder, "apps", tag);
  const app = writeApp(folder, `/* ${tag} */ ${handler}`, { before });
  return stage.json(["local", "image", app, "--repository", "hello", "--tag", tag]);
}

const besides =
  '    api: { repository: hello, port: 5000, path: "/api/*", health: { path: /health }, env: { ROLE: api } }\n';

/** The environment `dev`, in which a rollout that never ends is called one after 30 s, not after ten minutes. */
export async function openStage({ twoServices = false } = {}): Promise<DevStage> {
  const stage = new DevStage();
  const file = join(stage.sandbox.project, "Pulumi.dev.yaml");
  const yaml = readFileSync(file, "utf8").replace("timeout: 10m", "timeout: 30s");
  writeFileSync(file, twoServices ? yaml.replace("    web:\n", `${besides}    web:\n`) : yaml);
  await push(stage, "first", good);
  await stage.deploy("first");
  return stage;
}
