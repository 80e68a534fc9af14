/** Manifests and indexes of the OCI and Docker image formats, as far as a registry and a puller read them. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { RegistryError } from "./errors.js";
import { isDigest } from "./names.js";

export const mediaTypes = {
  image: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  dockerImage: "application/vnd.docker.distribution.manifest.v2+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
} as const;

const descriptorSchema = z.looseObject({
  mediaType: z.string().min(1),
  digest: z.string().refine(isDigest, "is not a sha256 digest"),
  size: z.number().int().nonnegative(),
  artifactType: z.string().optional(),
  urls: z.array(z.string()).optional(),
  platform: z
    .looseObject({ architecture: z.string(), os: z.string(), variant: z.string().optional() })
    .optional(),
});

const manifestSchema = z.looseObject({
  schemaVersion: z.number().optional(),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptorSchema.optional(),
  layers: z.array(descriptorSchema).optional(),
  manifests: z.array(descriptorSchema).optional(),
  subject: descriptorSchema.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

export type Descriptor = z.infer<typeof descriptorSchema>;

export interface Manifest {
  mediaType: string;
  /** Set for an image. */
  config?: Descriptor;
  layers: Descriptor[];
  /** Set for an index: its children. */
  manifests: Descriptor[];
  /** What this manifest is attached to (a signature to its image). */
  subject?: Descriptor;
  artifactType?: string;
  annotations?: Record<string, string>;
}

export function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.index || mediaType === mediaTypes.dockerIndex;
}

export function sha256Digest(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/**
 * Reads a manifest's bytes. Its media type is the one that it names itself, else the one it was pushed with.
 * Throws MANIFEST_INVALID for what is no manifest, or when the two disagree.
 */
export function parseManifest(bytes: Uint8Array, contentType?: string): Manifest {
  const parsed = manifestSchema.safeParse(parseJson(bytes));
  if (!parsed.success) throw new RegistryError("MANIFEST_INVALID", z.prettifyError(parsed.error));
  const { layers = [], manifests = [], schemaVersion, ...rest } = parsed.data;
  if (schemaVersion === 1 || rest.mediaType?.includes("manifest.v1+prettyjws")) {
    throw new RegistryError(
      "MANIFEST_INVALID",
      "manifests of schema 1 are not supported: push the image anew",
    );
  }
  const pushedAs = contentType?.split(";")[0]?.trim();
  const mediaType = rest.mediaType ?? pushedAs ?? (manifests.length ? mediaTypes.index : mediaTypes.image);
  if (pushedAs && rest.mediaType && pushedAs !== rest.mediaType) {
    throw new RegistryError(
      "MANIFEST_INVALID",
      `the manifest says it is ${rest.mediaType} but was pushed as ${pushedAs}`,
    );
  }
  const artifactType = rest.artifactType ?? rest.config?.mediaType;
  return { ...rest, mediaType, layers, manifests, artifactType };
}

/** Blobs that must be in the repository before the manifest; foreign layers live elsewhere. */
export function requiredBlobs(manifest: Manifest): string[] {
  const layers = manifest.layers.filter((layer) => !layer.urls?.length);
  return [...(manifest.config ? [manifest.config] : []), ...layers].map((blob) => blob.digest);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new RegistryError("MANIFEST_INVALID", "the manifest is not JSON");
  }
}
