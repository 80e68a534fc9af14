import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { asMoorageError, type MoorageError } from "../../../../src/core/errors.js";
import { buildWithAnyTool } from "../../../../src/adapters/images/container-build.js";
import { buildImage, type BuildRequest } from "../../src/images/build.js";
import { createImageStore } from "../../src/images/image-store.js";
import { newRow, RepositoryRows } from "../../src/services/ecr/rows.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";
import { serveRegistry, site } from "../registry/serve.js";
import { writeTar } from "./layers.js";

const appPackage = { name: "app", version: "1.2.3", scripts: { start: "node server.js" } };

function app(files: Record<string, string | object> = {}): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries({ "package.json": appPackage, "server.js": "1", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

async function serveBuilds() {
  const served = await serveRegistry();
  const build = (folder: string, request: Partial<BuildRequest> = {}) =>
    buildImage({
      folder,
      repository: "app",
      tag: "v1",
      registry: served.host,
      prefer: "package",
      buildDockerfile: buildWithAnyTool,
      ...request,
    });
  const unpack = (image: string) =>
    createImageStore({ root: join(served.root, "images"), registry: served.registry }).unpack(image);
  return { ...served, build, unpack };
}

async function problem(work: Promise<unknown>): Promise<MoorageError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error && "code" in error) return asMoorageError(error);
  throw new Error(`expected a MoorageError, got ${String(error)}`);
}

describe("an image from a package.json", () => {
  it("holds the folder under /app and says how to start it", async () => {
    const { build, unpack, host } = await serveBuilds();
    const folder = app({ "lib/deep/file.js": "2", "node_modules/dep/index.js": "3" });
    symlinkSync("server.js", join(folder, "link.js"));
    writeFileSync(join(folder, "run.sh"), "#!/bin/sh");
    chmodSync(join(folder, "run.sh"), 0o750);
    const built = await build(folder, { revision: "c0ffee" });
    expect(built).toMatchObject({ image: `${host}/app:v1`, repository: "app", tag: "v1" });
    const image = await unpack(built.image);
    expect(image.digest).toBe(built.digest);
    expect(image.needsContainer).toBe(false);
    expect(image.config).toEqual({
      Env: [
        "PATH=/app/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "npm_package_name=app",
        "npm_package_version=1.2.3",
        "npm_package_json=/app/package.json",
        "npm_lifecycle_event=start",
        "npm_lifecycle_script=node server.js",
        "npm_command=start",
      ],
      Cmd: ["sh", "-c", "exec node server.js"],
      WorkingDir: "/app",
      Labels: { "org.opencontainers.image.revision": "c0ffee", "dev.moorage.runs-on": "host" },
    });
    const root = join(image.rootfs, "app");
    expect(readFileSync(join(root, "lib/deep/file.js"), "utf8")).toBe("2");
    expect(readFileSync(join(root, "link.js"), "utf8")).toBe("1");
    expect(readdirSync(root)).toContain("node_modules");
  });

  it("has the same digest for the same content, whenever and wherever it was written", async () => {
    const { build } = await serveBuilds();
    const one = app({ "b.js": "b", "a/x.js": "x" });
    const other = app({ "a/x.js": "x", "b.js": "b" });
    utimesSync(join(other, "b.js"), 1, 1);
    chmodSync(join(other, "b.js"), 0o600);
    const [first, second] = [await build(one), await build(other, { tag: "v2" })];
    expect(second.digest).toBe(first.digest);
    writeFileSync(join(other, "b.js"), "changed");
    expect((await build(other, { tag: "v3" })).digest).not.toBe(first.digest);
    expect((await build(one, { tag: "v4", revision: "abc" })).digest).not.toBe(first.digest);
  });

  it("leaves out .git and what .dockerignore excludes, but never the dependencies", async () => {
    const { build, unpack } = await serveBuilds();
    const folder = app({
      ".git/config": "x",
      ".dockerignore": "# comment\nnode_modules\n*.log\nlogs\n!logs/keep.txt\n**/*.tmp\n",
      "debug.log": "x",
      "logs/old.txt": "x",
      "logs/keep.txt": "x",
      "deep/er/a.tmp": "x",
      "node_modules/dep/index.js": "x",
    });
    const { rootfs } = await unpack((await build(folder)).image);
    const files = readdirSync(join(rootfs, "app"), { recursive: true, encoding: "utf8" }).sort();
    expect(files).toEqual([
      ".dockerignore",
      "deep",
      "deep/er",
      "logs",
      "logs/keep.txt",
      "node_modules",
      "node_modules/dep",
      "node_modules/dep/index.js",
      "package.json",
      "server.js",
    ]);
  });

  it("sends nothing twice", async () => {
    const { build, url } = await serveBuilds();
    const folder = app();
    const first = await build(folder);
    expect(await build(folder)).toEqual(first);
    expect((await build(folder, { tag: "v2" })).digest).toBe(first.digest);
    const tags = (await (await fetch(`${url}/app/tags/list`)).json()) as { tags: string[] };
    expect(tags.tags).toEqual(["v1", "v2"]);
  });

  it("F20: does not move the tag of an immutable repository", async () => {
    const { build, store } = await serveBuilds();
    new RepositoryRows(store).put({ ...newRow(site, "app", 0), imageTagMutability: "IMMUTABLE" });
    await build(app());
    await build(app());
    const refused = await problem(build(app({ "server.js": "other" })));
    expect(refused).toMatchObject({ code: "tag-immutable", exitCode: 2 });
    expect(refused.message).toContain("'v1'");
  });

  it.each<[string, () => string, Partial<BuildRequest>, string]>([
    ["a folder that is not there", () => "/nowhere/at/all", {}, "folder-not-found"],
    ["a file instead of a folder", () => join(app(), "server.js"), {}, "folder-not-found"],
    ["a folder with nothing to build", () => temporaryFolder(), {}, "nothing-to-build"],
    [
      "a package without a start script",
      () => app({ "package.json": { scripts: {} } }),
      {},
      "nothing-to-build",
    ],
    ["a package that is not JSON", () => app({ "package.json": "{" }), {}, "package-invalid"],
    [
      "a package with wrong types",
      () => app({ "package.json": { scripts: { start: 1 } } }),
      {},
      "package-invalid",
    ],
    [
      "dependencies that are not installed",
      () => app({ "package.json": { ...appPackage, dependencies: { left: "1" } } }),
      {},
      "dependencies-not-installed",
    ],
    ["an upper-case repository", () => app(), { repository: "App" }, "repository-invalid"],
    ["a hostile repository", () => app(), { repository: "../../etc" }, "repository-invalid"],
    ["an empty tag", () => app(), { tag: "" }, "tag-invalid"],
    ["a long tag", () => app(), { tag: "x".repeat(200) }, "tag-invalid"],
    ["a tag with a space", () => app(), { tag: "a b" }, "tag-invalid"],
    ["a tag with a leading dash", () => app(), { tag: "-a" }, "tag-invalid"],
  ])("F26: refuses %s with exit 2", async (_what, folder, request, code) => {
    const { build } = await serveBuilds();
    const refused = await problem(build(folder(), request));
    expect(refused).toMatchObject({ code, exitCode: 2 });
    expect(refused.hint).not.toBe("");
  });

  it("says so when the registry does not answer", async () => {
    const { build } = await serveBuilds();
    const refused = await problem(build(app(), { registry: "127.0.0.1:1" }));
    expect(refused).toMatchObject({ code: "registry-unreachable", exitCode: 1 });
  });
});

/** A `docker` on PATH that saves a fixed image, as the real one does. */
async function fakeDocker(script: string): Promise<NodeJS.ProcessEnv> {
  const folder = temporaryFolder();
  await writeTar(join(folder, "image.tar"), [
    {
      name: "manifest.json",
      body: JSON.stringify([{ Config: "config.json", RepoTags: null, Layers: ["1/layer.tar"] }]),
    },
    {
      name: "config.json",
      body: JSON.stringify({ architecture: "amd64", os: "linux", config: { Cmd: ["/app"] } }),
    },
    { name: "0/layer.tar", body: "layer" },
    { name: "1/layer.tar", type: "symlink", linkname: "../0/layer.tar" },
  ]);
  const docker = `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script.replaceAll("FOLDER", folder)}\n`;
  writeFileSync(join(folder, "docker"), docker, { mode: 0o755 });
  writeFileSync(join(folder, "podman"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return { PATH: `${folder}:/usr/bin:/bin`, CALLS: join(folder, "calls") };
}

describe("an image from a Dockerfile", () => {
  const dockerfile = { "package.json": "{}", Dockerfile: "FROM scratch" };

  it("is built by a working Docker, saved, and pushed byte for byte", async () => {
    const { build, url } = await serveBuilds();
    const env = await fakeDocker('if [ "$1" = save ]; then cp FOLDER/image.tar "$3"; fi');
    const built = await build(app(dockerfile), { env, revision: "c0ffee" });
    const manifest = (await (await fetch(`${url}/app/manifests/${built.digest}`)).json()) as {
      config: { digest: string };
      layers: { mediaType: string; digest: string }[];
    };
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
      "application/vnd.oci.image.layer.v1.tar",
    ]);
    expect(await (await fetch(`${url}/app/blobs/${manifest.layers[0]?.digest}`)).text()).toBe("layer");
    const calls = readFileSync(env["CALLS"] ?? "", "utf8");
    expect(calls).toContain("--label=org.opencontainers.image.revision=c0ffee");
    expect(calls).toMatch(/^rmi /m);
  });

  it("fails with the tool's own last words", async () => {
    const { build } = await serveBuilds();
    const env = await fakeDocker('if [ "$1" = build ]; then echo "step 3: no such file" >&2; exit 1; fi');
    const failed = await problem(build(app(dockerfile), { env }));
    expect(failed).toMatchObject({ code: "image-build-failed", exitCode: 1, fault: "app" });
    expect(failed.message).toContain("step 3: no such file");
  });

  it("is built only where there is no start script, or where it is asked for", async () => {
    const { build, unpack } = await serveBuilds();
    const env = await fakeDocker('if [ "$1" = save ]; then cp FOLDER/image.tar "$3"; fi');
    const calls = env["CALLS"] ?? "";
    const both = app({ Dockerfile: "FROM scratch" });
    const packed = await build(both, { env, prefer: undefined });
    expect((await unpack(packed.image)).needsContainer).toBe(false);
    expect(existsSync(calls)).toBe(false);
    await build(both, { env, prefer: "dockerfile", tag: "v2" });
    expect(readFileSync(calls, "utf8")).toMatch(/^build /m);
  });

  it("takes the file, stage and arguments that it is built with", async () => {
    const { build } = await serveBuilds();
    const env = await fakeDocker('if [ "$1" = save ]; then cp FOLDER/image.tar "$3"; fi');
    const folder = app({ ...dockerfile, "docker/App": "FROM scratch" });
    const docker = { dockerfile: "docker/App", target: "run", args: { NODE: "22" }, platform: "linux/amd64" };
    await build(folder, { env, docker });
    const [call] = readFileSync(env["CALLS"] ?? "", "utf8").match(/^build .*/m) ?? [];
    expect(call).toContain(
      `--file=${folder}/docker/App --target=run --platform=linux/amd64 --build-arg=NODE=22`,
    );
    expect(call?.endsWith(` ${folder}`)).toBe(true);
  });

  it("stops with its caller", async () => {
    const { build } = await serveBuilds();
    const env = await fakeDocker('if [ "$1" = build ]; then echo began; exec sleep 60; fi');
    const abort = new AbortController();
    const onLine = (line: string) => line === "began" && abort.abort(new Error("interrupted"));
    const stopped = build(app(dockerfile), {
      env,
      signal: abort.signal,
      onLine: (line) => void onLine(line),
    });
    await expect(stopped).rejects.toThrow("interrupted");
  });

  it("is refused with exit 2 where neither is possible", async () => {
    const { build } = await serveBuilds();
    const env = await fakeDocker("exit 1");
    const refused = await problem(build(app(dockerfile), { env }));
    expect(refused).toMatchObject({ code: "container-tool-missing", exitCode: 2 });
  });
});
