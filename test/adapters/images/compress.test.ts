import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { compressLayer } from "../../../src/adapters/images/compress.js";
import { sha256 } from "../../../packages/local-aws/test/registry/serve.js";
import { temporaryFolder } from "../../harness/folder.js";

const { signal } = new AbortController();
const mediaType = "application/vnd.oci.image.layer.v1.tar";

it("a layer that was saved as a plain tar is compressed, its digest and size with it; another stays", async () => {
  const file = join(temporaryFolder(), "layer.tar");
  const bytes = Buffer.alloc(100_000, "moorage");
  writeFileSync(file, bytes);
  const layer = { mediaType, digest: sha256(bytes), size: bytes.length, file };
  const smaller = await compressLayer(layer, signal);
  const written = readFileSync(smaller.file);
  expect(smaller).toMatchObject({
    mediaType: `${mediaType}+gzip`,
    digest: sha256(written),
    size: written.length,
  });
  expect(smaller.size).toBeLessThan(layer.size / 10);
  expect(gunzipSync(written).equals(bytes)).toBe(true);
  expect(await compressLayer(smaller, signal)).toBe(smaller);
});
