import type { HttpNamespace } from "@pulumi/aws/servicediscovery/httpNamespace.js";
import type * as pulumi from "@pulumi/pulumi";
import { builtSidecars, sidecarImage } from "../../src/core/project/built-sidecars.js";
import { serviceName } from "../../src/core/project/aws-names.js";
import { type Share, capacityOf } from "../../src/core/project/capacity.js";
import { serviceOfRule } from "../../src/core/project/priorities.js";
import type { Config } from "../../src/core/project/schema.js";
import type { App, DeclaredService } from "../app.js";
import { addressesOf } from "./address.js";
import type { Job } from "./job.js";
import type { KindOutputs } from "./kinds/declared.js";
import { serviceImage } from "./release.js";

/** One service in a stack's outputs. */
export interface ServiceOutput extends KindOutputs {
  name: string;
  arn: pulumi.Output<string>;
  serviceName: pulumi.Output<string>;
  taskDefinition: pulumi.Output<string>;
  image: string;
  imageTag: string;
  /** Null for a service with a fixed image that names none. */
  digest: string | null;
  /** As it was asked for; null where the provider took the next free one. */
  priority: number | null;
  /** Those of its further rules, by rule; none where it has none. */
  rulePriorities?: Record<string, number>;
  logGroup: pulumi.Output<string>;
  /** What its tasks run on: read under the plain CLI, where another strategy needs a forced deployment. */
  capacity: readonly Share[];
}

/** One job in a stack's outputs: what whoever starts it needs. */
export interface JobOutput {
  name: string;
  /** The task definition's family. */
  family: string;
  taskDefinition: pulumi.Output<string>;
  image: string;
  imageTag: string;
  digest: string | null;
  logGroup: pulumi.Output<string>;
  securityGroup: pulumi.Output<string>;
  /** Further ones, its service's; none where that has none. */
  securityGroups?: string[];
}

/** A sidecar's own image: under the plain CLI the next update reads it. */
export interface SidecarOutput {
  name: string;
  image: string;
  imageTag: string;
  digest: string | null;
}

/** A stack's outputs: what the driver, the plain CLI and the next update read. */
export interface AppOutputs {
  /** Null where no service takes requests. */
  url: string | null;
  /** By service. */
  urls: Record<string, string>;
  clusterArn: string;
  /** Which of the foundation's listeners it stands at. */
  listener: string;
  services: ServiceOutput[];
  /** Where its services find each other; none where they never did. */
  namespace?: pulumi.Output<string>;
  /** None where the app has no jobs. */
  jobs?: JobOutput[];
  /** Of sidecars that have an image of their own, by `<service>/<sidecar>`; none where there are none. */
  sidecars?: SidecarOutput[];
  imageTag: string;
  /** What was found for its references; none where it has none. */
  references?: Record<string, string>;
}

/** What a stack tells of what it has declared. */
export function outputsOf(
  app: App,
  {
    services,
    jobs,
    namespace,
  }: {
    services: Record<string, DeclaredService>;
    jobs: readonly Job[];
    namespace: HttpNamespace | undefined;
  },
): AppOutputs {
  const { config, surroundings, release } = app;
  return {
    ...addressesOf(config, app.hosts, surroundings),
    clusterArn: surroundings.cluster,
    listener: surroundings.listener,
    services: Object.entries(services).map(([name, declared]) => describe(name, declared, app)),
    ...(namespace && { namespace: namespace.arn }),
    ...(jobs.length > 0 && { jobs: jobs.map((job) => describeJob(job, app)) }),
    ...sidecarOutputs(app),
    imageTag: release.imageTag,
    ...(Object.keys(config.references).length > 0 && { references: config.references }),
  };
}

/** What runs of a service or job: the image by digest, and its tag. */
export function runningImage(
  { config, surroundings, release }: App,
  name: string,
  settings: Pick<Config["services"][string], "image" | "repository">,
): { image: string; imageTag: string } {
  const registry = surroundings.registry ?? config.registry;
  return {
    image: serviceImage(name, settings, registry, release),
    imageTag: release.imageTags[name] ?? release.imageTag,
  };
}

/** The images of a service's sidecars that have one of their own, by sidecar. */
export function sidecarImages(
  app: App,
  name: string,
  service: Config["services"][string],
): Record<string, { image: string; imageTag: string }> {
  return Object.fromEntries(
    builtSidecars(service).map(([sidecar, { repository }]) => [
      sidecar,
      runningImage(app, sidecarImage(name, sidecar), { repository }),
    ]),
  );
}

function sidecarOutputs(app: App): Pick<AppOutputs, "sidecars"> {
  const sidecars = Object.entries(app.config.services).flatMap(([name, service]) =>
    Object.entries(sidecarImages(app, name, service)).map(([sidecar, made]) => ({
      name: sidecarImage(name, sidecar),
      ...made,
      digest: digestIn(made.image),
    })),
  );
  return sidecars.length === 0 ? {} : { sidecars };
}

function describeJob({ settings: job, taskDefinition, logGroup, securityGroup }: Job, app: App): JobOutput {
  const { identity } = app;
  const made = runningImage(app, job.image, job.task);
  return {
    name: job.name,
    family: serviceName({ app: identity.app, service: job.name, stack: identity.stack }),
    taskDefinition: taskDefinition.arn,
    ...made,
    digest: digestIn(made.image),
    logGroup: logGroup.name,
    securityGroup: securityGroup.id,
    ...(job.task.securityGroups && { securityGroups: job.task.securityGroups }),
  };
}

function digestIn(image: string): string | null {
  return /@(sha256:[a-f0-9]{64})$/.exec(image)?.[1] ?? null;
}

function describe(name: string, { service, ecsService }: DeclaredService, app: App): ServiceOutput {
  const { config, release } = app;
  const settings = config.services[name];
  const made = runningImage(app, name, settings ?? {});
  return {
    name,
    arn: ecsService.id,
    serviceName: ecsService.name,
    taskDefinition: service.taskDefinition.arn,
    ...made,
    digest: digestIn(made.image),
    priority: release.priorities[name] ?? null,
    ...ruleOutputs(name, release.priorities),
    logGroup: service.logGroup.name,
    capacity: settings === undefined ? [] : capacityOf(settings).strategy,
    ...service.kind.outputs,
  };
}

/** Read under the plain CLI, which is told no priorities. */
function ruleOutputs(
  name: string,
  priorities: Readonly<Record<string, number>>,
): Pick<ServiceOutput, "rulePriorities"> {
  const own = Object.entries(priorities).filter(([key]) => key !== name && serviceOfRule(key) === name);
  return own.length === 0 ? {} : { rulePriorities: Object.fromEntries(own) };
}
