import { z } from "zod";
import { platformFailure } from "../../core/errors.js";
import type { Descriptor, ManifestBytes, Repository } from "./registry.js";

/** One manifest of an image, with the blobs that it names. */
export interface TreeNode extends ManifestBytes {
  blobs: Descriptor[];
}

/** An image, whole. */
export interface ImageTree {
  root: ManifestBytes;
  /** In the order in which a registry takes them: an index after its children, what is attached after its subject. */
  nodes: TreeNode[];
}

const descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[a-f0-9]{64}$/),
  size: z.number().int().nonnegative(),
  urls: z.array(z.string()).optional(),
});

const manifestSchema = z.looseObject({
  config: descriptor.optional(),
  layers: z.array(descriptor).default([]),
  manifests: z.array(descriptor).default([]),
});

/**
 * Reads every manifest of an image: children of an index with their attestations, and what is attached by `subject`.
 * Raises `image-incomplete` where one is gone, `manifest-unknown` for what is none.
 */
export async function readImageTree(source: Repository, digest: string): Promise<ImageTree> {
  const nodes = new Map<string, TreeNode>();
  const root = await visit(source, digest, nodes);
  return { root, nodes: [...nodes.values()] };
}

async function visit(source: Repository, digest: string, nodes: Map<string, TreeNode>): Promise<TreeNode> {
  const known = nodes.get(digest);
  if (known) return known;
  const manifest = await source.manifest(digest);
  if (manifest === undefined) throw incomplete(source, digest);
  const { config, layers, manifests } = parse(source, manifest);
  for (const child of manifests) await visit(source, child.digest, nodes);
  const named = [...(config ? [config] : []), ...layers];
  const node = { ...manifest, blobs: named.filter(({ urls }) => !urls?.length) };
  nodes.set(digest, node);
  for (const attached of await source.referrers(digest)) await visit(source, attached.digest, nodes);
  return node;
}

function parse(source: Repository, { bytes, digest }: ManifestBytes): z.infer<typeof manifestSchema> {
  try {
    return manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (error) {
    throw platformFailure(
      "manifest-unknown",
      `${source.access.host}/${source.name}@${digest} is not an image manifest that Moorage knows.`,
      "Build the image again with Docker, Podman or BuildKit.",
      error,
    );
  }
}

function incomplete({ access, name }: Repository, digest: string): Error {
  return platformFailure(
    "image-incomplete",
    `${access.host}/${name}@${digest} is gone, although an image refers to it.`,
    "Build the image again under a tag of its own; a lifecycle rule may have removed a part of it.",
  );
}
