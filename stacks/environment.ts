import * as pulumi from "@pulumi/pulumi";
import { type StackPlace, stackPlaceOf } from "../src/core/project/service-hosts.js";
import type { Config } from "../src/core/project/schema.js";
import { declareApp } from "./app.js";
import type { AppOutputs } from "./components/app-outputs.js";
import { declareAlarms } from "./components/alarms.js";
import { declareAutoscaling } from "./components/autoscaling.js";
import { declareOwn } from "./own/own.js";
import type { ProgramOptions } from "./program-options.js";
import { identify } from "./components/identity.js";
import { findRelease } from "./components/release.js";
import { type ResolvedFoundation, findSurroundings, hostsBelow } from "./components/surroundings.js";

/** `dev`, `staging`, `prod`: an app's services at their full size, with alarms and autoscaling where configured. */
export async function environment(
  config: Config,
  foundation: string | undefined,
  { gate, folder = "" }: ProgramOptions = {},
): Promise<AppOutputs> {
  const identity = identify(config.app);
  const release = await findRelease(config);
  const surroundings = await findSurroundings(config, foundation, release.entrance);
  const hosts = placeIn(config, identity.stack, surroundings);
  const declared = { config, identity, surroundings, release, hosts, forceDelete: false, gate };
  const own = await declareOwn(declared, folder);
  const app = { ...declared, own };
  const { outputs, services } = await declareApp(app);
  for (const [name, declared] of Object.entries(services)) {
    declareAutoscaling(name, declared, app);
    declareAlarms(name, declared, app);
  }
  await own.settled();
  return outputs;
}

/** Workers alone need no host. */
function placeIn(config: Config, stack: string, surroundings: ResolvedFoundation): StackPlace {
  const place = stackPlaceOf(stack, config, {
    domain: surroundings.domain,
    suffix: surroundings.hostSuffix,
    below: hostsBelow(config, surroundings),
  });
  const needsOwn = Object.values(config.services).some(
    (service) => service.kind === "web" && service.hosts === undefined,
  );
  if (place.host !== undefined || !needsOwn) return place;
  throw new pulumi.RunError(
    `No host is known for ${stack}: set moorage:host, or moorage:domain, or let the foundation name a domain.`,
  );
}
