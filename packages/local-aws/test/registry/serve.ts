import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createRegistry, type Registry } from "../../src/registry/registry.js";
import { Store } from "../../src/store.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

export const site = { account: "111111111111", region: "us-east-1" };
export const imageType = "application/vnd.oci.image.manifest.v1+json";
export const indexType = "application/vnd.oci.image.index.v1+json";

export interface Served {
  /** `127.0.0.1:PORT`. */
  host: string;
  /** `http://127.0.0.1:PORT/v2`. */
  url: string;
  root: string;
  store: Store;
  registry: Registry;
}

/** A registry on a real socket, closed when the test ends. */
export async function serveRegistry(): Promise<Served> {
  const root = temporaryFolder();
  const store = Store.open(root);
  const registry = createRegistry({ root: join(root, "registry"), store, defaultSite: site });
  const server = createServer((req, res) => {
    void registry.handle(req, res).then((handled) => handled || res.writeHead(418).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.flush();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `http://${host}/v2`, root, store, registry };
}

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export async function pushBlob(url: string, name: string, bytes: Uint8Array): Promise<string> {
  const digest = sha256(bytes);
  const answer = await fetch(`${url}/${name}/blobs/uploads/?digest=${digest}`, {
    method: "POST",
    body: bytes,
  });
  if (answer.status !== 201) throw new Error(`blob refused: ${answer.status} ${await answer.text()}`);
  return digest;
}

/** A small image's manifest, its blobs pushed; each call makes another one. */
export async function imageManifest(url: string, name: string): Promise<string> {
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [] },
  });
  const layer = randomBytes(64);
  const described = {
    schemaVersion: 2,
    mediaType: imageType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: await pushBlob(url, name, Buffer.from(config)),
      size: config.length,
    },
    layers: [
      {
        mediaType: "application/vnd.oci.image.layer.v1.tar",
        digest: await pushBlob(url, name, layer),
        size: layer.length,
      },
    ],
  };
  return JSON.stringify(described);
}

export function putManifest(url: string, name: string, reference: string, body: string, type = imageType) {
  return fetch(`${url}/${name}/manifests/${reference}`, {
    method: "PUT",
    body,
    headers: { "content-type": type },
  });
}

/** Pushes a new image and returns its digest. */
export async function pushImage(url: string, name: string, tag: string): Promise<string> {
  const manifest = await imageManifest(url, name);
  const answer = await putManifest(url, name, tag, manifest);
  if (answer.status !== 201) throw new Error(`image refused: ${answer.status} ${await answer.text()}`);
  return sha256(manifest);
}

export async function errorCode(answer: Response): Promise<string | undefined> {
  const { errors } = (await answer.json()) as { errors: { code: string }[] };
  return errors[0]?.code;
}
