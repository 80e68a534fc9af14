import { once } from "node:events";
import * as net from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { awaitConnections, whyNotConnected } from "../../../../src/features/deploy/smoke/connect.js";
import { silentReporter } from "../../../../src/core/reporter.js";

const { signal } = new AbortController();
const context = { reporter: silentReporter, signal };
const well = () => Promise.resolve(undefined);

async function listening(): Promise<number> {
  const server = net.createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as net.AddressInfo).port;
}

async function closed(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const at = (port: number, internal = false) => [
  { name: "web" },
  { name: "mqtt", network: { host: "passing.elb.localhost", port, internal } },
];

it("passes where a connection is taken and targets are healthy", async () => {
  const [result, ...others] = await awaitConnections(context, at(await listening()), 5000, well);
  expect(result).toMatchObject({ passed: true, problem: null, status: null });
  expect(result?.url).toMatch(/^tcp:\/\/passing\.elb\.localhost:\d+$/);
  expect(others).toEqual([]);
});

it("fails within the bound where no connection is taken", async () => {
  const [result] = await awaitConnections(context, at(await closed()), 300, well);
  expect(result).toMatchObject({ passed: false });
  expect(result?.problem).toContain("takes no connection: connect ECONNREFUSED");
});

it("fails where somebody takes connections while no target is healthy", async () => {
  const [result] = await awaitConnections(context, at(await listening()), 300, () =>
    Promise.resolve("mqtt has no healthy target"),
  );
  expect(result).toMatchObject({
    passed: false,
    problem: "takes connections while mqtt has no healthy target",
  });
});

it("does not ask what answers in its VPC alone", async () => {
  const [result] = await awaitConnections(context, at(await closed(), true), 300, well);
  expect(result).toMatchObject({ passed: true });
});

it("an interrupted wait ends at once", async () => {
  const aborted = AbortSignal.abort();
  expect(await whyNotConnected({ host: "127.0.0.1", port: await listening() }, 5000, aborted)).toBe(
    "interrupted",
  );
});
