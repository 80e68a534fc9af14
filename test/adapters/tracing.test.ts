import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { awsClients } from "../../src/adapters/aws/clients.js";
import { send } from "../../src/adapters/aws/registry-http.js";
import { Cli } from "../../src/adapters/engine/cli.js";
import { openGitHub } from "../../src/adapters/github/client.js";
import { silentReporter } from "../../src/core/reporter.js";
import type { TracedCall } from "../../src/core/trace.js";
import { AwsError, type AwsService } from "../../packages/local-aws/src/cloud.js";
import { clientConfig, serve } from "../../packages/local-aws/test/wire/serve.js";
import { temporaryFolder } from "../harness/folder.js";

const secret = "correct-horse-battery";

/** What is told, and a server that answers 200 with an empty list. */
async function scene() {
  const calls: TracedCall[] = [];
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end("[]");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { calls, trace: (call: TracedCall) => void calls.push(call), url };
}

it("each attempt of a call to AWS is told, with its status and error", async () => {
  const { calls, trace } = await scene();
  let asked = 0;
  const ListTasks = () => {
    asked += 1;
    if (asked === 1) throw new AwsError("ThrottlingException", `slow down, ${secret}`);
    return { taskArns: [] };
  };
  const { endpoint } = await serve({ ecs: { operations: { ListTasks } } as unknown as AwsService });
  const aws = awsClients({ ...clientConfig(endpoint), trace });
  onTestFinished(() => aws.close());
  const { ListTasksCommand } = await import("@aws-sdk/client-ecs");
  await (await aws.ecs()).send(new ListTasksCommand({ cluster: secret }));
  expect(calls).toMatchObject([
    { to: "aws", what: "ECS ListTasks", outcome: "400 ThrottlingException", attempt: 1 },
    { to: "aws", what: "ECS ListTasks", outcome: 200, attempt: 2 },
  ]);
  expect(JSON.stringify(calls)).not.toContain(secret);
});

it("each call to GitHub is told by its path alone", async () => {
  const { calls, trace, url } = await scene();
  const access = { repository: { owner: "acme", repo: "hello" }, token: secret, apiUrl: url };
  const github = openGitHub(access, { reporter: { ...silentReporter, trace } });
  await github.request("GET /repos/{owner}/{repo}/pulls", { ...access.repository, per_page: 7 });
  expect(calls).toMatchObject([{ to: "github", what: "GET /repos/acme/hello/pulls", outcome: 200 }]);
  expect(JSON.stringify(calls)).not.toMatch(/per_page|horse/);
});

it("each call to a registry is told without the query, which may be signed", async () => {
  const { calls, trace, url } = await scene();
  const { signal } = new AbortController();
  const endpoint = { url, prefix: "" };
  const access = { host: "registry", endpoint, authorization: secret, signal, pauseMs: 1, trace };
  await send(access, { method: "GET", path: `hello/blobs/x?X-Amz-Signature=${secret}` });
  const what = `GET ${new URL(url).host}/v2/hello/blobs/x`;
  expect(calls).toMatchObject([{ to: "registry", what, outcome: 200, attempt: 1 }]);
  expect(JSON.stringify(calls)).not.toContain("Signature");
});

it("each process of the engine is told by verb and stack", async () => {
  const { calls, trace } = await scene();
  const cwd = temporaryFolder();
  const path = join(cwd, "pulumi");
  writeFileSync(path, "#!/bin/sh\n[ $1 = up ]\n");
  chmodSync(path, 0o755);
  const cli = new Cli({ path, version: "3.248.0" } as Cli["binary"], 1_000, trace);
  const context = { cwd, env: {}, signal: new AbortController().signal };
  await cli.run(["up", "--yes", "--stack", "dev", "--config", `token=${secret}`], context);
  await expect(cli.run(["config", "set", secret, secret, "--stack", "dev"], context)).rejects.toThrow();
  expect(calls).toMatchObject([
    { to: "engine", what: "pulumi up dev", outcome: "exit 0" },
    { to: "engine", what: "pulumi config set dev", outcome: "exit 1" },
  ]);
  expect(JSON.stringify(calls)).not.toContain(secret);
});
