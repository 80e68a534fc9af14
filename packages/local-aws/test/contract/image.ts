import type { ECRClient } from "@aws-sdk/client-ecr";
import {
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from "@aws-sdk/client-ecr";
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { runsOnLabel } from "../../src/images/image-store.js";
import { hostArchitecture } from "../../src/images/platform.js";

export const revision = "0123456789abcdef0123456789abcdef01234567";
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";

const server = `
  const { createServer } = require("node:http");
  createServer((request, response) => response.end("hello")).listen(process.env.PORT, process.env.HOST);
  process.on("SIGTERM", () => process.exit(0));
  console.log("listening");
`;

/** An image in memory: what ECR's API takes. */
export interface Image {
  manifest: string;
  mediaType: string;
  digest: string;
  blobs: Buffer[];
}

export interface ImageSettings {
  architecture?: string;
  /** Makes other bytes. */
  comment?: string;
}

/** A small server as an image, for a process of this machine's Node. The same settings give the same bytes. */
export async function makeImage({ architecture, comment }: ImageSettings = {}): Promise<Image> {
  const archive = pack();
  archive.entry({ name: "app/server.js", mtime: new Date(0) }, server);
  archive.finalize();
  const tar = await buffer(archive);
  const layer = gzipSync(tar, { level: 0 });
  const config = Buffer.from(
    JSON.stringify({
      architecture: architecture ?? hostArchitecture(),
      os: "linux",
      config: {
        Cmd: ["node", "server.js"],
        WorkingDir: "/app",
        Labels: { "org.opencontainers.image.revision": revision, [runsOnLabel]: "host" },
      },
      rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
      history: comment === undefined ? [] : [{ comment }],
    }),
  );
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: described("application/vnd.oci.image.config.v1+json", config),
    layers: [described("application/vnd.oci.image.layer.v1.tar+gzip", layer)],
  });
  return { manifest, mediaType: manifestType, digest: digestOf(manifest), blobs: [config, layer] };
}

/** An index of two platforms and an attestation, as `docker buildx` makes one. */
export function makeIndex(amd64: Image, arm64: Image, attestation: Image): Image {
  const child = ({ manifest, mediaType, digest }: Image, os: string, architecture: string) => ({
    mediaType,
    digest,
    size: Buffer.byteLength(manifest),
    platform: { os, architecture },
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: [
      child(amd64, "linux", "amd64"),
      child(arm64, "linux", "arm64"),
      child(attestation, "unknown", "unknown"),
    ],
  });
  return { manifest, mediaType: indexType, digest: digestOf(manifest), blobs: [] };
}

function described(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export async function makeRepository(
  ecr: ECRClient,
  repositoryName: string,
  immutable = false,
): Promise<void> {
  const imageTagMutability = immutable ? "IMMUTABLE" : "MUTABLE";
  await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }));
}

/** Pushes an image by ECR's own API, as `docker push` does by the registry's. */
export async function push(
  ecr: ECRClient,
  repositoryName: string,
  image: Image,
  imageTag?: string,
): Promise<void> {
  for (const blob of image.blobs) await pushLayer(ecr, repositoryName, blob);
  await put(ecr, repositoryName, image, imageTag);
}

/** Only the manifest. */
export function put(ecr: ECRClient, repositoryName: string, image: Image, imageTag?: string) {
  const { manifest: imageManifest, mediaType: imageManifestMediaType } = image;
  return ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest, imageManifestMediaType }));
}

async function pushLayer(ecr: ECRClient, repositoryName: string, blob: Buffer): Promise<void> {
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
  await ecr.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: blob.length - 1,
      layerPartBlob: blob,
    }),
  );
  const layerDigests = [digestOf(blob)];
  await ecr
    .send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }))
    .catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== "LayerAlreadyExistsException") throw error;
    });
}
