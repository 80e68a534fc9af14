import { newBuild, type BuildRecord, type BuildStore } from "../builds/record.js";
import { setTimeout as delay } from "node:timers/promises";
import { bounds } from "../bounds.js";
import { exitCodes, MoorageError } from "../errors.js";
import { commitOfImageTag } from "../release/release-tag.js";
import type { Host } from "../report.js";
import type { BuildOrder, ImageBuilder } from "./builder.js";

/** Where a run writes down what it built, and as whom. */
export interface Provenance {
  builds: BuildStore;
  by: Pick<BuildRecord, "by" | "run" | "ref">;
  signal: AbortSignal;
}

interface Edges {
  builder: ImageBuilder;
  host: Host;
  provenance?: Provenance | undefined;
}

type Built = Pick<BuildOrder, "tag" | "repository" | "revision" | "registry">;

/** Writes down that this run made these bytes, where the tag is a commit's. */
export async function recordBuild({ provenance }: Edges, order: Built, digest: string): Promise<void> {
  if (provenance === undefined || commitOfImageTag(order.tag) === undefined) return;
  const { builds, by } = provenance;
  const { tag, repository, revision } = order;
  const at = new Date().toISOString();
  await builds.add(newBuild({ tag, digest, repository, at, ...by, ...(revision && { commit: revision }) }));
}

/**
 * Refuses bytes under a commit's tag that no recorded build made (F52, exit 4). What this build itself makes is taken, and
 * recorded: either it is what is there, or a later look at the tag tells the two apart.
 */
export async function checkBuiltBefore(edges: Edges, order: BuildOrder, present: string): Promise<void> {
  const { provenance, builder } = edges;
  if (provenance === undefined || commitOfImageTag(order.tag) === undefined) return;
  const recorded = await provenance.builds.of(order.tag);
  if (recorded.some(({ digest }) => digest === present)) return;
  const own = (await builder.digest?.({ ...order, push: false })) ?? recorded.at(0)?.digest;
  if (own !== undefined) await recordBuild(edges, order, own);
  if (own === present) return;
  throw foreignBytes(`${order.registry}/${order.repository}:${order.tag}`, present, own);
}

const pauseMs = 500;

/** The run that pushed meanwhile writes down that it did: waits for that, as long as a record's write may take. */
export async function awaitRecorded({ provenance }: Edges, { tag }: Built, digest: string): Promise<void> {
  if (provenance === undefined || commitOfImageTag(tag) === undefined) return;
  const startedAt = performance.now();
  while (performance.now() - startedAt < bounds.recordWrite) {
    if ((await provenance.builds.of(tag)).some((one) => one.digest === digest)) return;
    await delay(pauseMs, undefined, { signal: provenance.signal });
  }
}

function foreignBytes(image: string, present: string, own: string | undefined): MoorageError {
  return new MoorageError({
    code: "foreign-build",
    message: `${image} is ${present}, which no recorded build made; the commit's own build makes ${own ?? "other bytes"}.`,
    hint: "Find out who pushed it; then delete the tag in the registry and run the build again.",
    exitCode: exitCodes.refused,
    fault: "caller",
  });
}
