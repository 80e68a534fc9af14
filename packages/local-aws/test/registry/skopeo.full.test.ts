import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { startDaemon } from "../../src/daemon/daemon.js";
import { Home } from "../../src/home/home.js";
import { buildImage } from "../../src/images/build.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";
import { imageManifest, imageType, indexType, putManifest, serveRegistry, sha256, site } from "./serve.js";

const run = promisify(execFile);

async function skopeo(...args: string[]): Promise<string> {
  return (await run("skopeo", ["--insecure-policy", ...args])).stdout;
}

const fromHere = "--src-tls-verify=false";
const toHere = "--dest-tls-verify=false";
const staging = "222222222222.dkr.ecr.eu-west-1.amazonaws.com";

async function digestAt(url: string, name: string, tag: string): Promise<string | null> {
  const head = await fetch(`${url}/${name}/manifests/${tag}`, { method: "HEAD" });
  return head.headers.get("docker-content-digest");
}

async function builtApp(registry: string) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts: { start: "node server.js" } }));
  mkdirSync(join(folder, "lib"));
  writeFileSync(join(folder, "lib", "data"), "x".repeat(200_000));
  return buildImage({ folder, repository: "team/app", tag: "v1", registry, prefer: "package" });
}

async function pushedIndex(url: string) {
  const children = await Promise.all(
    ["amd64", "arm64"].map(async (architecture) => {
      const manifest = await imageManifest(url, "app");
      await putManifest(url, "app", sha256(manifest), manifest);
      const platform = { architecture, os: "linux" };
      return { mediaType: imageType, digest: sha256(manifest), size: manifest.length, platform };
    }),
  );
  const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: children });
  await putManifest(url, "app", "v1", index, indexType);
  return sha256(index);
}

describe("skopeo", () => {
  it("inspects an image that our builder pushed", async () => {
    const { host } = await serveRegistry();
    const { image, digest } = await builtApp(host);
    const seen = JSON.parse(await skopeo("inspect", "--tls-verify=false", `docker://${image}`)) as object;
    expect(seen).toMatchObject({ Digest: digest, Os: "linux", Labels: { "dev.moorage.runs-on": "host" } });
  });

  it("copies an image out, back in and to another registry, and the digest stays", async () => {
    const { host, url } = await serveRegistry();
    const { image, digest } = await builtApp(host);
    const layout = join(temporaryFolder(), "layout");
    await skopeo("copy", fromHere, `docker://${image}`, `oci:${layout}:v1`);
    expect(readFileSync(join(layout, "index.json"), "utf8")).toContain(digest);
    await skopeo("copy", toHere, `oci:${layout}:v1`, `docker://${host}/back:v1`);
    expect(await digestAt(url, "back", "v1")).toBe(digest);
    await skopeo("copy", fromHere, toHere, `docker://${image}`, `docker://${host}/${staging}/team/app:v1`);
    expect(await digestAt(url, `${staging}/team/app`, "v1")).toBe(digest);
  });

  it("copies an index with its images, and the digest stays", async () => {
    const { host, url } = await serveRegistry();
    const digest = await pushedIndex(url);
    const layout = join(temporaryFolder(), "layout");
    await skopeo(
      "copy",
      "--all",
      "--preserve-digests",
      fromHere,
      `docker://${host}/app:v1`,
      `oci:${layout}:v1`,
    );
    await skopeo(
      "copy",
      "--all",
      "--preserve-digests",
      toHere,
      `oci:${layout}:v1`,
      `docker://${host}/back:v1`,
    );
    expect(await digestAt(url, "back", "v1")).toBe(digest);
  });

  it("lists tags, and deletes an image", async () => {
    const { host } = await serveRegistry();
    const { image } = await builtApp(host);
    const tags = await skopeo("list-tags", "--tls-verify=false", `docker://${host}/team/app`);
    expect(JSON.parse(tags)).toMatchObject({ Tags: ["v1"] });
    await skopeo("delete", "--tls-verify=false", `docker://${image}`);
    await expect(skopeo("inspect", "--tls-verify=false", `docker://${image}`)).rejects.toThrow(
      /manifest unknown/,
    );
  });

  it("reads a repository's folder as the OCI image layout that it is", async () => {
    const { host, registry } = await serveRegistry();
    const { digest } = await builtApp(host);
    const { folder } = registry.storage.layout({ host: registry.defaultHost, name: "team/app" });
    const seen = JSON.parse(await skopeo("inspect", `oci:${folder}:v1`)) as object;
    expect(seen).toMatchObject({ Digest: digest });
  });

  it("F53, correctness 3: logs in with ECR's password and no other, and pushes with it", async () => {
    const home = Home.open(join(temporaryFolder(), "home"), site);
    const daemon = await startDaemon(home, { speed: 100, log: () => undefined });
    if (daemon === undefined) throw new Error("another daemon has the home");
    onTestFinished(() => daemon.close());
    const host = `127.0.0.1:${daemon.port}`;
    const authfile = ["--authfile", join(temporaryFolder(), "auth.json")];
    const login = (password: string) =>
      skopeo("login", "--tls-verify=false", ...authfile, "--username", "AWS", "--password", password, host);
    const { host: source } = await serveRegistry();
    const { image } = await builtApp(source);
    const copy = () =>
      skopeo("copy", fromHere, toHere, ...authfile, `docker://${image}`, `docker://${host}/app:v1`);
    await expect(login("x")).rejects.toThrow(/unauthorized|invalid username\/password/);
    await expect(copy()).rejects.toThrow(/unauthorized|authentication required/);
    expect(await login(home.credentials.registryPassword(Date.now()).password)).toContain("Login Succeeded");
    await copy();
    const inspect = ["inspect", "--tls-verify=false", ...authfile, `docker://${host}/app:v1`];
    expect(JSON.parse(await skopeo(...inspect))).toMatchObject({ Os: "linux" });
  });
});
