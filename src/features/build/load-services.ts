import { resolve } from "node:path";
import type { Config } from "../../core/project/schema.js";
import type { Context } from "../../context/context.js";
import { MoorageError } from "../../core/errors.js";
import { wholeCommit } from "../../core/project/commit.js";
import type { BuildResult } from "./build.js";
import { ofPreviews } from "./build-services.js";
import { loadImages } from "./load.js";
import { imageOrders } from "./orders.js";

export interface LoadServicesRequest {
  /** The project's folder: ours, not that of the commit. */
  folder: string;
  config: Config;
  registry: { host: string; account: string };
  /** Only these. */
  services: string[] | undefined;
  /** The folder of the saved images. */
  from: string;
  /** As typed. */
  commit: string;
}

/**
 * Pushes images that were built elsewhere, of a fork's commit that somebody has approved. Raises what `loadImages`
 * raises, and `forks-refused` (exit 4) where the team has not turned approval on (F27).
 */
export async function loadServices(context: Context, request: LoadServicesRequest): Promise<BuildResult> {
  const { folder, config, registry, services, from } = request;
  const commit = wholeCommit("--commit", request.commit);
  if (config.preview.forks !== "approval") throw forksRefused();
  const orders = imageOrders(config, folder, services).map(ofPreviews);
  return loadImages(context, { folder: resolve(folder, from), commit, orders, registry });
}

function forksRefused(): MoorageError {
  return new MoorageError({
    code: "forks-refused",
    message:
      "Images that were built without credentials are a fork's, and moorage:preview.forks is `refuse`.",
    hint: "Set `moorage:preview.forks: approval` on the default branch to let reviewers approve a fork's commit.",
  });
}
