import { copyImage } from "../../../adapters/aws/copy.js";
import { checkBuilds } from "../../deploy/check-build.js";
import { readImageTree } from "../../../adapters/aws/image-tree.js";
import type { Repository } from "../../../adapters/aws/registry.js";
import { openRepository } from "../../../adapters/aws/registry.js";
import { openRegistry } from "../../../adapters/aws/registry-open.js";
import { MoorageError } from "../../../core/errors.js";
import type { PromotionRefusal } from "./judge.js";
import { judgeCandidate, judgeTagOwner, judgeRoute, judgeShared, ranWellAs, wentBackFrom } from "./judge.js";
import { environmentsOfPrereleases } from "../../../core/project/trigger-rules.js";
import type { SourceRepository } from "../../../adapters/git/repository.js";
import type { CarriedCandidate, RanWell } from "./candidates.js";
import { findCandidates } from "./candidates.js";
import { imageTagOf, judgeCommits, toldCommits } from "./commit.js";
import type { Side } from "./environment.js";
import { tagPrefixOf } from "../../../core/project/scope.js";
import { registryOf } from "../../../core/project/registry.js";

export interface PromoteRequest {
  from: Side;
  to: Side;
  /** As typed: an image tag that `from` has run, or a release's tag, which stands for its commit's image. */
  tag: string;
  /** The tag in the target's registry. */
  as: string;
  /** The app's git repository; without one the checks that need it are skipped, with a warning. */
  source: SourceRepository | undefined;
}

export interface PromotedService {
  name: string;
  digest: string;
  source: string;
  target: string;
  /** False when the target had the image under this tag already. */
  copied: boolean;
}

/** The stable JSON of `promote`. */
export interface PromoteResult {
  from: string;
  to: string;
  tag: string;
  as: string;
  services: PromotedService[];
}

/**
 * Carries every service's image, as the digest that `from` ran well, into the registry of `to` under the tag `as`. All
 * checks come before the first change and are refused together (exit 4): nothing is carried that is gone, was moved, is
 * for another platform, tells another commit than its tag, or is not on main (F20, F21).
 */
export async function promote(request: PromoteRequest): Promise<PromoteResult> {
  const { from, to, as } = request;
  const { triggers } = to.config;
  const prerelease = environmentsOfPrereleases(triggers);
  const prefix = tagPrefixOf(to.config);
  refuse([
    judgeTagOwner([request.tag, as], prefix),
    judgeRoute(as, to.environment, { main: triggers.main, prerelease }),
  ]);
  const { tag, recorded } = await chooseImage(request);
  const { reporter } = from.context;
  reporter.notify({ kind: "step", text: `Checking the images of ${tag} in ${from.environment}` });
  const candidates = await findCandidates(from, to, { tag, as, recorded });
  await judge(request, tag, candidates, recorded);
  reporter.notify({
    kind: "step",
    text: `Promoting ${tag} from ${from.environment} to ${to.environment} as ${as}`,
  });
  const services = await carry(request, candidates);
  return { from: from.environment, to: to.environment, tag, as, services };
}

/** The image tag that is meant, and what `from` ran well as it. */
async function chooseImage({
  from,
  tag,
  source,
}: PromoteRequest): Promise<{ tag: string; recorded: RanWell }> {
  const { environment, context } = from;
  const history = (await context.records.read(environment))?.record.history ?? [];
  const ranAs = (name: string) => ranWellAs(history, name) !== undefined;
  const chosen = await imageTagOf(tag, ranAs, source, tagPrefixOf(from.config));
  if (chosen !== undefined) {
    const wentBack = wentBackFrom(history, chosen);
    return { tag: chosen, recorded: { ...ranWellAs(history, chosen), wentBack } };
  }
  throw refused({
    code: "release-unknown",
    message: `${environment} has not run ${tag}, and git has no such tag whose commit would name the image.`,
    hint: "Fetch the tags (`git fetch --tags`), or name the image itself with --tag sha-<commit>.",
  });
}

async function judge(
  { from, as, source }: PromoteRequest,
  tag: string,
  candidates: readonly CarriedCandidate[],
  { digests = {}, despite }: RanWell,
): Promise<void> {
  const releaseCommit = await source?.commitOfTag(as);
  const promoted = { from: from.environment, tag, as, releaseCommit };
  const claims = candidates.map(({ service, tag: own, found }) => ({
    service,
    tag: own,
    digest: found?.digest,
    commit: found?.revision,
    isExplained: despite !== undefined && digests[service] === found?.digest,
  }));
  await checkBuilds(from.context.builds, claims);
  const commits = toldCommits(
    candidates.flatMap((candidate) =>
      candidate.found ? [{ tag: candidate.tag, revision: candidate.found.revision }] : [],
    ),
  );
  refuse([
    ...candidates.flatMap((candidate) => judgeCandidate(candidate, promoted)),
    ...judgeShared(candidates),
    ...(await judgeCommits(commits, source, from.context.reporter)),
  ]);
}

/** Every image is read whole before the first one is copied. */
async function carry(
  { from, to, as }: PromoteRequest,
  candidates: readonly CarriedCandidate[],
): Promise<PromotedService[]> {
  const [openSource, openTarget] = await Promise.all([registry(from), registry(to)]);
  const images = [];
  for (const candidate of candidates) {
    const source = openSource(candidate.sourceRepository);
    images.push({ candidate, source, tree: await readImageTree(source, candidate.found?.digest ?? "") });
  }
  const services: PromotedService[] = [];
  for (const { candidate, source, tree } of images) {
    const { service: name, source: sourceName, target: targetName } = candidate;
    // Services that share a repository share the image.
    const shared = services.find(({ target }) => target === targetName);
    const target = openTarget(candidate.targetRepository);
    const copied =
      shared?.copied ?? (await copyImage({ source, target, tree, tag: as, onBlob: tell(to, name) }));
    const text = `${name}  ${targetName}  ${copied ? "copied" : "was there already"}`;
    to.context.reporter.notify({ kind: "detail", text });
    services.push({ name, digest: tree.root.digest, source: sourceName, target: targetName, copied });
  }
  return services;
}

function tell({ context }: Side, service: string): (done: number, all: number) => void {
  return (done, all) => {
    context.reporter.notify({ kind: "progress", text: `${service}: ${done} of ${all} blobs are there` });
  };
}

async function registry(side: Side): Promise<(repository: string) => Repository> {
  const { aws, target, signal, reporter } = side.context;
  const { host } = registryOf(side);
  const access = await openRegistry(aws, {
    host,
    endpoint: target.registryEndpoint(host),
    signal,
    trace: reporter.trace,
  });
  return (repository) => openRepository(access, repository);
}

function refuse(refusals: readonly (PromotionRefusal | undefined)[]): void {
  const standing = refusals.filter((refusal) => refusal !== undefined);
  const [first, ...rest] = standing;
  if (first !== undefined) throw refused(first, ...rest);
}

function refused(first: PromotionRefusal, ...rest: PromotionRefusal[]): MoorageError {
  return new MoorageError({
    code: first.code,
    kind: "refused",
    message: [first, ...rest].map(({ message }) => message).join("\n"),
    hint: first.hint,
  });
}
