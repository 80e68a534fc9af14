import { resolve } from "node:path";
import type { EnvironmentStack } from "../../context/environment-stack.js";
import { registryOf } from "../../core/project/registry.js";
import type { Reporter } from "../../core/reporter.js";
import type { BuildResult } from "./build.js";
import type { MakeImage } from "../../adapters/images/builder.js";
import { ofPreviews } from "./build-services.js";
import { imageOrders } from "./orders.js";
import { readyOrders } from "./ready-orders.js";
import { saveImages } from "./save.js";

export interface SaveServicesRequest {
  /** The project's folder. */
  project: string;
  env: NodeJS.ProcessEnv;
  environment: EnvironmentStack;
  /** Only these. */
  services: string[] | undefined;
  /** The folder to fill. */
  to: string;
}

/** Saves the images of the services, as the files of the commit that is checked out describe them. */
export async function saveServices(
  edges: { make: MakeImage; reporter: Reporter },
  { project, env, environment: { environment, request }, services, to }: SaveServicesRequest,
): Promise<BuildResult> {
  const { config } = request;
  // What is saved is pushed for a fork: where previews' images are.
  const orders = await readyOrders(imageOrders(config, project, services).map(ofPreviews), {
    folder: project,
    env,
  });
  const registry = registryOf({ environment, config }).host;
  return saveImages(edges, { project, env, folder: resolve(project, to), orders, registry });
}
