import { environmentTag } from "../../core/project/tag.js";
import type { Context } from "../../context/context.js";
import { badRequest } from "../../core/errors.js";
import type { Owner, ImageSet, StackRecord, Version } from "../../adapters/record/record.js";
import { ownerOfImage } from "../../core/project/built-sidecars.js";
import { imagesIn } from "../../core/project/jobs.js";
import type { WantedImage } from "./images.js";
import { pullRequestOf } from "../../core/project/preview-names.js";
import { resolveImages } from "./images.js";
import type { DeployRequest } from "./request.js";

/** What a deployment puts in place, resolved to bytes. */
export interface ChosenRelease extends ImageSet {
  images: WantedImage[];
  /** By service, the repository that its image is in, where that is not its own. */
  repositories: Record<string, string>;
  version: Version;
}

/**
 * Resolves what the request names: the digests of an earlier release, a tag, or what is deployed now. Services that the
 * request leaves out keep their bytes. Raises a bad request for a tag or digest that is not there (F21).
 */
export async function chooseRelease(
  context: Context,
  request: DeployRequest,
  { deployed }: Pick<StackRecord, "deployed">,
): Promise<ChosenRelease> {
  const base = baseOf(request, deployed);
  const { tag, source } = environmentTag({ flag: request.imageTag, deployed: base?.imageTag });
  const keeps = keptServices(request, base, request.release !== undefined || source === "deployed");
  context.reporter.notify({ kind: "step", text: `Resolving the images of ${tag}` });
  const images = await resolveImages(
    context.aws,
    request.config,
    (service) =>
      request.taken?.digests[service] ?? (keeps(service) ? base?.digests[service] : undefined) ?? tag,
    pullRequestOf(request.stack) !== undefined,
    context.target.platform,
  );
  const tagOf = (service: string) =>
    request.taken?.imageTags[service] ?? (keeps(service) && base ? tagIn(base, service) : tag);
  const others = images
    .map(({ service }) => [service, tagOf(service)] as const)
    .filter(([, own]) => own !== tag);
  return {
    imageTag: tag,
    ...(others.length > 0 && { imageTags: Object.fromEntries(others) }),
    digests: Object.fromEntries(images.flatMap(({ service, digest }) => (digest ? [[service, digest]] : []))),
    repositories: Object.fromEntries(
      images.flatMap(({ service, repository }) => (repository ? [[service, repository]] : [])),
    ),
    images,
    version: versionOf(
      images.filter(({ service }) => request.taken?.digests[service] === undefined),
      context.owner,
    ),
  };
}

/** What services keep: of a rollback also what they run now, where the release that it goes to does not have them. */
function baseOf({ release, purpose }: DeployRequest, deployed: ImageSet | undefined): ImageSet | undefined {
  if (release === undefined || purpose !== "rollback" || deployed === undefined) return release ?? deployed;
  const others = Object.keys(deployed.digests).filter((service) => !(service in release.digests));
  const tags = Object.fromEntries(others.map((service) => [service, tagIn(deployed, service)]));
  return {
    imageTag: release.imageTag,
    imageTags: { ...release.imageTags, ...tags },
    digests: { ...deployed.digests, ...release.digests },
  };
}

function keptServices(
  { services: services, config }: DeployRequest,
  base: ImageSet | undefined,
  all: boolean,
): (service: string) => boolean {
  const known = imagesIn(config);
  const unknown = (services ?? []).filter((service) => !(service in known));
  if (unknown.length > 0) {
    throw badRequest(
      "no-service",
      `There is no service ${unknown.map((name) => name || '""').join(", ")}.`,
      `Choose from ${Object.keys(known).join(", ")}.`,
    );
  }
  return (service) => {
    if (base?.digests[service] === undefined) return false;
    return (
      all ||
      (services !== undefined && !services.includes(service) && !services.includes(ownerOfImage(service)))
    );
  };
}

function tagIn({ imageTag, imageTags }: ImageSet, service: string): string {
  return imageTags?.[service] ?? imageTag;
}

/** Services of one tag are built from one commit. */
function versionOf(images: readonly WantedImage[], { run }: Owner): Version {
  const { commit, created } = images.find((image) => image.commit !== undefined) ?? images[0] ?? {};
  const requestedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  const id = Number(/\/runs\/(\d+)$/.exec(run ?? "")?.[1] ?? 0);
  return { ...(commit && { commit }), ...(created && { created }), requestedAt, ...(id > 0 && { run: id }) };
}
