import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createImageStore } from "../../src/images/image-store.js";
import { imageType, pushBlob, putManifest, serveRegistry, sha256 } from "../registry/serve.js";
import { tar, type TarEntry } from "./layers.js";

const layerType = "application/vnd.oci.image.layer.v1.tar";
const file: TarEntry[] = [{ name: "app/file", body: "1" }];

interface Odd {
  layers?: TarEntry[][];
  /** In place of those of the layers. */
  diffIds?: string[];
  layer?: object;
  config?: object;
  labels?: Record<string, string>;
  compress?: boolean;
}

/** Pushes an image whose parts are described as told, and unpacks it. */
async function unpack({ layers = [file], diffIds, layer = {}, config = {}, labels, compress }: Odd) {
  const { url, root, registry } = await serveRegistry();
  const tars = await Promise.all(layers.map((entries) => tar(entries)));
  const blob = async (mediaType: string, bytes: Buffer, more: object) => ({
    mediaType,
    digest: await pushBlob(url, "hello", bytes),
    size: bytes.length,
    ...more,
  });
  const described = {
    architecture: "amd64",
    os: "linux",
    config: { Labels: labels },
    rootfs: { type: "layers", diff_ids: diffIds ?? tars.map((bytes) => sha256(bytes)) },
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: imageType,
    config: await blob(
      "application/vnd.oci.image.config.v1+json",
      Buffer.from(JSON.stringify(described)),
      config,
    ),
    layers: await Promise.all(
      tars.map((bytes) => blob(layerType, compress ? gzipSync(bytes) : bytes, layer)),
    ),
  });
  await putManifest(url, "hello", "v1", manifest);
  const store = createImageStore({ root: join(root, "images"), registry, architecture: "amd64" });
  return store.unpack("111111111111.dkr.ecr.us-east-1.amazonaws.com/hello:v1");
}

describe("bug 15's neighbours: an image whose parts do not fit together", () => {
  it.each<[string, Odd]>([
    ["plain", {}],
    ["compressed, whatever its media type says", { compress: true }],
    ["of Docker's media type", { layer: { mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" } }],
    [
      "not to be distributed, but here",
      { layer: { mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar" } },
    ],
  ])("bug 15: a layer is taken that is %s", async (_what, odd) => {
    const { rootfs } = await unpack(odd);
    expect(readFileSync(join(rootfs, "app/file"), "utf8")).toBe("1");
  });

  const other = `sha256:${"0".repeat(64)}`;
  it.each<[string, Odd, RegExp]>([
    ["another diff id", { diffIds: [other] }, /wrong diff id calculated on extraction/],
    [
      "too few diff ids",
      { layers: [file, file], diffIds: [other] },
      /mismatched image rootfs and manifest layers/,
    ],
    ["no diff ids", { diffIds: [] }, /mismatched image rootfs and manifest layers: 0 diff ids, 1 layers/],
    ["too many diff ids", { diffIds: [other, other] }, /mismatched image rootfs and manifest layers/],
    ["a layer of another size", { layer: { size: 7 } }, /failed size validation: \d+ != 7/],
    ["a config of another size", { config: { size: 7 } }, /failed size validation: \d+ != 7/],
    ["what is no layer", { layer: { mediaType: "application/vnd.in-toto+json" } }, /unsupported media type/],
    ["an encrypted layer", { layer: { mediaType: `${layerType}+gzip+encrypted` } }, /unsupported media type/],
  ])("bug 15: an image with %s is refused as containerd does", async (_what, odd, words) => {
    await expect(unpack(odd)).rejects.toMatchObject({
      code: "CannotPullContainerError",
      message: expect.stringMatching(words) as string,
    });
  });

  it("bug 15: a foreign layer is not fetched, and the failure says whose it is", async () => {
    const { url, root, registry } = await serveRegistry();
    const rootfs = { type: "layers", diff_ids: [sha256("a")] };
    const bytes = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", rootfs }));
    const config = { mediaType: "application/vnd.oci.image.config.v1+json", size: bytes.length };
    const urls = ["https://example.com/layer"];
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: imageType,
      config: { ...config, digest: await pushBlob(url, "hello", bytes) },
      layers: [
        {
          mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
          digest: sha256("a"),
          size: 1,
          urls,
        },
      ],
    });
    await putManifest(url, "hello", "v1", manifest);
    const store = createImageStore({ root: join(root, "images"), registry, architecture: "amd64" });
    await expect(store.unpack("111111111111.dkr.ecr.us-east-1.amazonaws.com/hello:v1")).rejects.toThrow(
      /foreign layer of https:\/\/example\.com\/layer/,
    );
  });

  it("bug 15: a manifest of schema 1 is refused when it is pushed", async () => {
    const { url } = await serveRegistry();
    const answer = await putManifest(
      url,
      "hello",
      "v1",
      JSON.stringify({ schemaVersion: 1, name: "hello", tag: "v1", fsLayers: [] }),
    ).then(
      (response: unknown) => response,
      (error: unknown) => error,
    );
    expect(
      JSON.stringify(answer instanceof Response ? [answer.status, await answer.text()] : String(answer)),
    ).toMatch(/400|MANIFEST_INVALID|schema 1/);
  });
});

it("bug 15: links of an image that runs as a process never lead out of it", async () => {
  const links: TarEntry[] = [
    { name: "srv/index.js", body: "ours" },
    { name: "app", type: "symlink", linkname: "/srv" },
    { name: "etc/up", type: "symlink", linkname: "../../../../../srv/index.js" },
    { name: "etc/root", type: "symlink", linkname: "/" },
    { name: "etc/near", type: "symlink", linkname: "../srv/index.js" },
  ];
  const { rootfs } = await unpack({ layers: [links], labels: { "dev.moorage.runs-on": "host" } });
  const read = (path: string) => readFileSync(join(rootfs, path), "utf8");
  expect(["app/index.js", "etc/up", "etc/root/srv/index.js", "etc/near"].map(read)).toEqual(
    Array.from({ length: 4 }, () => "ours"),
  );
  const container = await unpack({ layers: [links] });
  expect(lstatSync(join(container.rootfs, "app")).isSymbolicLink()).toBe(true);
});
