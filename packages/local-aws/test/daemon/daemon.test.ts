import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { proofHeader } from "../../src/wire/control.js";
import { ensureLocal, findLocal } from "../../src/daemon/client.js";
import type { Credentials } from "../../src/home/credentials.js";
import { Home } from "../../src/home/home.js";
import { listenOn } from "../../src/listen.js";
import { isAlive } from "../../src/platform/index.js";
import { eventually } from "../../../../test/harness/eventually.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";
import { openProject } from "./daemon-harness.js";

const site = { account: "111111111111", region: "us-east-1" };

/** Somebody else's server on a port, until the test ends. */
async function occupy(port: number, answer: unknown = {}, credentials?: Credentials): Promise<Server> {
  const server = createServer((request, response) => {
    const isStop = request.url === "/_moorage/stop";
    const proof = credentials?.proof("answer", request.headers.authorization ?? "") ?? "";
    response.setHeader(proofHeader, proof);
    response.setHeader("connection", "close").end(JSON.stringify(isStop ? {} : answer));
    if (isStop) server.close();
  });
  await listenOn(server, port);
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return server;
}

describe("starting and finding the daemon", () => {
  it("callers at the same time share one; nothing runs before and after", async () => {
    const project = openProject();
    expect(await findLocal(project)).toBeUndefined();
    const started = await Promise.all([ensureLocal(project), ensureLocal(project), ensureLocal(project)]);
    const pids = await Promise.all(started.map(async (local) => (await local.status()).pid));
    expect(new Set(pids).size).toBe(1);
    const [pid = 0] = pids;
    await started[0]?.stop();
    expect(await findLocal(project)).toBeUndefined();
    await eventually("the daemon's end", () => !isAlive(pid));
  }, 60_000);

  it("a killed daemon is replaced by one with the same ports and the same foundation", async () => {
    const project = openProject();
    const first = await ensureLocal(project);
    const [before, opened] = [await first.status(), await first.site(site)];
    process.kill(before.pid, "SIGKILL");
    await eventually("the daemon's end", () => !isAlive(before.pid));
    expect(await findLocal(project)).toBeUndefined();
    const second = await ensureLocal(project);
    const after = await second.status();
    expect({ ...after, pid: 0 }).toEqual({ ...before, pid: 0 });
    expect(await second.site(site)).toEqual(opened);
  }, 60_000);

  it("ends with its owner", async () => {
    const project = openProject();
    const owner = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    onTestFinished(() => void owner.kill("SIGKILL"));
    const env = { ...project.env, MOORAGE_LOCAL_OWNER: String(owner.pid) };
    const { pid } = await (await ensureLocal({ ...project, env })).status();
    owner.kill("SIGKILL");
    await once(owner, "exit");
    await eventually("the daemon's end", () => !isAlive(pid));
  }, 60_000);

  it("ends when its home was removed, and a home made again at the same place gets its own", async () => {
    const project = openProject();
    const { pid } = await (await ensureLocal(project)).status();
    renameSync(project.home, `${project.home}.gone`);
    const again = await (await ensureLocal(project)).status();
    expect(again.pid).not.toBe(pid);
    await eventually("the first daemon's end", () => !isAlive(pid));
    rmSync(`${project.home}.gone`, { recursive: true });
  }, 60_000);

  it("a daemon of another build is replaced", async () => {
    const project = openProject();
    const home = Home.open(project.home, site);
    const identity = { pid: 1, home: home.folder, homeId: home.id, build: "0.0.1", ready: true };
    const old = await occupy(home.apiPort, identity, home.credentials);
    const status = await (await ensureLocal(project)).status();
    expect(status.pid).not.toBe(1);
    expect(old.listening).toBe(false);
  }, 60_000);
});

describe("what stands in the way", () => {
  it("ports of somebody else are left alone: others are chosen and kept", async () => {
    const project = openProject();
    const home = Home.open(project.home, site);
    await occupy(home.apiPort);
    await occupy(home.balancerPort);
    const { endpoint, url } = await (await ensureLocal(project)).status();
    expect(endpoint).not.toContain(`:${home.apiPort}`);
    expect(url).not.toContain(`:${home.balancerPort}`);
    const kept = Home.read(project.home);
    expect(endpoint).toBe(`http://127.0.0.1:${kept.apiPort}`);
    expect(url).toBe(`http://localhost:${kept.balancerPort}`);
  }, 60_000);

  it("a daemon that cannot start says why", async () => {
    const project = openProject();
    Home.open(project.home, site);
    mkdirSync(join(project.home, "state"), { recursive: true });
    writeFileSync(join(project.home, "state", "state.json"), "{ broken");
    await expect(ensureLocal(project)).rejects.toMatchObject({
      code: "local-not-started",
      message: expect.stringContaining("state.json cannot be read") as string,
    });
  }, 60_000);

  it("a home whose own file is broken is named, with what to do", () => {
    const home = temporaryFolder();
    writeFileSync(join(home, "home.json"), "{ broken");
    expect(() => Home.read(home)).toThrow(/home.json cannot be read/);
  });
});
