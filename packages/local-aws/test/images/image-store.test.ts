import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createImageStore } from "../../src/images/image-store.js";
import { imageType, indexType, pushBlob, putManifest, serveRegistry, sha256 } from "../registry/serve.js";
import { tar, type TarEntry } from "./layers.js";

const host = "111111111111.dkr.ecr.us-east-1.amazonaws.com";

interface Image {
  architecture?: string;
  config?: object;
  layers?: TarEntry[][];
}

async function serveImages() {
  const served = await serveRegistry();
  const { url, root } = served;
  const folder = join(root, "images");
  const store = createImageStore({ root: folder, registry: served.registry, architecture: "amd64" });

  async function blob(mediaType: string, bytes: Buffer) {
    return { mediaType, digest: await pushBlob(url, "hello", bytes), size: bytes.length };
  }

  /** Pushes an image and returns its digest. */
  async function push(reference: string, { architecture = "amd64", config = {}, layers = [] }: Image) {
    const tars = await Promise.all(layers.map((entries) => tar(entries)));
    const rootfs = { type: "layers", diff_ids: tars.map(sha256) };
    const described = Buffer.from(JSON.stringify({ architecture, os: "linux", config, rootfs }));
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: imageType,
      config: await blob("application/vnd.oci.image.config.v1+json", described),
      layers: await Promise.all(tars.map((bytes) => blob("application/vnd.oci.image.layer.v1.tar", bytes))),
    });
    const digest = sha256(manifest);
    await putManifest(url, "hello", reference === "" ? digest : reference, manifest);
    return digest;
  }

  return { ...served, store, folder, push };
}

describe("image store", () => {
  it("finds an image by tag, by digest, and by the registry's own address", async () => {
    const { store, push, host: address } = await serveImages();
    const digest = await push("v1", { layers: [[{ name: "app/file", body: "1" }]] });
    const references = [
      `${host}/hello:v1`,
      `${host}/hello@${digest}`,
      `${address}/hello:v1`,
      `${address}/${host}/hello:v1`,
    ];
    for (const reference of references) {
      const image = await store.unpack(reference);
      expect(image).toMatchObject({ digest, platform: "linux/amd64", needsContainer: true });
      expect(readFileSync(join(image.rootfs, "app/file"), "utf8")).toBe("1");
    }
  });

  it("applies layers in order, and hands the config over without Docker's nulls", async () => {
    const { store, push } = await serveImages();
    const config = { Env: ["A=1"], Cmd: ["run"], Entrypoint: null, WorkingDir: "/app", Labels: null };
    await push("v1", {
      config,
      layers: [
        [{ name: "a", body: "lower" }, { name: "b" }],
        [{ name: "a", body: "upper" }, { name: ".wh.b" }],
      ],
    });
    const image = await store.unpack(`${host}/hello:v1`);
    expect(image.config).toEqual({ Env: ["A=1"], Cmd: ["run"], WorkingDir: "/app" });
    expect(readdirSync(image.rootfs)).toEqual(["a"]);
    expect(readFileSync(join(image.rootfs, "a"), "utf8")).toBe("upper");
  });

  it("runs our own builder's images on the host", async () => {
    const { store, push } = await serveImages();
    await push("v1", { config: { Labels: { "dev.moorage.runs-on": "host" } } });
    expect((await store.unpack(`${host}/hello:v1`)).needsContainer).toBe(false);
  });

  it("picks the platform's own image of an index, and never an attestation", async () => {
    const { store, push, url } = await serveImages();
    const arm = await push("", { architecture: "arm64" });
    const amd = await push("", { architecture: "amd64" });
    const child = (digest: string, architecture: string, os = "linux") => ({
      mediaType: imageType,
      digest,
      size: 1,
      platform: { architecture, os },
    });
    const index = (...manifests: object[]) =>
      JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
    const both = index(child(arm, "unknown", "unknown"), child(arm, "arm64"), child(amd, "amd64"));
    await putManifest(url, "hello", "v1", both, indexType);
    expect((await store.unpack(`${host}/hello@${sha256(both)}`)).digest).toBe(amd);
    await putManifest(url, "hello", "v2", index(child(arm, "arm64")), indexType);
    await expect(store.unpack(`${host}/hello:v2`)).rejects.toThrow(
      "image Manifest does not contain descriptor matching platform 'linux/amd64'",
    );
  });

  // containerd, `images.Manifest`: indexes are gone through, and an image without a platform is asked for its own.
  it("bug 9, bug 25: reads what an index does not tell of its children, as containerd does", async () => {
    const { store, push, url } = await serveImages();
    const arm = await push("", { architecture: "arm64" });
    const amd = await push("", { architecture: "amd64" });
    const index = async (tag: string, ...manifests: object[]) => {
      const text = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
      await putManifest(url, "hello", tag, text, indexType);
      return { mediaType: indexType, digest: sha256(text), size: Buffer.byteLength(text) };
    };
    const silent = (digest: string) => ({ mediaType: imageType, digest, size: 1 });
    const inner = await index("inner", silent(arm), silent(amd));
    await index("outer", { ...inner, platform: { architecture: "amd64", os: "linux" } });
    for (const tag of ["inner", "outer"])
      expect((await store.unpack(`${host}/hello:${tag}`)).digest).toBe(amd);
    await index("other", silent(arm));
    await expect(store.unpack(`${host}/hello:other`)).rejects.toThrow("descriptor matching platform");
  });

  it("F21: refuses an image for another platform, in ECS's words", async () => {
    const { store, push } = await serveImages();
    await push("v1", { architecture: "arm64" });
    await expect(store.unpack(`${host}/hello:v1`)).rejects.toMatchObject({
      code: "CannotPullContainerError",
      message:
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain " +
        "descriptor matching platform 'linux/amd64'",
    });
  });

  it("F21: refuses an image that is not there, in ECS's words", async () => {
    const { store, push } = await serveImages();
    await push("v1", {});
    const gone = `${host}/hello@${sha256("gone")}`;
    for (const image of [
      `${host}/hello:v2`,
      `${host}/other:v1`,
      gone,
      "nginx:1.27",
      `222222222222${host.slice(12)}/hello:v1`,
    ]) {
      await expect(store.unpack(image)).rejects.toMatchObject({
        code: "CannotPullContainerError",
        message: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
      });
    }
    await expect(store.unpack("NOT AN IMAGE")).rejects.toThrow("invalid reference format");
  });

  it("unpacks once for twenty tasks that start together", async () => {
    const { store, push, folder } = await serveImages();
    const files = Array.from({ length: 200 }, (_, file) => ({ name: `app/${file}`, body: "x" }));
    await push("v1", { layers: [files] });
    const images = await Promise.all(Array.from({ length: 20 }, () => store.unpack(`${host}/hello:v1`)));
    expect(new Set(images.map(({ rootfs }) => rootfs)).size).toBe(1);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(readdirSync(join(images[0]?.rootfs ?? "", "app"))).toHaveLength(200);
  });

  it("leaves nothing of an image that cannot be unpacked, and does not remember the failure", async () => {
    const { store, push, folder, root } = await serveImages();
    await push("v1", { layers: [[{ name: "ok" }], [{ name: "../../escaped", body: "x" }]] });
    for (const attempt of [1, 2]) {
      await expect(store.unpack(`${host}/hello:v1`), `attempt ${attempt}`).rejects.toThrow(
        /^CannotPullContainerError: ref pull has been retried 1 time\(s\): failed to extract layer of .*leaves the image/,
      );
    }
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(root)).not.toContain("escaped");
  });

  it("after a restart finds what was unpacked, and drops what a kill left half done", async () => {
    const { store, push, folder, registry } = await serveImages();
    await push("v1", { layers: [[{ name: "app/file", body: "1" }]] });
    const first = await store.unpack(`${host}/hello:v1`);
    mkdirSync(join(folder, `sha256-${"a".repeat(64)}.half-done`, "rootfs"), { recursive: true });
    const again = createImageStore({ root: folder, registry, architecture: "amd64" });
    expect(await again.unpack(`${host}/hello:v1`)).toEqual(first);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});
