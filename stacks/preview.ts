import * as pulumi from "@pulumi/pulumi";
import { tuneForPreview } from "../src/core/project/preview.js";
import { wantedRules } from "../src/core/project/kinds/kind-of.js";
import type { Config } from "../src/core/project/schema.js";
import { stackPlaceOf } from "../src/core/project/service-hosts.js";
import { pullRequestOf } from "../src/core/project/preview-names.js";
import { declareApp } from "./app.js";
import type { AppOutputs } from "./components/app-outputs.js";
import type { TaskRoles } from "./components/service.js";
import { declareOwn } from "./own/own.js";
import type { ProgramOptions } from "./program-options.js";
import { identify } from "./components/identity.js";
import { findRelease } from "./components/release.js";
import { type ResolvedFoundation, findSurroundings, hostsBelow } from "./components/surroundings.js";
import { allowedRoles } from "../src/core/project/preview-allowed.js";
import { problemText } from "../src/core/project/problem.js";

/** `pr-<N>`: the base environment's services, on its foundation, under names and a host of their own. */
export async function preview(
  config: Config,
  foundation: string | undefined,
  { gate, folder = "" }: ProgramOptions = {},
): Promise<AppOutputs> {
  const identity = identify(config.app);
  const release = await findRelease(config);
  const surroundings = await findSurroundings(config, foundation, release.entrance);
  const pr = pullRequestOf(identity.stack);
  const hosts = stackPlaceOf(identity.stack, config, {
    domain: surroundings.domain,
    suffix: surroundings.hostSuffix,
    below: hostsBelow(config, surroundings),
  });
  const isCalled = wantedRules(config).length > 0;
  if (pr === undefined || (isCalled && hosts.host === undefined)) {
    throw new pulumi.RunError(
      `No host is known for ${identity.stack}: set domain in moorage:preview, or let the foundation name one.`,
    );
  }
  const tuned = tuneForPreview(config);
  const declared = {
    config: tuned,
    identity,
    surroundings,
    ...rolesFor(identity.stack, tuned, surroundings),
    release,
    hosts,
    forceDelete: true,
    gate,
  };
  const own = await declareOwn(declared, folder);
  const { outputs } = await declareApp({ ...declared, own });
  await own.settled();
  return outputs;
}

/** The driver has asked already; the plain CLI asks here. */
function rolesFor(
  stack: string,
  config: Config,
  surroundings: ResolvedFoundation,
): { taskRoles: TaskRoles; scheduler: string | undefined } {
  try {
    const taskRoles = allowedRoles(stack, config, surroundings);
    return { taskRoles, scheduler: taskRoles.scheduler };
  } catch (error) {
    const problem = problemText(error);
    if (problem !== undefined) throw new pulumi.RunError(problem);
    throw error;
  }
}
