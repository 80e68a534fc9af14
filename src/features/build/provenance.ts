import { newBuild, type BuildRecord, type BuildStore } from "../../adapters/record/builds/record.js";
import { rm } from "node:fs/promises";
import { digestOf } from "../../adapters/aws/registry.js";
import { MoorageError } from "../../core/errors.js";
import { commitOfImageTag } from "../../core/project/release-tag.js";
import type { BuildOrder, ImageFiles, MakeImage } from "../../adapters/images/builder.js";
import { temporaryFolder } from "../../core/temporary-folder.js";
import { digestOfMade } from "../../adapters/images/digest-of.js";

/** Where a run writes down what it built, and as whom; and how it makes and pushes what it has to know before it is pushed. */
export interface Provenance {
  builds: BuildStore;
  by: Pick<BuildRecord, "by" | "run" | "ref">;
  make: MakeImage;
  push(order: BuildOrder, image: ImageFiles): Promise<void>;
}

/** Whether builds of the tag are recorded: a commit's tag makes a claim, and others make none. */
export function isRecorded({ tag }: Pick<BuildOrder, "tag">): boolean {
  return commitOfImageTag(tag) !== undefined;
}

/**
 * Makes the image, writes down its digest and only then pushes it: a run that is killed on the way leaves nothing under the
 * commit's tag that no record knows, so the next run goes on. Raises what the builder and the push raise.
 */
export async function pushRecorded(provenance: Provenance, order: BuildOrder): Promise<string> {
  const folder = await temporaryFolder("moorage-image-");
  try {
    const image = await provenance.make(order, folder);
    const digest = digestOf(image.manifest);
    await recordBuild(provenance, order, digest);
    await provenance.push(order, image);
    return digest;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes down that this run made these bytes. */
async function recordBuild({ builds, by }: Provenance, order: BuildOrder, digest: string): Promise<void> {
  const { tag, repository, revision } = order;
  const at = new Date().toISOString();
  await builds.add(newBuild({ tag, digest, repository, at, ...by, ...(revision && { commit: revision }) }));
}

/**
 * Refuses bytes under a commit's tag that no recorded build made (F52, exit 4). What this build itself makes is taken, and
 * recorded: either it is what is there, or a later look at the tag tells the two apart.
 */
export async function checkBuiltBefore(
  provenance: Provenance,
  order: BuildOrder,
  present: string,
): Promise<void> {
  const recorded = await provenance.builds.of(order.tag);
  if (recorded.some(({ digest }) => digest === present)) return;
  const own = await digestOfMade(provenance.make, order);
  await recordBuild(provenance, order, own);
  if (own === present) return;
  throw foreignBytes(`${order.registry}/${order.repository}:${order.tag}`, present, own);
}

function foreignBytes(image: string, present: string, own: string): MoorageError {
  return new MoorageError({
    code: "foreign-build",
    message: `${image} is ${present}, which no recorded build made; the commit's own build makes ${own}.`,
    hint: "Find out who pushed it; then delete the tag in the registry and run the build again.",
  });
}
