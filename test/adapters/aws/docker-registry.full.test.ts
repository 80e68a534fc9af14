import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { copyImage } from "../../../src/adapters/aws/copy.js";
import { readImageTree } from "../../../src/adapters/aws/image-tree.js";
import { openRepository } from "../../../src/adapters/aws/registry.js";
import type { RegistryAccess } from "../../../src/adapters/aws/registry-http.js";
import { eventually } from "../../harness/eventually.js";
import { temporaryFolder } from "../../harness/folder.js";
import { dev, pushIndex, repository, stage } from "./registries.js";

/** The registry that Docker itself maintains: somebody else's reading of the protocol. */
async function dockerRegistry(): Promise<RegistryAccess> {
  const folder = temporaryFolder();
  const port = await freePort();
  const config = [
    "version: 0.1",
    "log: { level: error }",
    `storage: { filesystem: { rootdirectory: ${join(folder, "data")} } }`,
    `http: { addr: "127.0.0.1:${port}" }`,
  ];
  writeFileSync(join(folder, "config.yml"), `${config.join("\n")}\n`);
  const child = spawn("docker-registry", ["serve", join(folder, "config.yml")], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  await eventually("the registry answers", () =>
    fetch(`${url}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  const { signal } = new AbortController();
  return { host: "docker", endpoint: { url, prefix: "" }, authorization: "Basic x", signal, pauseMs: 5 };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("Docker's own registry", () => {
  it("takes an index with its attestation, mounts its blobs, and gives the same bytes back", async () => {
    const [ours, access] = [await stage(dev), await dockerRegistry()];
    const { digest } = await pushIndex(ours, "sha-1");
    const there = openRepository(access, "team/hello");
    const tree = await readImageTree(repository(ours), digest);
    expect(await copyImage({ source: repository(ours), target: there, tree, tag: "v1.2.3" })).toBe(true);
    expect(await copyImage({ source: repository(ours), target: there, tree, tag: "v1.2.3" })).toBe(false);
    const beside = openRepository(access, "team/beside");
    expect(await copyImage({ source: there, target: beside, tree, tag: "v1.2.3" })).toBe(true);
    const back = await readImageTree(beside, digest);
    const target = repository(ours, "back");
    expect(await copyImage({ source: beside, target, tree: back, tag: "v1.2.3" })).toBe(true);
    expect(await target.head("v1.2.3")).toBe(digest);
  });
});
