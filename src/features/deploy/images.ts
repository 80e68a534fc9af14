import type { AwsClients } from "../../adapters/aws/clients.js";
import type { ImageReference, ResolvedImage } from "../../adapters/aws/images.js";
import { resolveImage, unknownArchitecture } from "../../adapters/aws/images.js";
import { ownerOfImage } from "../../core/project/built-sidecars.js";
import { type ImageSettings, imagesIn } from "../../core/project/jobs.js";
import type { Config } from "../../core/project/schema.js";
import { badRequest, hasCode, MoorageError } from "../../core/errors.js";
import { serviceRegistry } from "../../core/project/registry.js";
import { previewRepository } from "../../core/project/preview-repository.js";
import { foreignTo } from "../../core/project/release-tag.js";

/** What one service, or one job that is of no service, is to run, by content. */
export interface WantedImage {
  service: string;
  /** `<registry>/<repository>@sha256:...`. */
  image: string;
  digest: string | undefined;
  /** Where it was found, unless that is the service's own repository. */
  repository?: string;
  /** The digest itself and, where it is an index, its platforms' manifests: what a running task may report. */
  digests: string[];
  /** The commit that the image says it was built from. */
  commit?: string;
  /** When it was made, ISO 8601. */
  created?: string;
}

/** What is asked for of one service: a tag or a digest. */
export type Ask = (service: string) => string;

/**
 * Resolves what is asked for of every service to a digest before anything changes (F21). Raises one error (exit 2) that
 * names every image that is missing, or `platform` where an image has none that the service runs on. `platform`: what tasks run on there, where
 * that is not as services are configured.
 */
export async function resolveImages(
  clients: AwsClients,
  config: Config,
  ask: Ask,
  isPreview = false,
  platform?: string,
): Promise<WantedImage[]> {
  const services = Object.entries(imagesIn(config));
  const results = await Promise.allSettled(
    services.map(([name, service]) =>
      resolveService(clients, config, { name, service, tag: ask(name), isPreview, platform }),
    ),
  );
  const failures = results
    .filter((result) => result.status === "rejected")
    .map(({ reason }) => reason as unknown);
  if (failures.length > 0) throw together(failures);
  return results.filter((result) => result.status === "fulfilled").map(({ value }) => value);
}

/** One image that is asked for. `platform`: what tasks run on, where that is not as the service is configured. */
interface Wanted {
  name: string;
  service: ImageSettings;
  tag: string;
  isPreview: boolean;
  platform: string | undefined;
}

async function resolveService(
  clients: AwsClients,
  config: Config,
  { name, service, tag, isPreview, platform }: Wanted,
): Promise<WantedImage> {
  if (service.image !== undefined) return fixedImage(clients, name, service.image);
  const { host, account } = serviceRegistry(name, config);
  const own = { account, repository: service.repository ?? name, tag };
  const { repository, ...resolved } = await resolveFor(clients, own, isPreview);
  checkPlatform({ name, service, tag, platform }, repository, resolved);
  checkRevision(repository, tag, resolved);
  const { digest, platforms, revision, created } = resolved;
  return {
    service: name,
    image: `${host}/${repository}@${digest}`,
    digest,
    digests: [...new Set([digest, ...platforms.map((platform) => platform.digest)])],
    ...(repository !== own.repository && { repository }),
    ...(revision !== undefined && { commit: revision }),
    ...(created !== undefined && { created }),
  };
}

/**
 * A preview runs what its pull request pushed; what the main branch built is there for it too. Environments never look
 * where pull requests push.
 */
export async function resolveFor(
  clients: AwsClients,
  own: ImageReference,
  isPreview: boolean,
): Promise<ResolvedImage & { repository: string }> {
  const pushed = { ...own, repository: previewRepository(own.repository) };
  const found = isPreview ? await resolveImage(clients, pushed).catch(unlessMissing) : undefined;
  if (found !== undefined) return { ...found, repository: pushed.repository };
  return { ...(await resolveImage(clients, own)), repository: own.repository };
}

function unlessMissing(error: unknown): undefined {
  if (!hasCode(error, "tag-not-found", "repository-not-found")) throw error;
}

/**
 * A service whose configuration fixes its image. By digest, its platforms' manifests are what its tasks may report where
 * it is an index; of a registry that cannot be asked nothing is compared: what is pulled by digest is those bytes.
 */
async function fixedImage(clients: AwsClients, service: string, image: string): Promise<WantedImage> {
  const digest = image.split("@")[1];
  const digests = digest === undefined ? [] : await digestsOfFixed(clients, image, digest);
  return { service, image, digest, digests };
}

async function digestsOfFixed(clients: AwsClients, image: string, digest: string): Promise<string[]> {
  const [, account, repository] = /^(\d{12})\.dkr\.ecr\.[^/]+\/([^:@]+)/.exec(image) ?? [];
  if (account === undefined || repository === undefined) return [];
  try {
    const { platforms } = await resolveImage(clients, {
      account,
      repository,
      tag: digest,
    });
    return [...new Set([digest, ...platforms.map((platform) => platform.digest)])];
  } catch (error) {
    // ECR in another account may let tasks pull and not this role look.
    if (hasCode(error, "permission")) return [];
    throw error;
  }
}

function checkPlatform(
  { name, service, tag, platform }: Omit<Wanted, "isPreview">,
  repository: string,
  image: ResolvedImage,
): void {
  const wanted = platform ?? (service.architecture === "ARM64" ? "linux/arm64" : "linux/amd64");
  const platforms = image.platforms.map(({ platform }) => platform);
  if (platforms.includes(wanted)) return;
  const isUnknown = platforms.length === 1 && platforms[0]?.endsWith(`/${unknownArchitecture}`);
  const why = isUnknown === true ? " (its configuration names no architecture)" : "";
  throw badRequest(
    "platform",
    `The image ${repository}:${tag} is for ${platforms.join(", ") || "no platform"}${why}; service ${name} runs on ${wanted}.`,
    `Build it for ${wanted}, or set moorage:services.${ownerOfImage(name)}.architecture.`,
  );
}

/** A commit's tag is believed only with that commit's mark on every image under it. */
function checkRevision(repository: string, tag: string, image: ResolvedImage): void {
  const foreign = foreignTo(tag, image);
  if (foreign === undefined) return;
  throw new MoorageError({
    code: "revision-mismatch",
    message: `The image ${repository}:${tag} is ${foreign}.`,
    hint: "Build the commit with `moorage build`, or label the image with org.opencontainers.image.revision; give another image its own tag.",
  });
}

function together(failures: unknown[]): unknown {
  const [first, ...rest] = failures;
  if (!(first instanceof MoorageError) || rest.length === 0) return first;
  const messages = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  // Services of one repository lack the same image.
  return first.with({ message: [...new Set(messages)].join("\n") });
}
