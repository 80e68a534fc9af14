import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../src/config/schema.js";
import { entryPath, urlOf } from "./components/address.js";
import type { Identity } from "./components/identity.js";
import { bySpecificity } from "./components/priorities.js";
import { type Release, imageOf } from "./components/release.js";
import { Service } from "./components/service.js";
import type { Surroundings } from "./components/surroundings.js";

/** All that an app's services are declared from. */
export interface App {
  config: Config;
  identity: Identity;
  surroundings: Surroundings;
  release: Release;
  host: string;
  forceDelete: boolean;
}

/** One service in a stack's outputs. */
export interface ServiceOutput {
  name: string;
  arn: pulumi.Output<string>;
  serviceName: pulumi.Output<string>;
  taskDefinition: pulumi.Output<string>;
  image: string;
  imageTag: string;
  /** Null for a service with a fixed image that names none. */
  digest: string | null;
  targetGroup: pulumi.Output<string>;
  /** As it was asked for; null where the provider took the next free one. */
  priority: number | null;
  logGroup: pulumi.Output<string>;
}

/** A stack's outputs: what the driver, the plain CLI and the next update read. */
export interface AppOutputs {
  url: string;
  /** By service. */
  urls: Record<string, string>;
  clusterArn: string;
  services: ServiceOutput[];
  imageTag: string;
}

/** Declares every service; rules of more specific paths come first, so that a provider's own numbering fits too. */
export function declareApp(app: App): { outputs: AppOutputs; services: Record<string, Service> } {
  const { config, surroundings, release, host } = app;
  const declared: Record<string, Service> = {};
  const wanted = Object.entries(config.services).map(([service, { path }]) => ({ service, paths: path }));
  for (const { service } of bySpecificity(wanted)) {
    declared[service] = declareService(app, service, Object.values(declared));
  }
  const urls = wanted.map(({ service, paths }) => [service, urlOf(host, surroundings, entryPath(paths))]);
  const outputs: AppOutputs = {
    url: urlOf(host, surroundings),
    urls: Object.fromEntries(urls) as Record<string, string>,
    clusterArn: surroundings.cluster,
    services: Object.entries(declared).map(([name, service]) => describe(name, service, app)),
    imageTag: release.imageTag,
  };
  return { outputs, services: declared };
}

function declareService(app: App, name: string, earlier: Service[]): Service {
  const { config, identity, surroundings, release } = app;
  const service = config.services[name];
  if (service === undefined) throw new Error(`${name} is not a service`);
  return new Service(name, {
    owner: { app: identity.app, service: name, stack: identity.stack },
    config: service,
    deployment: config.deployment,
    surroundings,
    tags: identity.tags,
    host: app.host,
    imageTag: release.imageTags[name] ?? release.imageTag,
    image: imageOf(name, service, surroundings.registry ?? config.registry, release),
    priority: release.priorities[name],
    forceDelete: app.forceDelete,
    after: earlier.map((other) => other.rule),
  });
}

function describe(name: string, service: Service, { config, surroundings, release }: App): ServiceOutput {
  const { image, repository } = config.services[name] ?? {};
  const reference = imageOf(name, { image, repository }, surroundings.registry ?? config.registry, release);
  return {
    name,
    arn: service.ecsService.id,
    serviceName: service.ecsService.name,
    taskDefinition: service.taskDefinition.arn,
    image: reference,
    imageTag: release.imageTags[name] ?? release.imageTag,
    digest: /@(sha256:[a-f0-9]{64})$/.exec(reference)?.[1] ?? null,
    targetGroup: service.targetGroup.arn,
    priority: release.priorities[name] ?? null,
    logGroup: service.logGroup.name,
  };
}
