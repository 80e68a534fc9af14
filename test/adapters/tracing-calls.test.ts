import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { awsClients } from "../../src/adapters/aws/clients.js";
import { openForward } from "../../src/adapters/aws/forward.js";
import { cloudStacks } from "../../src/adapters/backend/cloud.js";
import { parseS3Url } from "../../src/adapters/backend/s3-url.js";
import { ownSubject } from "../../src/adapters/github/own-token.js";
import { isRunOver } from "../../src/adapters/github/owner-run.js";
import { containerBuilder } from "../../src/adapters/images/container-builder.js";
import { localBuilder } from "../../src/adapters/images/local-builder.js";
import { thisOwner } from "../../src/adapters/record/owner.js";
import { silentReporter } from "../../src/core/reporter.js";
import type { TracedCall } from "../../src/core/trace.js";
import { listenOn } from "../../packages/local-aws/src/listen.js";
import { createSts } from "../../packages/local-aws/src/services/sts/sts.js";
import { serveRegistry } from "../../packages/local-aws/test/registry/serve.js";
import { serve } from "../../packages/local-aws/test/wire/serve.js";
import { openCloudFake } from "../fakes/pulumi-cloud.js";
import { temporaryFolder } from "../harness/folder.js";

const secret = "correct-horse-battery";
const { signal } = new AbortController();
const whole = "0123456789abcdef0123456789abcdef01234567";

function tracing() {
  const calls: TracedCall[] = [];
  return { calls, trace: (call: TracedCall) => void calls.push(call) };
}

/** A server that answers everything with this text. */
async function answering(text: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.end(text);
  });
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${await listenOn(server, 0)}`;
}

it("each attempt of a call to Pulumi Cloud is traced, without the query and the token", async () => {
  const { calls, trace } = tracing();
  const cloud = await openCloudFake();
  onTestFinished(() => cloud.close());
  cloud.token = secret;
  cloud.troubles = [503];
  const stacks = cloudStacks(cloud.url, { token: secret, defaultOrg: "acme" }, "hello", { trace });
  await stacks.read("dev");
  await stacks.names();
  const read = { to: "pulumi-cloud", what: "GET /api/stacks/acme/hello/dev" };
  expect(calls).toMatchObject([
    { ...read, outcome: 503, attempt: 1 },
    { ...read, outcome: 404, attempt: 2 },
    { to: "pulumi-cloud", what: "GET /api/user/stacks", outcome: 200, attempt: 1 },
  ]);
  expect(JSON.stringify(calls)).not.toMatch(/horse|organization=/);
});

it("each role that is assumed is traced", async () => {
  const { calls, trace } = tracing();
  const { endpoint } = await serve({ sts: createSts("local") });
  vi.stubEnv("AWS_ACCESS_KEY_ID", "111111111111");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  onTestFinished(() => void vi.unstubAllEnvs());
  const roles = [{ roleArn: "arn:aws:iam::222222222222:role/deploy", externalId: secret }];
  const aws = awsClients({ region: "us-east-1", endpoint, roles, trace });
  onTestFinished(() => aws.close());
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  await (await aws.sts()).send(new GetCallerIdentityCommand({}));
  expect(calls).toMatchObject([
    { to: "aws", what: "STS AssumeRole", outcome: 200 },
    { to: "aws", what: "STS GetCallerIdentity", outcome: 200 },
  ]);
  expect(JSON.stringify(calls)).not.toContain("horse");
});

it("whether the run that holds a lock is over is a traced question to GitHub", async () => {
  const { calls, trace } = tracing();
  const GITHUB_API_URL = await answering("{}");
  const env = { GITHUB_REPOSITORY: "acme/traced", GITHUB_TOKEN: secret, GITHUB_API_URL };
  const run = "https://github.com/acme/traced/actions/runs/7";
  const reporter = { ...silentReporter, trace };
  await isRunOver({ env, signal, reporter }, { ...thisOwner({}), run });
  expect(calls).toMatchObject([
    { to: "github", what: "GET /repos/acme/traced/actions/runs/7", outcome: 200 },
  ]);
});

it("the request for the job's own token is traced without its address", async () => {
  const { calls, trace } = tracing();
  const payload = Buffer.from(JSON.stringify({ sub: "repo:acme/hello" })).toString("base64url");
  const url = await answering(JSON.stringify({ value: `a.${payload}.${secret}` }));
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/${secret}`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
  };
  expect(await ownSubject(env, "sts", trace)).toBe("repo:acme/hello");
  expect(calls).toMatchObject([{ to: "github", what: "GET the job's OIDC token", outcome: 200 }]);
  expect(JSON.stringify(calls)).not.toContain("horse");
});

it("each request of the engine to its bucket is traced by its path", async () => {
  const { calls, trace } = tracing();
  const endpoint = await answering("");
  const place = parseS3Url(`s3://acme?region=us-east-1&endpoint=${endpoint}&s3ForcePathStyle=true`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "111111111111");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { forward, close } = await openForward(place, trace);
  onTestFinished(close);
  await forward({
    method: "GET",
    path: "/.pulumi/x.json",
    query: secret,
    headers: {},
    body: Buffer.alloc(0),
  });
  expect(calls).toMatchObject([{ to: "aws", what: "S3 GET /.pulumi/x.json", outcome: 200 }]);
  expect(JSON.stringify(calls)).not.toContain("horse");
});

const order = {
  services: ["web"],
  repository: "hello",
  context: "/src",
  dockerfile: "/src/Dockerfile",
  target: undefined,
  args: { TOKEN: secret },
  platform: "linux/amd64",
  registry: "111111111111.dkr.ecr.us-east-1.amazonaws.com",
  tag: "v1",
  revision: whole,
  created: new Date(0),
  push: true,
};

it("each run of Docker is traced by verb and image, not by its build arguments", async () => {
  const { calls, trace } = tracing();
  const folder = temporaryFolder();
  const script = '#!/bin/sh\ncat > /dev/null\ncase "$*" in *push*) exit 7;; esac\n';
  writeFileSync(join(folder, "docker"), script, { mode: 0o755 });
  const builder = containerBuilder({
    env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder },
    signal,
    onLine: () => undefined,
    trace,
    endpoint: (host) => ({ url: `https://${host}`, prefix: "" }),
    login: async () => ({ username: "AWS", password: secret, authorization: "Basic x" }),
  });
  await expect(builder.build(order)).rejects.toMatchObject({ code: "image-push-failed" });
  expect(calls).toMatchObject([
    { to: "images", what: "docker info", outcome: "exit 0" },
    { to: "images", what: "docker build", outcome: "exit 0" },
    { to: "images", what: "docker inspect", outcome: "exit 0" },
    { to: "images", what: `docker login ${order.registry}`, outcome: "exit 0" },
    { to: "images", what: `docker push ${order.registry}/hello:v1`, outcome: "exit 7" },
  ]);
  expect(JSON.stringify(calls)).not.toContain("horse");
});

it("each request of a push to the local registry is traced without its query", async () => {
  const { calls, trace } = tracing();
  const { host } = await serveRegistry();
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "hello", scripts: { start: "node x" } }),
  );
  const builder = localBuilder({
    ...{ env: {}, signal, onLine: () => undefined, trace },
    ...{ registry: host, authorization: secret, dockerfile: false },
  });
  await builder.build({ ...order, context: folder });
  expect(calls.every(({ to }) => to === "registry")).toBe(true);
  expect(calls.at(-1)).toMatchObject({
    what: `PUT ${host}/v2/${order.registry}/hello/manifests/v1`,
    outcome: 201,
  });
  expect(JSON.stringify(calls)).not.toMatch(/horse|digest=/);
});
