import { DescribeClustersCommand } from "@aws-sdk/client-ecs";
import { beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { awsClients } from "../../src/adapters/aws/clients.js";
import { openForward } from "../../src/adapters/aws/forward.js";
import { openObjects } from "../../src/adapters/aws/objects.js";
import { cloudStacks } from "../../src/adapters/backend/cloud.js";
import { openRelay } from "../../src/adapters/backend/relay.js";
import { parseS3Url } from "../../src/adapters/backend/s3-url.js";
import { runProcess } from "../../src/adapters/engine/process.js";
import { openGitHub } from "../../src/adapters/github/client.js";
import { runCommand } from "../../src/adapters/images/command.js";
import { Interruption } from "../../src/core/interruption.js";
import { Credentials } from "../../packages/local-aws/src/home/credentials.js";
import { control } from "../../packages/local-aws/src/daemon/identity.js";
import { eventually } from "../harness/eventually.js";
import { temporaryFolder } from "../harness/folder.js";
import { dripping, openSilent } from "../fakes/silent.js";
import { silentReporter } from "../../src/core/reporter.js";

const credentials = { accessKeyId: "x", secretAccessKey: "y" };
const region = "us-east-1";

beforeAll(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "x");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "y");
});

async function silentPlace(speak?: Parameters<typeof openSilent>[0]) {
  const { address } = await openSilent(speak);
  return parseS3Url(`s3://bucket?endpoint=${address}&disableSSL=true&s3ForcePathStyle=true&region=${region}`);
}

it.each<[string, Parameters<typeof openSilent>[0]]>([
  ["never answers", undefined],
  [
    "answers without an end",
    (socket) => dripping(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
  ],
])("correctness 2, F39: a bucket that %s ends a read at its bound", async (_what, speak) => {
  const objects = await openObjects(await silentPlace(speak), { attemptMs: 60_000, callMs: 200 });
  onTestFinished(() => objects.close());
  await expect(objects.read("x")).rejects.toMatchObject({ code: "bucket-silent", exitCode: 1 });
});

it("correctness 2, F39: once a bucket was silent, what is still written down has one attempt's time", async () => {
  const objects = await openObjects(await silentPlace(), { attemptMs: 150, callMs: 400 });
  onTestFinished(() => objects.close());
  await expect(objects.read("x")).rejects.toThrow("within 0.4 s");
  await expect(objects.write("x", "{}", { absent: true })).rejects.toThrow("within 0.15 s");
});

it("correctness 2, F39: an attempt that is not answered is an error, not a warning", async () => {
  const objects = await openObjects(await silentPlace(), { attemptMs: 50, callMs: 60_000 });
  onTestFinished(() => objects.close());
  await expect(objects.read("x")).rejects.toMatchObject({ code: "unreachable" });
});

it("correctness 2, F6: an interruption ends a read of a bucket that hangs", async () => {
  const run = new AbortController();
  const objects = await openObjects(await silentPlace(), { signal: run.signal });
  onTestFinished(() => objects.close());
  const reading = objects.read("x");
  run.abort(new Interruption("SIGINT"));
  await expect(reading).rejects.toMatchObject({ code: "interrupted", exitCode: 130 });
});

it("correctness 2, F15: a state is kept before it is sent, and the bucket's silence is a failed write", async () => {
  const { forward, close } = await openForward(await silentPlace());
  onTestFinished(close);
  const told: string[] = [];
  const relay = await openRelay({
    place: parseS3Url("s3://acme?region=eu-west-1"),
    forward: (request, ended) => {
      told.push("sent");
      return forward(request, ended);
    },
    isState: () => true,
    patienceMs: 100,
    guard: async () => {
      told.push("copy");
      return async () => void told.push("copy removed");
    },
    keep: async (_state, reason) => void told.push(`keep: ${reason}`),
    taken: async () => void told.push("taken"),
    giveUp: () => told.push("give up"),
  });
  onTestFinished(() => relay.close());
  const endpoint = new URL(relay.url).searchParams.get("endpoint") ?? "";
  expect((await fetch(`${endpoint}/acme/state.json`, { method: "PUT", body: "{}" })).status).toBe(200);
  expect(told).toEqual(["copy", "sent", "keep: The bucket did not answer within 1 s.", "give up"]);
});

it("F39: a call to AWS has a bound as a whole, and an interruption ends a read", async () => {
  const { address } = await openSilent();
  const endpoint = `http://${address}`;
  const run = new AbortController();
  const late = awsClients({ region, endpoint, credentials, attemptMs: 60_000, callMs: 100 });
  const waiting = awsClients({ region, endpoint, credentials, signal: run.signal });
  onTestFinished(() => [late, waiting].forEach((clients) => clients.close()));
  const describe = new DescribeClustersCommand({});
  await expect((await late.ecs()).send(describe)).rejects.toMatchObject({ name: "TimeoutError" });
  const reading = (await waiting.ecs()).send(describe);
  run.abort(new Interruption("SIGTERM"));
  await expect(reading).rejects.toMatchObject({ code: "interrupted" });
});

it("F39: a source of credentials that hangs is bounded by the call", async () => {
  const { address } = await openSilent();
  const hangs = () => new Promise<never>(() => undefined);
  const clients = awsClients({
    region,
    endpoint: `http://${address}`,
    credentials: hangs as never,
    callMs: 100,
  });
  onTestFinished(() => clients.close());
  await expect((await clients.ecs()).send(new DescribeClustersCommand({}))).rejects.toMatchObject({
    name: "TimeoutError",
  });
});

it("F39: GitHub and Pulumi Cloud that never answer end at the attempt's bound, and with the run", async () => {
  const [{ address }, other] = [await openSilent(), await openSilent()];
  const apiUrl = `http://${address}`;
  const access = { repository: { owner: "acme", repo: "hello" }, token: "t", apiUrl };
  const pace = { attemptTimeoutMs: 30, secondMs: 1, spaced: false };
  const route = "GET /repos/{owner}/{repo}";
  await expect(
    openGitHub(access, { reporter: silentReporter, pace }).request(route, access.repository),
  ).rejects.toMatchObject({
    exitCode: 1,
  });
  const run = new AbortController();
  const otherUrl = `http://${other.address}`;
  const login = { token: "t", defaultOrg: "acme" };
  const asking = openGitHub(
    { ...access, apiUrl: otherUrl },
    { reporter: silentReporter, signal: run.signal },
  ).request(route, access.repository);
  const reading = cloudStacks(otherUrl, login, "hello", { signal: run.signal }).read("dev");
  await eventually("both are asked", () => other.connections() >= 2);
  run.abort(new Interruption("SIGHUP"));
  await expect(asking).rejects.toMatchObject({ code: "interrupted" });
  await expect(reading).rejects.toMatchObject({ code: "interrupted" });
  const late = cloudStacks(apiUrl, login, "hello", { attemptMs: 20 });
  await expect(late.read("dev")).rejects.toMatchObject({ code: "cloud", exitCode: 1 });
});

it("F39: a daemon that takes a request and never answers is no defect of Moorage", async () => {
  const { address } = await openSilent();
  const place = { apiPort: Number(address.split(":")[1]), credentials: new Credentials("a token") };
  const asking = control(place, "status", {}, 50);
  await expect(asking).rejects.toMatchObject({ code: "local-silent", exitCode: 1, fault: "platform" });
});

const stubborn = 'trap "" INT TERM; echo ready; while :; do sleep 0.1; done';
const shell = (script: string) => ["/bin/sh", ["-c", script]] as const;

it("F39: an engine that hangs and ignores its signal is killed after its grace", async () => {
  const run = new AbortController();
  const onText = () => run.abort();
  const cwd = temporaryFolder();
  const options = { cwd, env: process.env, signal: run.signal, graceMs: 50, onText };
  expect((await runProcess(...shell(stubborn), options)).code).toBeNull();
});

it("F39: what an engine leaves behind and holds its output open is not waited for", async () => {
  const script = 'trap "" HUP; (sleep 600 & echo $!) ; exit 3';
  const cwd = temporaryFolder();
  const options = { cwd, env: process.env, signal: new AbortController().signal, graceMs: 0 };
  const { code, stdout } = await runProcess(...shell(script), options);
  process.kill(Number(stdout));
  expect(code).toBe(3);
});

it("F39: a container tool that hangs ends at its bound, with all that it has started", async () => {
  const end = await runCommand(...shell(`sleep 600 & ${stubborn}`), { timeoutMs: 100 });
  expect(end.code).toBeNull();
  expect(end.tail).toContain("ready");
});
