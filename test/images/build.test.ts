import { describe, expect, it } from "vitest";
import { checkBuilds } from "../../src/builds/check.js";
import { fileBuilds } from "../../src/builds/files.js";
import { awsClients } from "../../src/aws/clients.js";
import { platformFailure } from "../../src/errors.js";
import type { BuildRequest } from "../../src/images/build.js";
import { buildImages } from "../../src/images/build.js";
import type { ImageBuilder } from "../../src/images/builder.js";
import { Credentials } from "../../src/local/credentials.js";
import { createEcr } from "../../src/local/ecr/ecr.js";
import { silentHost } from "../../src/report.js";
import { clientConfig, serve } from "../local/api/serve.js";
import { temporaryFolder } from "../support/folder.js";
import { imageType, pushBlob, putManifest, serveRegistry, sha256 } from "../local/registry/serve.js";

const host = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const commit = "0123456789abcdef0123456789abcdef01234567";
const other = "fedcba9876543210fedcba9876543210fedcba98";
const tag = "sha-0123456789ab";

/** ECR with its registry, and a way to push an image that names its commit. */
async function registry() {
  const served = await serveRegistry();
  const endpoint = () => `http://${served.host}`;
  const api = await serve(
    { ecr: createEcr({ ...served, endpoint, credentials: new Credentials("a token") }) },
    served.store,
  );
  const push = async (name: string, revision?: string): Promise<string> => {
    const labels = revision === undefined ? {} : { "org.opencontainers.image.revision": revision };
    const config = JSON.stringify({ os: "linux", architecture: "amd64", config: { Labels: labels } });
    const digest = await pushBlob(served.url, name, Buffer.from(config));
    const described = { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: config.length };
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: imageType,
      config: described,
      layers: [],
    });
    await putManifest(served.url, name, tag, manifest);
    return sha256(manifest);
  };
  return { aws: awsClients(clientConfig(api.endpoint)), push };
}

function request(change: Partial<BuildRequest> = {}): BuildRequest {
  const order = {
    services: ["web", "worker"],
    repository: "hello",
    context: "/src",
    dockerfile: "/src/Dockerfile",
  };
  return {
    orders: [{ ...order, target: undefined, args: {}, platform: "linux/amd64" }],
    version: { tag, revision: commit, created: new Date(0) },
    registry: { host, account: "111111111111" },
    push: true,
    ...change,
  };
}

function builder(build: ImageBuilder["build"], has?: ImageBuilder["has"]) {
  const built: string[] = [];
  return {
    built,
    builder: {
      ...(has && { has }),
      build: async (order: Parameters<ImageBuilder["build"]>[0]) => {
        built.push(`${order.repository}${order.push ? " pushed" : ""}`);
        await build(order);
      },
    },
  };
}

const image = `${host}/hello:${tag}`;

describe("F52: a commit's tag that was there before main's build", () => {
  const own = `sha256:${"1".repeat(64)}`;

  it("is refused with other bytes, though they say that commit; both digests are named", async () => {
    const { aws, push } = await registry();
    const foreign = await push("hello", commit);
    const builds = fileBuilds(temporaryFolder());
    const provenance = { builds, by: { by: "ci" }, signal: new AbortController().signal };
    const tool = { build: () => Promise.resolve(), digest: () => Promise.resolve(own) };
    const edges = { aws, host: silentHost, builder: tool, provenance };
    const refused = buildImages(edges, request());
    await expect(refused).rejects.toMatchObject({ code: "foreign-build", exitCode: 4 });
    await expect(refused).rejects.toThrow(new RegExp(`${foreign}.*${own}`));
    const claims = [{ service: "web", tag, digest: foreign }];
    await expect(checkBuilds(builds, claims)).rejects.toMatchObject({ code: "foreign-build" });
  });

  it("is taken by a run again whose build made it", async () => {
    const { aws, push } = await registry();
    const builds = fileBuilds(temporaryFolder());
    const provenance = { builds, by: { by: "ci" }, signal: new AbortController().signal };
    const build = async () => void (await push("hello", commit));
    const edges = { aws, host: silentHost, builder: { build }, provenance };
    const first = await buildImages(edges, request());
    const again = await buildImages(edges, request());
    expect(again.services[0]).toMatchObject({ digest: first.services[0]?.digest, built: false });
    expect(await builds.of(tag)).toMatchObject([{ commit, by: "ci", repository: "hello" }]);
  });
});

describe("the images of a commit", () => {
  it("are built once for all services that share them, and not again", async () => {
    const { aws, push } = await registry();
    const { builder: tool, built } = builder(async ({ repository }) => void (await push(repository, commit)));
    const edges = { aws, host: silentHost, builder: tool };
    const first = await buildImages(edges, request());
    const digest = first.services[0]?.digest;
    const service = { image, digest, built: true, pushed: true };
    expect(first).toEqual({
      tag,
      services: [
        { name: "web", ...service },
        { name: "worker", ...service },
      ],
    });
    const again = await buildImages(edges, request());
    expect(again.services[1]).toEqual({ name: "worker", image, digest, built: false, pushed: false });
    expect(built).toEqual(["hello pushed"]);
  });

  it("are refused where the tag names another commit's image", async () => {
    const { aws, push } = await registry();
    await push("hello", other);
    const { builder: tool, built } = builder(async () => undefined);
    const refused = buildImages({ aws, host: silentHost, builder: tool }, request());
    await expect(refused).rejects.toMatchObject({ code: "revision-mismatch", exitCode: 4 });
    expect(built).toEqual([]);
  });

  it.each([
    ["names no commit", undefined],
    ["names another one with the same first digits", commit.slice(0, 12).padEnd(40, "0")],
    ["names no whole one", commit.slice(0, 12)],
  ])("correctness 15, F52: are refused where what is under the commit's tag %s", async (_why, revision) => {
    const { aws, push } = await registry();
    const foreign = await push("hello", revision);
    const { builder: tool, built } = builder(async () => undefined);
    const refused = buildImages({ aws, host: silentHost, builder: tool }, request());
    await expect(refused).rejects.toMatchObject({ code: "revision-mismatch", exitCode: 4 });
    await expect(refused).rejects.toThrow(foreign);
    await expect(refused).rejects.toThrow(commit);
    expect(built).toEqual([]);
  });

  it("F29: are another run's, when it pushed the same commit's first", async () => {
    const { aws, push } = await registry();
    const { builder: tool } = builder(async ({ repository }) => {
      await push(repository, commit);
      throw platformFailure("image-push-failed", "the tag is immutable", "");
    });
    const { services } = await buildImages({ aws, host: silentHost, builder: tool }, request());
    expect(services[0]).toMatchObject({ built: true, pushed: false });
    expect(services[0]?.digest).toMatch(/^sha256:/);
  });

  it("fail with the builder's own error, and when the registry lost the push", async () => {
    const { aws } = await registry();
    const failing = builder(async () => {
      throw platformFailure("image-build-failed", "no such file", "");
    });
    const failed = buildImages({ aws, host: silentHost, builder: failing.builder }, request());
    await expect(failed).rejects.toMatchObject({ code: "image-build-failed" });
    const lost = buildImages({ aws, host: silentHost, ...builder(async () => undefined) }, request());
    await expect(lost).rejects.toMatchObject({ code: "push-lost", exitCode: 1 });
  });

  it("stay on this machine unless they are to be pushed", async () => {
    const { aws } = await registry();
    let there = false;
    const { builder: tool, built } = builder(
      async () => void (there = true),
      async () => there,
    );
    const edges = { aws, host: silentHost, builder: tool };
    const first = await buildImages(edges, request({ push: false }));
    expect(first.services[0]).toEqual({ name: "web", image, digest: null, built: true, pushed: false });
    const again = await buildImages(edges, request({ push: false }));
    expect(again.services[0]).toMatchObject({ built: false, pushed: false });
    expect(built).toEqual(["hello"]);
  });
});
