/** The local target's only door. What stands behind it is loaded when it is used. */

import type { FaultRequest } from "./faults/request.js";
import type { BlobSource } from "./images/layer.js";
import type { PushableImage } from "./images/pushable.js";
import type * as client from "./daemon/client.js";
import type * as build from "./images/build.js";
import type * as app from "./images/app-package.js";
import type * as reach from "./emulator/reach.js";
import type * as saved from "./images/saved-image.js";

export type { LocalSite, LocalStatus, LocalTarget } from "./daemon/client.js";
export type { Site } from "./cloud.js";
export type { Fault } from "./faults/faults.js";
export type { FaultRequest };
export type { Endpoints } from "./emulator/endpoints.js";
export type { Foundation } from "./foundation.js";
export type {
  BuildDockerfile,
  BuildRequest,
  DockerfileBuild,
  ImageRequest,
  PushedImage,
} from "./images/build.js";
export type { OnRequest } from "./images/push-image.js";
export { type LocalErrorCode, localErrorCodes } from "./error-codes.js";
export type { LocalFailure } from "./failure.js";
export type { Delivery } from "./services/events/delivery.js";
export { patternMistake } from "./services/events/pattern.js";
export { hostArchitecture } from "./images/platform.js";
export { tellsCallers } from "./provider/caller.js";
export { localBounds } from "./bounds.js";
export type { ProcessRoom, Sight, System } from "./platform/index.js";
export { isSupported, signalGroup, thisSystem } from "./platform/index.js";

/** The caller's running target, started when it does not run; see client.ts. */
export const ensureLocal: typeof client.ensureLocal = async (...given) =>
  (await import("./daemon/client.js")).ensureLocal(...given);

/** The caller's running target; undefined when it does not run. */
export const findLocal: typeof client.findLocal = async (...given) =>
  (await import("./daemon/client.js")).findLocal(...given);

/** Where the caller's target keeps what it holds, and whether there is one. */
export async function findHome(
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ folder: string; exists: boolean }> {
  const { Home, homeFolder } = await import("./home/home.js");
  const folder = homeFolder(cwd, env);
  return { folder, exists: Home.exists(folder) };
}

/** A fault as the command line gives it. Raises `fault-invalid` (exit 2). */
export async function parseFault(given: unknown): Promise<FaultRequest> {
  return (await import("./faults/request.js")).checkFault(given);
}

/** Raises `emulator-unreachable` where one of the emulators does not answer. */
export const reachEmulators: typeof reach.reachEmulators = async (...given) =>
  (await import("./emulator/reach.js")).reachEmulators(...given);

/** What can be said of a build before a registry is there. Raises what is wrong with its name, tag or folder (exit 2). */
export const checkBuild: typeof build.checkBuild = async (...given) =>
  (await import("./images/build.js")).checkBuild(...given);

/** Builds an image from an app's folder and pushes it to the local registry. */
export const buildImage: typeof build.buildImage = async (...given) =>
  (await import("./images/build.js")).buildImage(...given);

/** Makes the image's files; no registry is asked. */
export const makeImage: typeof build.makeImage = async (...given) =>
  (await import("./images/build.js")).makeImage(...given);

/** Raises what is wrong with an app's folder (exit 2). */
export const checkFolder: typeof app.checkFolder = async (...given) =>
  (await import("./images/app-package.js")).checkFolder(...given);

/** The image in what `docker save` or `podman save` wrote. */
export const readSavedImage: typeof saved.readSavedImage = async (...given) =>
  (await import("./images/saved-image.js")).readSavedImage(...given);

/** Unpacks a tar archive (plain, gzip or zstd) into a folder, and nothing outside of it; gives the digest of its tar. */
export async function unpackTar(file: string, folder: string): Promise<string> {
  return (await import("./images/apply-layer.js")).applyLayer(file, folder);
}

/** The manifest over blobs that are files already. */
export async function imageOf(config: BlobSource, layers: readonly BlobSource[]): Promise<PushableImage> {
  return (await import("./images/pushable.js")).pushableImage(config, layers);
}

/**
 * When a schedule is due next, as EventBridge Scheduler reads its expression; undefined where it never is again. Times are
 * milliseconds since the epoch.
 */
export async function nextRun(schedule: {
  expression: string;
  timezone: string;
  createdAt: number;
  after: number;
}): Promise<number | undefined> {
  const { readSchedule } = await import("./services/scheduler/expression.js");
  return readSchedule(schedule.expression, schedule.timezone, schedule.createdAt)?.next(schedule.after);
}
