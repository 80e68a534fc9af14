import { chmod, mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually } from "../../harness/eventually.js";
import { downloadEngine } from "../../../src/adapters/engine/download.js";
import { findEngine } from "../../../src/adapters/engine/find.js";
import { getEngine, type GetOptions, type Way, type Ways } from "../../../src/adapters/engine/get.js";
import { engineFolder, pinnedVersion } from "../../../src/adapters/engine/pinned.js";
import { newEnough } from "../../../src/adapters/engine/version.js";
import type { Message } from "../../../src/core/reporter.js";
import { temporaryFolder } from "./support/engine.js";

interface Machine extends GetOptions {
  folder: string;
  messages: Message[];
  abort: AbortController;
}

/** A machine with an empty cache and an empty PATH. */
async function emptyMachine(): Promise<Machine> {
  const folder = await temporaryFolder();
  const messages: Message[] = [];
  const abort = new AbortController();
  await mkdir(join(folder, "bin"));
  return {
    folder,
    messages,
    abort,
    env: { PATH: join(folder, "bin"), XDG_CACHE_HOME: join(folder, "cache") },
    reporter: { notify: (message) => messages.push(message), close: () => undefined },
    signal: abort.signal,
  };
}

/** A `pulumi` that tells a version, and writes a line each time it is asked. */
async function fakePulumi(folder: string, version: string): Promise<string> {
  const path = join(folder, "pulumi");
  await writeFile(path, `#!/bin/sh\necho asked >> ${folder}/asked\necho v${version}\n`);
  await chmod(path, 0o755);
  return path;
}

const fails: Way = async () => Promise.reject(new Error("not today"));

const makes: Way = async (folder) => {
  await fakePulumi(folder, pinnedVersion);
};

const noWay: Ways = { download: fails, build: fails };

describe("getEngine", () => {
  it("prefers what MOORAGE_ENGINE names, then PATH, then the cache", async () => {
    const machine = await emptyMachine();
    await getEngine(machine, { download: makes, build: fails });
    expect(await findEngine(machine)).toMatchObject({ source: "cache", origin: "download" });
    const onPath = await fakePulumi(join(machine.folder, "bin"), "3.260.1");
    expect(await findEngine(machine)).toEqual({ path: onPath, version: "3.260.1", source: "path" });
    const env = { ...machine.env, MOORAGE_ENGINE: await fakePulumi(machine.folder, "3.250.0") };
    expect(await findEngine({ env })).toMatchObject({ version: "3.250.0", source: "env" });
  });

  it("adoption B7: in a GitHub run takes the pinned one, whatever the runner's PATH holds, by default", async () => {
    const machine = await emptyMachine();
    await getEngine(machine, { download: makes, build: fails });
    await fakePulumi(join(machine.folder, "bin"), "3.260.1");
    const env = { ...machine.env, GITHUB_ACTIONS: "true" };
    expect(await findEngine({ env })).toMatchObject({ source: "cache", version: pinnedVersion });
    const told = { ...env, MOORAGE_ENGINE: await fakePulumi(machine.folder, "3.250.0") };
    expect(await findEngine({ env: told })).toMatchObject({ source: "env", version: "3.250.0" });
  });

  it("passes over a pulumi on PATH that is too old", async () => {
    const machine = await emptyMachine();
    await fakePulumi(join(machine.folder, "bin"), "3.100.0");
    const engine = await getEngine(machine, { download: fails, build: makes });
    expect(engine).toMatchObject({ version: pinnedVersion, source: "build" });
  });

  it("refuses a MOORAGE_ENGINE that cannot serve", async () => {
    const machine = await emptyMachine();
    const old = { ...machine.env, MOORAGE_ENGINE: await fakePulumi(machine.folder, "2.25.0") };
    await expect(findEngine({ env: old })).rejects.toMatchObject({ code: "engine-unusable", exitCode: 2 });
    const absent = { ...machine.env, MOORAGE_ENGINE: join(machine.folder, "nothing") };
    await expect(findEngine({ env: absent })).rejects.toThrow("is not a working Pulumi CLI");
  });

  it("asks a binary for its version once, until it changes", async () => {
    const machine = await emptyMachine();
    const path = await fakePulumi(join(machine.folder, "bin"), "3.248.0");
    const asked = async () =>
      (await readFile(join(machine.folder, "bin", "asked"), "utf8")).split("\n").length - 1;
    await findEngine(machine);
    await findEngine(machine);
    expect(await asked()).toBe(1);
    await utimes(path, new Date(), new Date(2020, 1));
    await findEngine(machine);
    expect(await asked()).toBe(2);
  });

  it("makes it once when two want it at once", async () => {
    const machine = await emptyMachine();
    let made = 0;
    const slowly: Way = async (folder, options) => {
      made += 1;
      await eventually("another waits", () =>
        machine.messages.some(({ text }) => text.startsWith("Waiting for")),
      );
      await makes(folder, options);
    };
    const engines = await Promise.all(
      [1, 2, 3].map(() => getEngine(machine, { download: slowly, build: fails })),
    );
    expect(made).toBe(1);
    expect(new Set(engines.map(({ path }) => path)).size).toBe(1);
    expect(machine.messages.map(({ text }) => text)).toContain(
      "Waiting for another process that is installing the Pulumi engine",
    );
  });

  it("names the three ways when none works, and leaves nothing half made", async () => {
    const machine = await emptyMachine();
    const getting = getEngine(machine, noWay);
    await expect(getting).rejects.toMatchObject({ code: "engine-missing", exitCode: 1 });
    await expect(getting).rejects.toThrow(/PATH: no pulumi[^]*download: not today[^]*build: not today/);
    expect(await readdir(engineFolder(machine.env))).toEqual([]);
  });

  it("an interrupt ends the work and removes what it had begun", async () => {
    const machine = await emptyMachine();
    const until: Way = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    const getting = getEngine(machine, { download: until, build: makes });
    await expect.poll(() => readdir(engineFolder(machine.env))).toHaveLength(1);
    machine.abort.abort();
    await expect(getting).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(engineFolder(machine.env))).toEqual([]);
  });

  it("says that there is no Go, or that it is too old", async () => {
    const machine = await emptyMachine();
    const { buildEngine } = await import("../../../src/adapters/engine/build.js");
    await expect(buildEngine(machine.folder, machine)).rejects.toThrow("there is no Go on PATH");
    await writeFile(join(machine.folder, "bin", "go"), "#!/bin/sh\necho go1.19.2\n", { mode: 0o755 });
    await expect(buildEngine(machine.folder, machine)).rejects.toThrow(
      /Go 1\.19\.2 is too old: 1\.\d+\S* or later/,
    );
  });
});

describe("downloadEngine", () => {
  it("gives up at once when the host does not serve it", async () => {
    const machine = await emptyMachine();
    const server = createServer((_, response) => response.writeHead(403).end()).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/install.sh`;
    await expect(downloadEngine(machine.folder, machine, url)).rejects.toThrow(
      /cannot be reached \(it answered 403\)/,
    );
  });
});

describe("newEnough", () => {
  it.each([
    ["3.248.0", true],
    ["3.300.2", true],
    ["3.247.9", false],
    ["4.0.0", false],
    ["nonsense", false],
  ])("%s: %s", (version, expected) => {
    expect(newEnough(version)).toBe(expected);
  });
});
