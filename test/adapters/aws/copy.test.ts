import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { copyImage } from "../../../src/adapters/aws/copy.js";
import { readImageTree } from "../../../src/adapters/aws/image-tree.js";
import { MoorageError } from "../../../src/core/errors.js";
import { newRow, RepositoryRows } from "../../../packages/local-aws/src/services/ecr/rows.js";
import {
  imageManifest,
  imageType,
  pushBlob,
  pushImage,
  putManifest,
  sha256,
} from "../../../packages/local-aws/test/registry/serve.js";
import {
  dev,
  digestAt,
  listen,
  pushIndex,
  repository,
  stage,
  staging,
  type Hook,
  type Stage,
} from "./registries.js";

const dockerType = "application/vnd.docker.distribution.manifest.v2+json";

async function two(signal?: AbortSignal): Promise<{ from: Stage; to: Stage }> {
  return { from: await stage(dev, signal), to: await stage(staging, signal) };
}

async function copy(
  from: Stage,
  to: Stage,
  digest: string,
  tag = "v1.2.3",
  name = "hello",
): Promise<boolean> {
  const source = repository(from);
  const tree = await readImageTree(source, digest);
  return copyImage({ source, target: repository(to, name), tree, tag });
}

async function problem(work: Promise<unknown>): Promise<MoorageError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MoorageError) return error;
  throw new Error(`expected a MoorageError, got ${String(error)}`);
}

function immutable({ store }: Stage): void {
  const row = newRow({ account: "222222222222", region: "eu-west-1" }, "hello", 0);
  new RepositoryRows(store).put({ ...row, imageTagMutability: "IMMUTABLE" });
}

const puts = ({ asked }: Stage, what: string) =>
  asked.filter((line) => line.startsWith("PUT") && line.includes(what));

describe("a copy between two registries", () => {
  it("keeps the digest, the bytes and the media type of a manifest", async () => {
    const { from, to } = await two();
    const manifest = (await imageManifest(from.url, "hello")).replace(imageType, dockerType);
    await putManifest(from.url, "hello", "sha-1", manifest, dockerType);
    expect(await copy(from, to, sha256(manifest))).toBe(true);
    const there = await fetch(`${to.url}/hello/manifests/v1.2.3`);
    expect(await there.text()).toBe(manifest);
    expect(there.headers.get("content-type")).toBe(dockerType);
  });

  it("brings an index with its platforms, attestations and signatures, children first, the tag last", async () => {
    const { from, to } = await two();
    const { digest, parts } = await pushIndex(from, "sha-1");
    expect(await copy(from, to, digest)).toBe(true);
    for (const part of [digest, ...parts]) expect(await digestAt(to, part)).toBe(part);
    const order = puts(to, "/manifests/").map((line) => line.split("/manifests/")[1]);
    expect(order).toEqual([...parts.slice(0, 3), digest, parts[3], "v1.2.3"]);
    const referrers = (await (await fetch(`${to.url}/hello/referrers/${digest}`)).json()) as {
      manifests: unknown[];
    };
    expect(referrers.manifests).toHaveLength(1);
  });

  it("sends nothing again when it is repeated, also on immutable tags", async () => {
    const { from, to } = await two();
    immutable(to);
    const { digest } = await pushIndex(from, "sha-1");
    expect(await copy(from, to, digest)).toBe(true);
    to.asked.length = 0;
    expect(await copy(from, to, digest)).toBe(false);
    expect(to.asked.filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([]);
  });

  it("brings what was attached since, when it is repeated", async () => {
    const { from, to } = await two();
    const digest = await pushImage(from.url, "hello", "sha-1");
    await copy(from, to, digest);
    const signed = JSON.parse(await imageManifest(from.url, "hello")) as object;
    const signature = JSON.stringify({ ...signed, subject: { mediaType: imageType, digest, size: 1 } });
    await putManifest(from.url, "hello", sha256(signature), signature);
    expect(await copy(from, to, digest)).toBe(true);
    expect(await digestAt(to, sha256(signature))).toBe(sha256(signature));
  });

  it("reads every page of what is attached", async () => {
    const { from, to } = await two();
    const { digest, parts } = await pushIndex(from, "sha-1");
    from.hook = (req, res) => {
      if (!req.url?.endsWith(`/referrers/${digest}`)) return false;
      res.setHeader("link", `<${req.url}?last=1>; rel="next"`).end(JSON.stringify({ manifests: [] }));
      return true;
    };
    await copy(from, to, digest);
    expect(await digestAt(to, String(parts[3]))).toBe(parts[3]);
  });

  it("F20: refuses a tag that names other bytes, also where tags may move", async () => {
    const { from, to } = await two();
    const taken = await pushImage(to.url, "hello", "v1.2.3");
    const refused = await problem(copy(from, to, await pushImage(from.url, "hello", "sha-1")));
    expect(refused).toMatchObject({ code: "tag-taken", exitCode: 4 });
    expect(await digestAt(to, "v1.2.3")).toBe(taken);
    expect(to.asked.filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([]);
  });

  it("ends well for each of several at once", async () => {
    const { from, to } = await two();
    const { digest } = await pushIndex(from, "sha-1");
    await Promise.all([copy(from, to, digest), copy(from, to, digest), copy(from, to, digest)]);
    expect(await digestAt(to, "v1.2.3")).toBe(digest);
  });

  it("F20: of two at once with other bytes, an immutable tag takes one and the other is refused", async () => {
    const { from, to } = await two();
    immutable(to);
    const digests = [
      await pushImage(from.url, "hello", "sha-1"),
      await pushImage(from.url, "hello", "sha-2"),
    ];
    const ends = await Promise.allSettled(digests.map((digest) => copy(from, to, digest)));
    const refused = ends.filter((end) => end.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: "tag-taken", exitCode: 4 });
    expect(await digestAt(to, "v1.2.3")).toBe(
      digests[ends.findIndex(({ status }) => status === "fulfilled")],
    );
  });

  it("gives a second tag in the same repository without sending anything else", async () => {
    const from = await stage(dev);
    const { digest } = await pushIndex(from, "sha-1");
    expect(await copy(from, from, digest)).toBe(true);
    const written = from.asked.filter((line) => !/^(GET|HEAD) /.test(line));
    expect(written).toEqual([`PUT /v2/${dev}/hello/manifests/v1.2.3`]);
    expect(await digestAt(from, "v1.2.3")).toBe(digest);
  });

  it("mounts blobs inside one registry, and uploads where a mount is refused", async () => {
    const from = await stage(dev);
    const digest = await pushImage(from.url, "hello", "sha-1");
    await copy(from, from, digest, "v1", "mounted");
    expect(puts(from, "/blobs/")).toEqual([]);
    from.hook = (req) => {
      req.url = req.url?.replace(/\?mount=.*/, "");
      return false;
    };
    // The local registry cannot be told not to mount, so the parameters are lost on the way.
    await copy(from, from, digest, "v1", "refused");
    expect(puts(from, "/blobs/")).toHaveLength(2);
    expect(await digestAt(from, "v1", "refused")).toBe(digest);
  });
});

describe("a copy over registries that behave as ECR does", () => {
  it("F28: follows blobs to where they are kept, without its credentials", async () => {
    const { from, to } = await two();
    const digest = await pushImage(from.url, "hello", "sha-1");
    const seen: (string | undefined)[] = [];
    const storage = await listen((req, res) => {
      seen.push(req.headers.authorization);
      if (req.headers.authorization) return void res.writeHead(400).end();
      void fetch(`${from.url}${req.url ?? ""}`).then(async (blob) =>
        res.end(Buffer.from(await blob.arrayBuffer())),
      );
    });
    from.hook = (req, res) => {
      const [, blob] = /^\/v2\/[^/]+(\/hello\/blobs\/sha256:.*)$/.exec(req.url ?? "") ?? [];
      if (blob === undefined || req.method !== "GET") return false;
      res.writeHead(307, { location: `${storage}${blob}` }).end();
      return true;
    };
    expect(await copy(from, to, digest)).toBe(true);
    expect(seen).toEqual([undefined, undefined]);
  });

  it("sends each blob in one request of known length", async () => {
    const { from, to } = await two();
    const lengths: (string | undefined)[] = [];
    to.hook = (req) => {
      if (req.method === "PUT" && req.url?.includes("/blobs/")) lengths.push(req.headers["content-length"]);
      return false;
    };
    await copy(from, to, await pushImage(from.url, "hello", "sha-1"));
    expect(lengths.map(Number).every((length) => length > 0)).toBe(true);
    expect(lengths).toHaveLength(2);
  });

  it("holds no layer in memory, however large", { timeout: 20_000 }, async () => {
    const { from, to } = await two();
    const [piece, count] = [Buffer.alloc(1024 * 1024, 7), 256];
    const hash = createHash("sha256");
    for (let i = 0; i < count; i++) hash.update(piece);
    const digest = `sha256:${hash.digest("hex")}`;
    let peak = 0;
    from.hook = (req, res) => {
      if (!req.url?.endsWith(digest)) return false;
      Readable.from(Array(count).fill(piece)).pipe(res);
      return true;
    };
    to.hook = (req, res) => {
      if (req.method === "HEAD") return Boolean(res.writeHead(404).end());
      if (req.method === "POST") return Boolean(res.writeHead(202, { location: "/v2/upload" }).end());
      if (req.url?.startsWith("/v2/upload") !== true) return Boolean(res.writeHead(500).end());
      req.on("data", () => (peak = Math.max(peak, process.memoryUsage().arrayBuffers)));
      req.on("end", () => res.writeHead(201).end());
      return true;
    };
    const blob = { mediaType: "application/x", digest, size: count * piece.length };
    const source = repository(from);
    const target = repository(to);
    const location = await target.beginUpload(digest, undefined);
    if (location === undefined) throw new Error("mounted");
    const before = process.memoryUsage().arrayBuffers;
    await target.finishUpload(location, blob, ReadableStream.from((await source.blob(blob)).bytes));
    expect(peak - before).toBeLessThan(blob.size / 2);
  });

  it("says whose permission is missing, and what repository", async () => {
    const { from, to } = await two();
    const digest = await pushImage(from.url, "hello", "sha-1");
    to.hook = (req, res) => {
      if (req.method !== "POST") return false;
      res
        .writeHead(404)
        .end(JSON.stringify({ errors: [{ code: "NAME_UNKNOWN", message: "no such repository" }] }));
      return true;
    };
    expect(await problem(copy(from, to, digest))).toMatchObject({
      code: "repository-not-found",
      exitCode: 2,
    });
    to.hook = (_req, res) => Boolean(res.writeHead(403).end());
    expect(await problem(copy(from, to, digest))).toMatchObject({ code: "permission", exitCode: 2 });
  });
});

describe("a copy that is disturbed", () => {
  it("goes on when every request is lost or refused once", { timeout: 20_000 }, async () => {
    const { from, to } = await two();
    const { digest } = await pushIndex(from, "sha-1");
    const seen = new Set<string>();
    const disturb: Hook = (req, res) => {
      const request = `${String(req.method)} ${String(req.url).replace(/uploads\/[^?]+/, "uploads/")}`;
      if (seen.has(request)) return false;
      seen.add(request);
      if (seen.size % 2 === 0) req.destroy();
      else res.writeHead(seen.size % 3 === 0 ? 503 : 429).end();
      return true;
    };
    from.hook = disturb;
    to.hook = disturb;
    expect(await copy(from, to, digest)).toBe(true);
    expect(await digestAt(to, "v1.2.3")).toBe(digest);
  });

  it("leaves no tag when it is interrupted, and goes on from there when it is repeated", async () => {
    const interruption = new AbortController();
    const { from, to } = await two(interruption.signal);
    const { digest } = await pushIndex(from, "sha-1");
    to.hook = (req) => {
      if (puts(to, "/blobs/").length === 4 && req.method === "PUT")
        interruption.abort(new Error("interrupted"));
      return false;
    };
    await expect(copy(from, to, digest)).rejects.toThrow("interrupted");
    expect(await digestAt(to, "v1.2.3")).toBeNull();
    const again = new AbortController().signal;
    for (const one of [from, to]) one.access = { ...one.access, signal: again };
    to.hook = () => false;
    to.asked.length = 0;
    expect(await copy(from, to, digest)).toBe(true);
    expect(puts(to, "/blobs/").length).toBeLessThan(5);
    expect(await digestAt(to, "v1.2.3")).toBe(digest);
  });

  it("F20: fails when the source answers other bytes, and leaves no tag", { timeout: 20_000 }, async () => {
    const { from, to } = await two();
    const layer = await pushBlob(from.url, "hello", randomBytes(64));
    const config = await pushBlob(from.url, "hello", Buffer.from("{}"));
    const described = (digest: string, size: number) => ({ mediaType: "application/x", digest, size });
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: imageType,
      config: described(config, 2),
      layers: [described(layer, 64)],
    });
    await putManifest(from.url, "hello", "sha-1", manifest);
    from.hook = (req, res) => {
      if (!req.url?.endsWith(`/blobs/${layer}`)) return false;
      res.end(randomBytes(64));
      return true;
    };
    const failed = await problem(copy(from, to, sha256(manifest)));
    expect(failed).toMatchObject({ code: "copy-failed", exitCode: 1 });
    expect(await digestAt(to, "v1.2.3")).toBeNull();
  });

  it("F21: is refused before it begins when a part of the image is gone", async () => {
    const { from, to } = await two();
    const { digest, parts } = await pushIndex(from, "sha-1");
    from.hook = (req, res) => {
      if (!req.url?.includes(String(parts[1]))) return false;
      res.writeHead(404).end();
      return true;
    };
    expect(await problem(copy(from, to, digest))).toMatchObject({ code: "image-incomplete" });
    expect(to.asked).toEqual([]);
  });
});
