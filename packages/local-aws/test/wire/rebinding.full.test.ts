import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startDaemon } from "../../src/daemon/daemon.js";
import { Home } from "../../src/home/home.js";
import { control, findDaemon } from "../../src/daemon/identity.js";
import { listenOn } from "../../src/listen.js";
import { openHostilePage, type Reached } from "./hostile-page.js";

const timeout = 120_000;

const paths = (reached: readonly Reached[]) =>
  reached.map(({ method, url }) => `${method} ${new URL(url).pathname}`);

it(
  "the page reaches a server that refuses nothing: what it tries is no empty threat",
  { timeout },
  async () => {
    const server = createServer((_request, response) => {
      response
        .writeHead(200, { "access-control-allow-origin": "*", "access-control-allow-headers": "*" })
        .end();
    });
    const port = await listenOn(server, 0);
    onTestFinished(() => void server.closeAllConnections());
    onTestFinished(() => void server.close());
    const reached = await openHostilePage({ api: port, provider: port });
    expect(reached.every(({ status }) => status === 200)).toBe(true);
    expect(paths(reached)).toEqual(
      expect.arrayContaining([
        "GET /_moorage/stop",
        "POST /_moorage/stop",
        "POST /_moorage/fault",
        "POST /",
        "PUT /v2/evil/manifests/v1",
        "GET /_github/repos/acme/shop",
        "POST /pulumirpc.ResourceProvider/Create",
      ]),
    );
    expect(reached.some(({ url }) => url.endsWith("?image"))).toBe(true);
    expect(reached.some(({ url }) => url.endsWith("?form"))).toBe(true);
  },
);

it(
  "F53, correctness 3: a page of another origin, with DNS rebinding, can do nothing to the local target",
  { timeout },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "moorage-rebinding-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const site = { account: "111111111111", region: "us-east-1" };
    const home = Home.open(join(folder, "home"), site);
    const daemon = await startDaemon(home, { speed: 100, log: () => undefined });
    if (daemon === undefined) throw new Error("another daemon has the home");
    onTestFinished(() => daemon.close());
    const { providerPort } = await control<{ providerPort: number }>(home, "site", site);
    const file = join(home.stateFolder, "state.json");
    const images = () => readdirSync(home.registryFolder, { recursive: true }).sort();
    const before = { state: readFileSync(file, "utf8"), images: images() };

    const reached = await openHostilePage({ api: daemon.port, provider: providerPort });

    expect(reached.length).toBeGreaterThan(10);
    expect(reached.filter(({ status }) => status < 400)).toEqual([]);
    expect(await findDaemon(home)).toMatchObject({ pid: process.pid, ready: true });
    expect(await control(home, "faults", {})).toEqual([]);
    expect({ state: readFileSync(file, "utf8"), images: images() }).toEqual(before);
  },
);
