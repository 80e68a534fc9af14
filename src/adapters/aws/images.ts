import { checkImageFormat } from "../../core/format.js";
import { commitOfImageTag } from "../../core/project/release-tag.js";
import type { AwsClients } from "./clients.js";
import {
  type Descriptor,
  getConfig,
  getManifest,
  type ImageConfig,
  type ImageSource,
  type Manifest,
  mediaTypes,
} from "./image-manifest.js";

/** An image in ECR, as a tag or digest named it. */
export interface ResolvedImage {
  /** Of the manifest or index that the tag names: what the task definition carries. */
  digest: string;
  /** `linux/amd64` for each platform's manifest, with its digest; one entry for a plain manifest. */
  platforms: { platform: string; digest: string }[];
  /** The commit in `org.opencontainers.image.revision`, where the image tells. */
  revision: string | undefined;
  /** The commits in the labels of everything under the tag: of an index, its own and that of each image. */
  revisions: (string | undefined)[];
  /** ISO 8601, from `org.opencontainers.image.created` or the image's configuration. */
  created: string | undefined;
}

export interface ImageReference {
  /** 12 digits. */
  account: string;
  repository: string;
  /** A tag, or a digest: `sha256:...`. */
  tag: string;
}

const indexTypes = mediaTypes.filter((type) => /index|manifest\.list/.test(type));
/** Of an image whose configuration names none, which the OCI image specification requires. */
export const unknownArchitecture = "unknown";
const revisionLabel = "org.opencontainers.image.revision";
const createdLabel = "org.opencontainers.image.created";

type Origin = Pick<ResolvedImage, "revision" | "created">;
/** A commit's tag makes a claim about all of its images; of other tags the first one is asked. */
const isClaim = (tag: string) => commitOfImageTag(tag) !== undefined;

/**
 * Resolves a tag or digest to the image's digest, platforms and origin. Raises `tag-not-found` (exit 2) when there is no
 * such image (F21), and `format-newer` (exit 4) for one that a newer Moorage built in another form (F57).
 */
export async function resolveImage(clients: AwsClients, reference: ImageReference): Promise<ResolvedImage> {
  const source = { ecr: await clients.ecr(), trace: clients.trace };
  const { digest, manifest } = await getManifest(source, reference, idOf(reference.tag));
  if (manifest.manifests === undefined) {
    const config = await getConfig(source, reference, manifest);
    const origin = originOf(reference, manifest, config);
    const platforms = [{ platform: platformOf(config), digest }];
    return { digest, platforms, ...origin, revisions: [origin.revision] };
  }
  const platforms = await platformsOf(source, reference, manifest.manifests);
  const own = originOf(reference, manifest, {});
  const isTold = own.revision !== undefined && own.created !== undefined && !isClaim(reference.tag);
  const asked = isTold ? [] : isClaim(reference.tag) ? platforms : platforms.slice(0, 1);
  const origins = await Promise.all(asked.map((child) => originOfChild(source, reference, child.digest)));
  const revision = own.revision ?? origins[0]?.revision;
  const told = [
    ...(own.revision === undefined ? [] : [own.revision]),
    ...origins.map((origin) => origin.revision),
  ];
  const created = own.created ?? origins[0]?.created;
  return { digest, platforms, revision, revisions: told, created };
}

function idOf(tag: string): { imageTag: string } | { imageDigest: string } {
  return tag.startsWith("sha256:") ? { imageDigest: tag } : { imageTag: tag };
}

async function originOfChild(
  source: ImageSource,
  reference: ImageReference,
  digest: string,
): Promise<Origin> {
  const { manifest } = await getManifest(source, reference, { imageDigest: digest });
  return originOf(reference, manifest, await getConfig(source, reference, manifest));
}

/**
 * The images of an index, with what each runs on: told by the descriptor, where it tells, else by the image's own
 * configuration; an index within is gone through. Attestations are for no platform.
 * Source: OCI image specification, "Image Index", `platform` (OPTIONAL); containerd, `images.Manifest`.
 */
async function platformsOf(
  source: ImageSource,
  reference: ImageReference,
  children: readonly Descriptor[],
): Promise<ResolvedImage["platforms"]> {
  const found: ResolvedImage["platforms"] = [];
  for (const { mediaType = "", platform, digest } of children) {
    if (platform?.os === "unknown") continue;
    const isLeaf = !indexTypes.includes(mediaType);
    if (platform !== undefined && isLeaf) {
      found.push({ platform: platformOf(platform), digest });
      continue;
    }
    const { manifest } = await getManifest(source, reference, { imageDigest: digest });
    const inner =
      manifest.manifests === undefined
        ? await ownPlatform(source, reference, { digest, manifest })
        : await platformsOf(source, reference, manifest.manifests);
    const wanted = platform && platformOf(platform);
    found.push(...inner.filter((one) => wanted === undefined || one.platform === wanted));
  }
  return found;
}

/** None of what is no image: a signature has a configuration that names nothing. */
async function ownPlatform(
  source: ImageSource,
  reference: ImageReference,
  { digest, manifest }: { digest: string; manifest: Manifest },
): Promise<ResolvedImage["platforms"]> {
  const config = await getConfig(source, reference, manifest);
  return config.architecture === undefined ? [] : [{ platform: platformOf(config), digest }];
}

/** What an image says of itself. Raises `format-newer` (exit 4) for one of a form that this copy does not know (F57). */
function originOf(
  { repository, tag }: ImageReference,
  { annotations }: Manifest,
  { config, created }: ImageConfig,
): Origin {
  const label = (name: string) => config?.Labels?.[name] ?? annotations?.[name];
  checkImageFormat(`The image ${repository}${tag.startsWith("sha256:") ? "@" : ":"}${tag}`, label);
  return { revision: label(revisionLabel), created: label(createdLabel) ?? created };
}

function platformOf({
  os = "linux",
  architecture = unknownArchitecture,
}: {
  os?: string;
  architecture?: string;
}): string {
  return `${os}/${architecture}`;
}
