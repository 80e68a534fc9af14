import { resolveImage } from "../../../adapters/aws/images.js";
import { describeImage } from "../../../adapters/aws/registry-images.js";
import { imagesIn } from "../../../core/project/jobs.js";
import { badRequest } from "../../../core/errors.js";
import type { Candidate, FoundImage, PastDeployment } from "./judge.js";
import type { Side } from "./environment.js";
import { registryOf } from "../../../core/project/registry.js";
import { repositoriesOf } from "./environment.js";

/** A candidate with the repositories that its image is in. */
export interface CarriedCandidate extends Candidate {
  sourceRepository: string;
  targetRepository: string;
}

/** What an environment ran well as a release; nothing where it did not. */
export type RanWell = Partial<Pick<PastDeployment, "despite" | "digests" | "imageTags">> & {
  /** Services whose bytes somebody has gone back from since. */
  wentBack?: readonly string[];
};

/**
 * What both registries say of every service's image; nothing is changed. Raises `service-missing` (exit 2) when the
 * target runs a service that the source does not have.
 */
export async function findCandidates(
  from: Side,
  to: Side,
  { tag: release, as, recorded }: { tag: string; as: string; recorded: RanWell },
): Promise<CarriedCandidate[]> {
  const sources = repositoriesOf(from.config);
  return Promise.all(
    [...repositoriesOf(to.config)].map(async ([service, targetRepository]) => {
      const sourceRepository = sources.get(service);
      if (sourceRepository === undefined) throw noService(service, from.environment, to.environment);
      const tag = recorded.imageTags?.[service] ?? release;
      const [found, taken] = await Promise.all([
        findImage(from, sourceRepository, tag),
        describeImage(to.context.aws, {
          account: registryOf(to).account,
          repository: targetRepository,
          tag: as,
        }),
      ]);
      return {
        service,
        tag,
        sourceRepository,
        targetRepository,
        source: `${registryOf(from).host}/${sourceRepository}:${tag}`,
        target: `${registryOf(to).host}/${targetRepository}:${as}`,
        recorded: recorded.digests?.[service],
        withdrawn: recorded.wentBack?.includes(service) ?? false,
        found,
        taken: taken?.digest,
        platform:
          to.context.target.platform ??
          (imagesIn(to.config)[service]?.architecture === "ARM64" ? "linux/arm64" : "linux/amd64"),
      };
    }),
  );
}

/** An image that is not active has no bytes to look into. */
async function findImage(side: Side, repository: string, tag: string): Promise<FoundImage | undefined> {
  const reference = { account: registryOf(side).account, repository, tag };
  const listed = await describeImage(side.context.aws, reference);
  if (listed === undefined) return undefined;
  if (listed.status !== "ACTIVE") return { ...listed, platforms: [], revision: undefined };
  const { platforms, ...image } = await resolveImage(side.context.aws, reference);
  return { ...image, status: listed.status, platforms: platforms.map(({ platform }) => platform) };
}

function noService(service: string, from: string, to: string): Error {
  return badRequest(
    "service-missing",
    `${to} runs the service ${service}, which ${from} does not have.`,
    `Add it to moorage:services in Pulumi.${from}.yaml, or give it a fixed image in Pulumi.${to}.yaml.`,
  );
}
