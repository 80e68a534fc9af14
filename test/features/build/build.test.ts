import { describe, expect, it } from "vitest";
import { checkBuilds } from "../../../src/features/deploy/check-build.js";
import { fileBuilds } from "../../../src/adapters/record/builds/files.js";
import { awsClients } from "../../../src/adapters/aws/clients.js";
import { platformFailure } from "../../../src/core/errors.js";
import type { BuildRequest } from "../../../src/features/build/build.js";
import { buildImages } from "../../../src/features/build/build.js";
import { type ImageBuilder, labelsOf } from "../../../src/adapters/images/builder.js";
import type { BuildStore } from "../../../src/adapters/record/builds/record.js";
import { Credentials } from "../../../packages/local-aws/src/home/credentials.js";
import { createEcr } from "../../../packages/local-aws/src/services/ecr/ecr.js";
import { silentReporter } from "../../../src/core/reporter.js";
import { clientConfig, serve } from "../../../packages/local-aws/test/wire/serve.js";
import { temporaryFolder } from "../../harness/folder.js";
import {
  imageType,
  pushBlob,
  putManifest,
  serveRegistry,
  sha256,
} from "../../../packages/local-aws/test/registry/serve.js";

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
    const manifest = await imageOf(served.url, name, revision);
    await putManifest(served.url, name, tag, manifest);
    return sha256(manifest);
  };
  return { aws: awsClients(clientConfig(api.endpoint)), push, url: served.url };
}

/** An image's manifest, its configuration pushed. */
async function imageOf(url: string, name: string, revision?: string, others = {}): Promise<string> {
  const labels = {
    ...others,
    ...(revision !== undefined && { "org.opencontainers.image.revision": revision }),
  };
  const config = JSON.stringify({ os: "linux", architecture: "amd64", config: { Labels: labels } });
  const digest = await pushBlob(url, name, Buffer.from(config));
  const described = { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: config.length };
  return JSON.stringify({ schemaVersion: 2, mediaType: imageType, config: described, layers: [] });
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
  /** The bytes that this commit's build makes, differing by `salt` as an unreproducible build's do. */
  function madeOf(salt: string) {
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: imageType, salt }));
    return { blobs: [], manifest, mediaType: imageType };
  }

  function recording(builds: BuildStore, salt = "", push: () => Promise<void> = () => Promise.resolve()) {
    const make = () => Promise.resolve(madeOf(salt));
    const builder = { build: () => Promise.reject(new Error("built without a record")) };
    return { builder, reporter: silentReporter, provenance: { builds, by: { by: "ci" }, make, push } };
  }

  it("is refused with other bytes, though they say that commit; both digests are named", async () => {
    const { aws, push } = await registry();
    const foreign = await push("hello", commit);
    const builds = fileBuilds(temporaryFolder());
    const own = sha256(madeOf("").manifest);
    const refused = buildImages({ aws, ...recording(builds) }, request());
    await expect(refused).rejects.toMatchObject({ code: "foreign-build", exitCode: 4 });
    await expect(refused).rejects.toThrow(new RegExp(`${foreign}.*${own}`));
    const claims = [{ service: "web", tag, digest: foreign }];
    await expect(checkBuilds(builds, claims)).rejects.toMatchObject({ code: "foreign-build" });
  });

  it("is refused too where they come while main builds", async () => {
    const { aws, push } = await registry();
    const builds = fileBuilds(temporaryFolder());
    let foreign = "";
    const taken = async () => {
      foreign = await push("hello", commit);
      throw platformFailure("image-push-failed", "the tag is immutable", "");
    };
    const refused = buildImages({ aws, ...recording(builds, "", taken) }, request());
    await expect(refused).rejects.toMatchObject({ code: "foreign-build", exitCode: 4 });
    await expect(refused).rejects.toThrow(foreign);
  });

  it("is taken by a run again whose build made it", async () => {
    const { aws, url } = await registry();
    const builds = fileBuilds(temporaryFolder());
    const image = await imageOf(url, "hello", commit);
    const provenance = {
      ...recording(builds).provenance,
      make: () => Promise.resolve({ blobs: [], manifest: Buffer.from(image), mediaType: imageType }),
      push: async () => void (await putManifest(url, "hello", tag, image)),
    };
    const edges = { ...recording(builds), aws, provenance };
    const first = await buildImages(edges, request());
    expect(first.services[0]).toMatchObject({ digest: sha256(image), built: true, pushed: true });
    const again = await buildImages(edges, request());
    expect(again.services[0]).toMatchObject({ digest: sha256(image), built: false });
    expect(await builds.of(tag)).toMatchObject([{ commit, by: "ci", repository: "hello" }]);
  });

  it("F7: is taken by the next run where the one that pushed it was killed, though no build is like another", async () => {
    const { aws, url } = await registry();
    const builds = fileBuilds(temporaryFolder());
    const image = await imageOf(url, "hello", commit);
    const killed = {
      ...recording(builds).provenance,
      make: () => Promise.resolve({ blobs: [], manifest: Buffer.from(image), mediaType: imageType }),
      async push() {
        await putManifest(url, "hello", tag, image);
        throw new Error("killed");
      },
    };
    await buildImages({ ...recording(builds), aws, provenance: killed }, request()).catch(() => undefined);
    const again = await buildImages({ aws, ...recording(builds, "another time") }, request());
    expect(again.services[0]).toMatchObject({ digest: sha256(image), built: false });
  });

  it("F7: is pushed by the next run where the one before was killed once it had recorded", async () => {
    const { aws, url } = await registry();
    const builds = fileBuilds(temporaryFolder());
    const died = recording(builds, "first", () => Promise.reject(new Error("killed")));
    await expect(buildImages({ aws, ...died }, request())).rejects.toThrow("killed");
    const image = await imageOf(url, "hello", commit);
    const provenance = {
      ...recording(builds).provenance,
      make: () => Promise.resolve({ blobs: [], manifest: Buffer.from(image), mediaType: imageType }),
      push: async () => void (await putManifest(url, "hello", tag, image)),
    };
    const again = await buildImages({ ...recording(builds), aws, provenance }, request());
    expect(again.services[0]).toMatchObject({ digest: sha256(image), pushed: true });
    await checkBuilds(builds, [{ service: "web", tag, digest: sha256(image) }]);
  });
});

describe("F57: an image of another version's", () => {
  const label = "dev.moorage.format";

  it.each([["2"], ["next"]])(
    "format %s is refused before anything is built, and who wrote it is said",
    async (format) => {
      const { aws, url } = await registry();
      const labels = { [label]: format, "dev.moorage.version": "9.1.0" };
      await putManifest(url, "hello", tag, await imageOf(url, "hello", commit, labels));
      const { builder: tool, built } = builder(async () => undefined);
      const refused = buildImages({ aws, reporter: silentReporter, builder: tool }, request());
      await expect(refused).rejects.toMatchObject({ code: "format-newer", exitCode: 4 });
      await expect(refused).rejects.toThrow(/hello:sha-0123456789ab .*Moorage 9\.1\.0/);
      expect(built).toEqual([]);
    },
  );

  it("own format, or none, is taken; what is built says its own", async () => {
    const { aws, url } = await registry();
    await putManifest(url, "hello", tag, await imageOf(url, "hello", commit, { [label]: "1" }));
    const { builder: tool } = builder(async () => undefined);
    const { services } = await buildImages({ aws, reporter: silentReporter, builder: tool }, request());
    expect(services[0]).toMatchObject({ built: false });
    expect(labelsOf({ revision: commit, created: new Date(0) })).toMatchObject({
      [label]: "1",
      "dev.moorage.version": expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
  });
});

describe("the images of a commit", () => {
  it("are built once for all services that share them, and not again", async () => {
    const { aws, push } = await registry();
    const { builder: tool, built } = builder(async ({ repository }) => void (await push(repository, commit)));
    const edges = { aws, reporter: silentReporter, builder: tool };
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
    const refused = buildImages({ aws, reporter: silentReporter, builder: tool }, request());
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
    const refused = buildImages({ aws, reporter: silentReporter, builder: tool }, request());
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
    const { services } = await buildImages({ aws, reporter: silentReporter, builder: tool }, request());
    expect(services[0]).toMatchObject({ built: true, pushed: false });
    expect(services[0]?.digest).toMatch(/^sha256:/);
  });

  it("fail with the builder's own error, and when the registry lost the push", async () => {
    const { aws } = await registry();
    const failing = builder(async () => {
      throw platformFailure("image-build-failed", "no such file", "");
    });
    const failed = buildImages({ aws, reporter: silentReporter, builder: failing.builder }, request());
    await expect(failed).rejects.toMatchObject({ code: "image-build-failed" });
    const lost = buildImages({ aws, reporter: silentReporter, ...builder(async () => undefined) }, request());
    await expect(lost).rejects.toMatchObject({ code: "push-lost", exitCode: 1 });
  });

  it("stay on this machine unless they are to be pushed", async () => {
    const { aws } = await registry();
    let there = false;
    const { builder: tool, built } = builder(
      async () => void (there = true),
      async () => there,
    );
    const edges = { aws, reporter: silentReporter, builder: tool };
    const first = await buildImages(edges, request({ push: false }));
    expect(first.services[0]).toEqual({ name: "web", image, digest: null, built: true, pushed: false });
    const again = await buildImages(edges, request({ push: false }));
    expect(again.services[0]).toMatchObject({ built: false, pushed: false });
    expect(built).toEqual(["hello"]);
  });
});
