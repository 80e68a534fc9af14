import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../core/make-folder.js";
import { badRequest } from "../../core/errors.js";
import type { Reporter } from "../../core/reporter.js";
import { openSource } from "../../adapters/git/repository.js";
import type { BuildResult, BuiltService } from "./build.js";
import type { BuildOrder, ImageOrder, MakeImage } from "../../adapters/images/builder.js";
import { addImage, writeIndex } from "./layout.js";
import { indexOf } from "./saved-index.js";
import { versionToBuild } from "./version.js";

export interface SaveRequest {
  /** The project's folder. */
  project: string;
  env: NodeJS.ProcessEnv;
  /** Absolute; made, or empty. */
  folder: string;
  orders: readonly ImageOrder[];
  /** The registry's host name, which is not asked. */
  registry: string;
}

/**
 * Builds the images of the commit that is checked out into a folder, which needs no credentials. Raises `folder-in-use`
 * (exit 2), and what `versionOf` and a builder raise.
 */
export async function saveImages(
  { make, reporter }: { make: MakeImage; reporter: Reporter },
  { project, env, folder, orders, registry }: SaveRequest,
): Promise<BuildResult> {
  const version = await versionToBuild(undefined, await openSource(project), { reporter, env });
  await takeFolder(folder);
  const services: BuiltService[] = [];
  const saved: { repository: string; digest: string; size: number }[] = [];
  for (const order of orders) {
    const image = `${registry}/${order.repository}:${version.tag}`;
    reporter.notify({ kind: "step", text: `Building ${image}` });
    const made = await makeInto(folder, make, { ...order, ...version, registry, push: false });
    saved.push({ repository: order.repository, ...made });
    const done = { image, digest: made.digest, built: true, pushed: false };
    services.push(...order.services.map((name) => ({ name, ...done })));
  }
  await writeIndex(folder, indexOf(version.revision ?? "", saved));
  return { tag: version.tag, services };
}

/** Works inside the folder, so that files are moved and not copied. */
async function makeInto(
  folder: string,
  make: MakeImage,
  order: BuildOrder,
): Promise<{ digest: string; size: number }> {
  const workFolder = await mkdtemp(join(folder, "work-"));
  try {
    const image = await make(order, workFolder);
    return { digest: await addImage(folder, image), size: image.manifest.length };
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function takeFolder(folder: string): Promise<void> {
  makeFolder(folder);
  if ((await readdir(folder)).length === 0) return;
  throw badRequest(
    "folder-in-use",
    `${folder} is not empty: images are saved into an empty folder.`,
    "Remove it, or name another one.",
  );
}
