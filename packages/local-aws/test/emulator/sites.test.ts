import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { engineEnvironment, taskVariables } from "../../src/daemon/process-env.js";
import { checkEndpoints } from "../../src/emulator/endpoints.js";
import { reachEmulators } from "../../src/emulator/reach.js";
import { Home } from "../../src/home/home.js";
import { listenOn } from "../../src/listen.js";
import { startTarget } from "../../src/target.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

const site = { account: "111111111111", region: "us-east-1" };
const sqs = { sqs: "http://127.0.0.1:4566" };

it("stacks with emulators have a provider's listener of their own, which a restart keeps", async () => {
  const folder = join(temporaryFolder(), "home");
  const open = (home: Home) => startTarget({ home, pace: { factor: 100 } });
  const first = await open(Home.open(folder, site));
  const [plain, emulated, again] = [
    await first.sites.site(site),
    await first.sites.site(site, sqs),
    await first.sites.site(site, { ...sqs }),
  ];
  const other = await first.sites.site(site, { sqs: "http://127.0.0.1:4567" });
  expect(new Set([plain, emulated, other].map(({ providerPort }) => providerPort)).size).toBe(3);
  expect(again.providerPort).toBe(emulated.providerPort);
  expect(emulated.foundation).toEqual(plain.foundation);
  expect(first.sites.known()).toEqual([site]);
  await first.close();

  const second = await open(Home.read(folder));
  onTestFinished(() => second.close());
  expect((await second.sites.site(site, sqs)).providerPort).toBe(emulated.providerPort);
  expect((await second.sites.site(site)).providerPort).toBe(plain.providerPort);
  expect(second.sites.emulators(site)).toHaveLength(2);
  expect(second.sites.emulators({ ...site, account: "222222222222" })).toEqual([]);
});

it.each([
  [{ sqs: "http://10.0.0.1:4566" }, "on loopback"],
  [{ sqs: "http://127.0.0.1.example.com:4566" }, "on loopback"],
  [{ sqs: "http://localhost.example.com:4566" }, "on loopback"],
  [{ sqs: "http://user:secret@127.0.0.1:4566" }, "on loopback"],
  [{ sqs: "ftp://127.0.0.1" }, "on loopback"],
  [{ sqs: "127.0.0.1:4566" }, "on loopback"],
  [{ kinesis: "http://127.0.0.1:4566" }, "one of dynamodb, s3"],
])("the endpoints %j are refused", (endpoints, why) => {
  expect(() => checkEndpoints(endpoints)).toThrow(why);
});

it("endpoints on loopback are taken, in one form", () => {
  expect(checkEndpoints({ ssm: "http://[::1]:1/", s3: "http://aws.localhost:2" })).toEqual({
    s3: "http://aws.localhost:2",
    ssm: "http://[::1]:1",
  });
  expect(checkEndpoints(undefined)).toEqual({});
});

it("an emulator that does not run is an error that names it and what is there; any answer is one", async () => {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const url = `http://127.0.0.1:${await listenOn(server, 0)}`;
  await reachEmulators({ sqs: url });
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await expect(reachEmulators({ sns: url, sqs: url })).rejects.toMatchObject({
    code: "emulator-unreachable",
    exitCode: 1,
    message: expect.stringContaining(`${url}, where moorage:local says that sns, sqs are emulated`),
  });
});

it("tasks and clients find emulators by the SDK's own variables, and tasks without emulators get none", () => {
  expect(taskVariables(site, {})).toEqual({});
  expect(taskVariables(site, { ...sqs, secretsmanager: "http://127.0.0.1:1" })).toEqual({
    AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:4566",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://127.0.0.1:1",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "111111111111",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  const home = Home.open(join(temporaryFolder(), "home"), site);
  const env = engineEnvironment({
    home,
    site,
    endpoint: "http://127.0.0.1:9",
    providerPort: 1,
    endpoints: sqs,
  });
  expect(env).toMatchObject({
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:4566",
  });
});
