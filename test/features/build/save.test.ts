import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { awsClients } from "../../../src/adapters/aws/clients.js";
import type { ImageOrder } from "../../../src/adapters/images/builder.js";
import { loadImages } from "../../../src/features/build/load.js";
import { saveImages } from "../../../src/features/build/save.js";
import { Credentials } from "../../../packages/local-aws/src/home/credentials.js";
import { createEcr } from "../../../packages/local-aws/src/services/ecr/ecr.js";
import { localMaker } from "../../../src/adapters/images/local-builder.js";
import { hostArchitecture } from "../../../packages/local-aws/src/images/platform.js";
import { silentReporter } from "../../../src/core/reporter.js";
import { clientConfig, serve } from "../../../packages/local-aws/test/wire/serve.js";
import {
  imageManifest,
  putManifest,
  serveRegistry,
  sha256,
} from "../../../packages/local-aws/test/registry/serve.js";
import { temporaryFolder } from "../../harness/folder.js";

const host = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const registry = { host, account: "111111111111" };
const { signal } = new AbortController();

/** A fork's commit, and its image as the job without credentials has saved it. */
async function saved() {
  const project = temporaryFolder();
  const folder = join(temporaryFolder(), "images");
  writeFileSync(join(project, "package.json"), JSON.stringify({ scripts: { start: "node server.js" } }));
  writeFileSync(join(project, "server.js"), "");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      cwd: project,
      encoding: "utf8",
    }).trim();
  git("init", "--quiet");
  git("add", "--all");
  git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", "A fork's change");
  const order: ImageOrder = {
    services: ["web", "worker"],
    repository: "hello",
    context: project,
    dockerfile: join(project, "Dockerfile"),
    target: undefined,
    args: {},
    platform: `linux/${hostArchitecture()}`,
  };
  const env = { PATH: process.env["PATH"] };
  const make = localMaker({ env, signal, onLine: () => undefined, dockerfile: false });
  const save = () =>
    saveImages({ make, reporter: silentReporter }, { project, env, folder, orders: [order], registry: host });
  return { folder, order, commit: git("rev-parse", "HEAD"), save, result: await save() };
}

async function target() {
  const served = await serveRegistry();
  const api = await serve(
    {
      ecr: createEcr({
        ...served,
        endpoint: () => `http://${served.host}`,
        credentials: new Credentials("a token"),
      }),
    },
    served.store,
  );
  const endpoint = { url: `http://${served.host}`, prefix: "" };
  const context = {
    aws: awsClients(clientConfig(api.endpoint)),
    reporter: silentReporter,
    signal,
    target: { registryEndpoint: () => endpoint } as never,
  };
  const digestOf = async (tag: string) => {
    const head = await fetch(`${served.url}/hello/manifests/${tag}`, { method: "HEAD" });
    return head.headers.get("docker-content-digest");
  };
  return { context, digestOf, url: served.url };
}

const indexIn = (folder: string) => join(folder, "index.json");
const blobIn = (folder: string, digest: string) => join(folder, "blobs/sha256", digest.slice(7));

/** Puts a changed document in the place of one, as who controls the folder can. */
function replace(folder: string, digest: string, change: (text: string) => string): string {
  const bytes = change(readFileSync(blobIn(folder, digest), "utf8"));
  writeFileSync(blobIn(folder, sha256(bytes)), bytes);
  return sha256(bytes);
}

/** The same image with another configuration or manifest, in which all digests are right. */
function forge(folder: string, config: (text: string) => string, manifest = (text: string) => text): void {
  const index = readFileSync(indexIn(folder), "utf8");
  const old = /sha256:[0-9a-f]{64}/.exec(index)?.[0] ?? "";
  const whole = JSON.parse(readFileSync(blobIn(folder, old), "utf8")) as {
    config: { digest: string; size: number };
  };
  const digest = replace(folder, whole.config.digest, config);
  const size = readFileSync(blobIn(folder, digest)).length;
  const forged = replace(folder, old, () =>
    manifest(JSON.stringify({ ...whole, config: { ...whole.config, digest, size } })),
  );
  writeFileSync(indexIn(folder), index.replace(old, forged));
}

describe("images saved without credentials", () => {
  it("F27: are pushed with the digest that they were built with, under the commit's tag, once", async () => {
    const { folder, order, commit, result } = await saved();
    const { context, digestOf } = await target();
    const tag = `sha-${commit.slice(0, 12)}`;
    const image = `${host}/hello:${tag}`;
    const digest = result.services[0]?.digest ?? "";
    expect(result.services).toMatchObject([
      { name: "web", image, built: true, pushed: false },
      { name: "worker" },
    ]);
    const request = { folder, commit, orders: [order], registry };
    const loaded = await loadImages(context, request);
    const service = { image, digest, built: false, pushed: true };
    expect(loaded).toEqual({
      tag,
      services: [
        { name: "web", ...service },
        { name: "worker", ...service },
      ],
    });
    expect(await digestOf(tag)).toBe(digest);
    const again = await loadImages(context, request);
    expect(again.services[0]).toMatchObject({ digest, pushed: false });
  });

  it("F27: are one run's, when two push them at once", async () => {
    const { folder, order, commit, result } = await saved();
    const { context } = await target();
    const load = () => loadImages(context, { folder, commit, orders: [order], registry });
    const ends = await Promise.all([load(), load()]);
    const digest = result.services[0]?.digest;
    expect(ends.map(({ services }) => services[0]?.digest)).toEqual([digest, digest]);
  });

  it("F27: are refused where the tag is there, and does not name the whole commit", async () => {
    const { folder, order, commit } = await saved();
    const { context, url, digestOf } = await target();
    const tag = `sha-${commit.slice(0, 12)}`;
    await putManifest(url, "hello", tag, await imageManifest(url, "hello"));
    const before = await digestOf(tag);
    const loading = loadImages(context, { folder, commit, orders: [order], registry });
    await expect(loading).rejects.toMatchObject({ code: "saved-images-refused", exitCode: 4 });
    expect(await digestOf(tag)).toBe(before);
  });

  it("leave nothing of the work behind, and take no folder that holds something", async () => {
    const { folder, save } = await saved();
    expect(readdirSync(folder).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
    await expect(save()).rejects.toMatchObject({ code: "folder-in-use", exitCode: 2 });
  });

  const other = "f".repeat(40);
  const hostile: { what: string; change: (folder: string, commit: string) => void; exitCode?: number }[] = [
    {
      what: "of another commit",
      change: (folder, commit) =>
        writeFileSync(indexIn(folder), readFileSync(indexIn(folder), "utf8").replaceAll(commit, other)),
    },
    {
      what: "whose label names another commit",
      change: (folder, commit) => forge(folder, (text) => text.replaceAll(commit, other)),
    },
    {
      what: "whose label is gone",
      change: (folder) => forge(folder, (text) => text.replaceAll("image.revision", "image.version")),
    },
    {
      what: "for another platform",
      change: (folder) =>
        forge(folder, (text) => text.replace(/"architecture":"[^"]+"/, '"architecture":"s390x"')),
    },
    {
      what: "for a repository that is not ours",
      change: (folder) =>
        writeFileSync(indexIn(folder), readFileSync(indexIn(folder), "utf8").replace("hello:", "payments:")),
    },
    {
      what: "with a layer that lies elsewhere",
      change: (folder) =>
        forge(
          folder,
          (text) => text,
          (text) => text.replace('"layers":[{', '"layers":[{"urls":["https://example.com/layer"],'),
        ),
    },
    {
      what: "with a size that is not the layer's",
      change: (folder) =>
        forge(
          folder,
          (text) => text,
          (text) => text.replace(/"size":(\d+)\}\]/, '"size":1}]'),
        ),
    },
    {
      what: "with other bytes than the digest names",
      change: (folder) => {
        for (const name of readdirSync(join(folder, "blobs/sha256")))
          writeFileSync(join(folder, "blobs/sha256", name), "{}");
      },
    },
    {
      what: "with a link to a file of this machine",
      change: (folder) => {
        for (const name of readdirSync(join(folder, "blobs/sha256"))) {
          const path = join(folder, "blobs/sha256", name);
          cpSync(path, join(folder, name));
          rmSync(path);
          symlinkSync(join(folder, name), path);
        }
      },
    },
    {
      what: "with a path in the place of a digest",
      exitCode: 2,
      change: (folder) =>
        writeFileSync(
          indexIn(folder),
          readFileSync(indexIn(folder), "utf8").replace(
            /sha256:[0-9a-f]{64}/,
            "sha256:../../../../etc/passwd",
          ),
        ),
    },
    { what: "with no index", exitCode: 2, change: (folder) => rmSync(indexIn(folder)) },
    {
      what: "with a folder for an index",
      exitCode: 2,
      change: (folder) => {
        rmSync(indexIn(folder));
        mkdirSync(indexIn(folder));
      },
    },
  ];

  it.each(hostile)("F27: $what are refused, and nothing is pushed", async ({ change, exitCode = 4 }) => {
    const { folder, order, commit } = await saved();
    const { context, digestOf } = await target();
    change(folder, commit);
    const loading = loadImages(context, { folder, commit, orders: [order], registry });
    await expect(loading).rejects.toMatchObject({ exitCode, code: expect.stringMatching(/^saved-images-/) });
    expect(await digestOf(`sha-${commit.slice(0, 12)}`)).toBeNull();
  });
});
