import { describe, expect, it } from "vitest";
import { newRow, RepositoryRows } from "../../src/services/ecr/rows.js";
import { createRegistry } from "../../src/registry/registry.js";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  errorCode,
  imageManifest,
  indexType,
  pushBlob,
  pushImage,
  putManifest,
  serveRegistry,
  sha256,
  site,
} from "./serve.js";

function indexOf(...digests: string[]): string {
  const manifests = digests.map((digest) => ({
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    digest,
    size: 1,
  }));
  return JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
}

describe("manifests", () => {
  it("gives the same bytes back by tag and by digest", async () => {
    const { url } = await serveRegistry();
    const manifest = await imageManifest(url, "team/hello");
    const put = await putManifest(url, "team/hello", "v1", manifest);
    expect(put.status).toBe(201);
    expect(put.headers.get("docker-content-digest")).toBe(sha256(manifest));
    for (const reference of ["v1", sha256(manifest)]) {
      const got = await fetch(`${url}/team/hello/manifests/${reference}`);
      expect(got.headers.get("docker-content-digest")).toBe(sha256(manifest));
      expect(await got.text()).toBe(manifest);
      const head = await fetch(`${url}/team/hello/manifests/${reference}`, { method: "HEAD" });
      expect(head.headers.get("content-length")).toBe(String(manifest.length));
    }
  });

  it("keeps an index and its children", async () => {
    const { url } = await serveRegistry();
    const child = await pushImage(url, "hello", "amd64");
    const index = indexOf(child);
    expect((await putManifest(url, "hello", "v1", index, indexType)).status).toBe(201);
    const got = await fetch(`${url}/hello/manifests/v1`);
    expect(got.headers.get("content-type")).toBe(indexType);
    expect(await got.text()).toBe(index);
  });

  it("refuses an index before its children, and an image before its layers", async () => {
    const { url } = await serveRegistry();
    const orphan = await putManifest(url, "hello", "v1", indexOf(sha256("nobody")), indexType);
    expect([orphan.status, await errorCode(orphan)]).toEqual([404, "MANIFEST_BLOB_UNKNOWN"]);
    const elsewhere = await imageManifest(url, "other");
    const image = await putManifest(url, "hello", "v1", elsewhere);
    expect([image.status, await errorCode(image)]).toEqual([404, "MANIFEST_BLOB_UNKNOWN"]);
  });

  it.each([
    ["v1", "not json", "MANIFEST_INVALID"],
    ["v1", '{"layers":[{"digest":"md5:1"}]}', "MANIFEST_INVALID"],
    ["v1", JSON.stringify({ schemaVersion: 2, mediaType: indexType }), "MANIFEST_INVALID"],
    ["-v1", "{}", "TAG_INVALID"],
    ["v".repeat(129), "{}", "TAG_INVALID"],
    [sha256("other bytes"), "{}", "DIGEST_INVALID"],
  ])("refuses %s with %s", async (reference, body, code) => {
    const { url } = await serveRegistry();
    const answer = await putManifest(url, "hello", reference, body);
    expect([answer.status, await errorCode(answer)]).toEqual([400, code]);
  });

  it("refuses a manifest of more than 4 MiB", async () => {
    const { url } = await serveRegistry();
    const answer = await putManifest(url, "hello", "v1", " ".repeat(4 * 1024 * 1024 + 1));
    expect([answer.status, await errorCode(answer)]).toEqual([413, "SIZE_INVALID"]);
  });

  it("moves a tag, and the image that had it stays under its digest", async () => {
    const { url } = await serveRegistry();
    const first = await pushImage(url, "hello", "v1");
    const second = await pushImage(url, "hello", "v1");
    const head = await fetch(`${url}/hello/manifests/v1`, { method: "HEAD" });
    expect(head.headers.get("docker-content-digest")).toBe(second);
    expect((await fetch(`${url}/hello/manifests/${first}`)).status).toBe(200);
  });

  it("F20: never moves a tag of an immutable repository, except those that it excepts", async () => {
    const { url, store } = await serveRegistry();
    new RepositoryRows(store).put({
      ...newRow(site, "hello", 0),
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "latest" }],
    });
    const manifest = await imageManifest(url, "hello");
    for (const tag of ["v1", "v1", "latest"])
      expect((await putManifest(url, "hello", tag, manifest)).status).toBe(201);
    const other = await imageManifest(url, "hello");
    const refused = await putManifest(url, "hello", "v1", other);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("cannot be overwritten because the repository is immutable");
    expect((await putManifest(url, "hello", "latest", other)).status).toBe(201);
    expect((await putManifest(url, "hello", "v2", other)).status).toBe(201);
    const head = await fetch(`${url}/hello/manifests/v1`, { method: "HEAD" });
    expect(head.headers.get("docker-content-digest")).toBe(sha256(manifest));
  });

  it("lets exactly one of several different pushes have an immutable tag", async () => {
    const { url, store } = await serveRegistry();
    new RepositoryRows(store).put({ ...newRow(site, "hello", 0), imageTagMutability: "IMMUTABLE" });
    const manifests = await Promise.all(Array.from({ length: 8 }, () => imageManifest(url, "hello")));
    const answers = await Promise.all(manifests.map((manifest) => putManifest(url, "hello", "v1", manifest)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it("makes an ECR repository of a first push to an ECR host, and none for other registries", async () => {
    const { url, store } = await serveRegistry();
    await pushImage(url, "hello", "v1");
    await pushImage(url, "222222222222.dkr.ecr.eu-west-1.amazonaws.com/hello", "v1");
    await pushImage(url, "ghcr.io/team/hello", "v1");
    expect(Object.keys(store.table("ecr.repositories"))).toEqual([
      "arn:aws:ecr:us-east-1:111111111111:repository/hello",
      "arn:aws:ecr:eu-west-1:222222222222:repository/hello",
    ]);
  });

  it("removes a tag, or an image with its tags", async () => {
    const { url } = await serveRegistry();
    const digest = await pushImage(url, "hello", "v1");
    const remove = (reference: string) => fetch(`${url}/hello/manifests/${reference}`, { method: "DELETE" });
    expect((await remove("v1")).status).toBe(202);
    expect((await fetch(`${url}/hello/manifests/v1`)).status).toBe(404);
    expect((await fetch(`${url}/hello/manifests/${digest}`)).status).toBe(200);
    expect((await remove(digest)).status).toBe(202);
    expect(await errorCode(await remove(digest))).toBe("MANIFEST_UNKNOWN");
  });

  it("lists tags in order, a page at a time", async () => {
    const { url, host } = await serveRegistry();
    const manifest = await imageManifest(url, "hello");
    for (const tag of ["b", "a", "c"]) await putManifest(url, "hello", tag, manifest);
    const first = await fetch(`${url}/hello/tags/list?n=2`);
    expect(await first.json()).toEqual({ name: "hello", tags: ["a", "b"] });
    const [, next] = /<(.*)>; rel="next"/.exec(first.headers.get("link") ?? "") ?? [];
    const second = await fetch(`http://${host}${next}`);
    expect(await second.json()).toEqual({ name: "hello", tags: ["c"] });
    expect(second.headers.get("link")).toBeNull();
    expect(await errorCode(await fetch(`${url}/nothing/tags/list`))).toBe("NAME_UNKNOWN");
  });

  it("lists what refers to an image, by kind", async () => {
    const { url } = await serveRegistry();
    const digest = await pushImage(url, "hello", "v1");
    const config = await pushBlob(url, "hello", Buffer.from("{}"));
    const signature = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      artifactType: "application/vnd.example.signature",
      config: { mediaType: "application/vnd.oci.empty.v1+json", digest: config, size: 2 },
      layers: [],
      subject: { mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 1 },
      annotations: { signer: "ada" },
    });
    const put = await putManifest(url, "hello", sha256(signature), signature);
    expect(put.headers.get("oci-subject")).toBe(digest);
    const read = async (query: string) =>
      (await (await fetch(`${url}/hello/referrers/${digest}${query}`)).json()) as { manifests: unknown[] };
    expect((await read("")).manifests).toMatchObject([
      {
        digest: sha256(signature),
        artifactType: "application/vnd.example.signature",
        annotations: { signer: "ada" },
      },
    ]);
    expect((await read("?artifactType=other")).manifests).toEqual([]);
  });

  it("drops the bytes of images that are gone, and none of a push that is under way", async () => {
    const { url, root, registry } = await serveRegistry();
    const kept = await pushImage(url, "hello", "kept");
    const gone = await pushImage(url, "hello", "gone");
    const early = await pushBlob(url, "hello", Buffer.from("its manifest comes later"));
    await fetch(`${url}/hello/manifests/${gone}`, { method: "DELETE" });
    const layout = registry.storage.layout({ host: registry.defaultHost, name: "hello" });
    const pooled = () => readdirSync(join(root, "registry/blobs/sha256")).length;
    const before = pooled();
    await registry.storage.collect(layout, Date.now());
    expect([pooled(), await layout.blob(early)]).toEqual([before, expect.anything()]);
    await registry.storage.collect(layout, Date.now() + 120_000);
    // The kept image's manifest, config and layer; the other's layer and manifest, and the early blob, are gone.
    expect(pooled()).toBe(3);
    expect((await fetch(`${url}/hello/manifests/${kept}`)).status).toBe(200);
  });

  it("finds its images again after a restart, and drops uploads that were half done", async () => {
    const { url, root, store } = await serveRegistry();
    const digest = await pushImage(url, "hello", "v1");
    await fetch(`${url}/hello/blobs/uploads/`, { method: "POST" });
    const again = createRegistry({ root: join(root, "registry"), store, defaultSite: site });
    const images = await again.storage.layout({ host: again.defaultHost, name: "hello" }).list();
    expect(images).toMatchObject([{ digest, tags: ["v1"] }]);
  });
});
