import type { ImageReference, ResolvedImage } from "../../adapters/aws/images.js";
import { describeImage, lookUpImage } from "../../adapters/aws/registry-images.js";
import type { AwsClients } from "../../adapters/aws/clients.js";
import type { Reporter } from "../../core/reporter.js";
import { MoorageError, platformFailure } from "../../core/errors.js";
import { commitOfImageTag, foreignTo } from "../../core/project/release-tag.js";
import type { BuildOrder, ImageBuilder, ImageOrder } from "../../adapters/images/builder.js";
import { checkBuiltBefore, isRecorded, type Provenance, pushRecorded } from "./provenance.js";
import type { BuildVersion } from "./version.js";

export interface BuildRequest {
  orders: ImageOrder[];
  version: BuildVersion;
  /** The registry's host name, and the account that it belongs to. */
  registry: { host: string; account: string };
  push: boolean;
}

export interface BuildEdges {
  builder: Pick<ImageBuilder, "build" | "has">;
  aws: AwsClients;
  reporter: Reporter;
  /** Where builds of commits are recorded; undefined for images that no environment runs. */
  provenance?: Provenance | undefined;
}

export interface BuiltService {
  name: string;
  /** `<registry>/<repository>:<tag>`. */
  image: string;
  /** As the registry has it; null for an image that was not pushed. */
  digest: string | null;
  /** False when the tag was there already. */
  built: boolean;
  pushed: boolean;
}

/** The stable JSON of `build`. */
export interface BuildResult {
  tag: string;
  services: BuiltService[];
}

/**
 * Builds each image once, one after another: a tag that is there is not built again. Where images are pushed, the
 * registry is asked what is there, else this machine. Raises `revision-mismatch` (exit 4) where the tag names another
 * commit's image, or bytes that no recorded build made (F52).
 */
export async function buildImages(edges: BuildEdges, request: BuildRequest): Promise<BuildResult> {
  const services: BuiltService[] = [];
  const { registry, version } = request;
  for (const order of request.orders) {
    const here = request.push ? undefined : edges.builder.has;
    const whole = { ...order, ...version, registry: registry.host, push: here === undefined };
    const done = here
      ? await buildHere(edges, whole, await here(whole))
      : await buildAndPush(edges, whole, registry.account);
    const image = `${registry.host}/${order.repository}:${version.tag}`;
    services.push(...order.services.map((name) => ({ name, image, ...done })));
  }
  return { tag: version.tag, services };
}

type Done = Omit<BuiltService, "name" | "image">;

async function buildHere(
  { builder, reporter }: BuildEdges,
  order: BuildOrder,
  there: boolean,
): Promise<Done> {
  const text = there ? `${nameOf(order)} exists already: not built again` : `Building ${nameOf(order)}`;
  reporter.notify({ kind: "step", text });
  if (!there) await builder.build(order);
  return { digest: null, built: !there, pushed: false };
}

async function buildAndPush(edges: BuildEdges, order: BuildOrder, account: string): Promise<Done> {
  const reference = { account, repository: order.repository, tag: order.tag };
  const provenance = isRecorded(order) ? edges.provenance : undefined;
  const present = await lookUpImage(edges.aws, reference);
  if (present !== undefined) {
    checkRevision(order, present);
    if (provenance) await checkBuiltBefore(provenance, order, present.digest);
    edges.reporter.notify({ kind: "step", text: `${nameOf(order)} exists already: not built again` });
    return { digest: present.digest, built: false, pushed: false };
  }
  edges.reporter.notify({ kind: "step", text: `Building ${nameOf(order)}` });
  try {
    if (provenance) await pushRecorded(provenance, order);
    else await edges.builder.build(order);
  } catch (error) {
    return await pushedByAnother(edges, provenance, order, reference, error);
  }
  const pushed = await describeImage(edges.aws, reference);
  if (pushed === undefined) throw notThere(order);
  return { digest: pushed.digest, built: true, pushed: true };
}

/** Of two runs that build one commit, an immutable tag takes the first push: the second has what it wanted. */
async function pushedByAnother(
  { aws, reporter }: BuildEdges,
  provenance: Provenance | undefined,
  order: BuildOrder,
  reference: ImageReference,
  error: unknown,
): Promise<Done> {
  const present = order.revision === undefined ? undefined : await lookUpImage(aws, reference);
  if (present === undefined || foreignTo(order.tag, present, order.revision) !== undefined) throw error;
  if (provenance) await checkBuiltBefore(provenance, order, present.digest);
  reporter.notify({
    kind: "warning",
    text: `Another run pushed ${nameOf(order)} in the meantime: its image is used.`,
  });
  return { digest: present.digest, built: true, pushed: false };
}

/** A commit's tag has to say its commit; another tag must not say another one. */
function checkRevision(order: BuildOrder, present: ResolvedImage): void {
  const { tag, revision } = order;
  const isSilent = commitOfImageTag(tag) === undefined && present.revision === undefined;
  const foreign = isSilent ? undefined : foreignTo(tag, present, revision);
  if (foreign === undefined) return;
  throw new MoorageError({
    code: "revision-mismatch",
    message: `${nameOf(order)} is there already: ${foreign}.`,
    hint: "A tag is never reused for another image: find out who pushed it; then delete it and build again, or name another with --tag.",
  });
}

function nameOf({ registry, repository, tag }: BuildOrder): string {
  return `${registry}/${repository}:${tag}`;
}

function notThere(order: BuildOrder): Error {
  return platformFailure(
    "push-lost",
    `${nameOf(order)} was pushed, but the registry does not have it.`,
    "Try again.",
  );
}
