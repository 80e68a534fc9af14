import { capacityKind } from "./capacity.js";
import type { JobConfig } from "./job-schema.js";
import { withoutFileSystems } from "./volumes.js";
import { mergeVariables } from "./merge-variables.js";
import { previewRoutes } from "./preview-routes.js";
import type { Config } from "./schema.js";
import type { ServiceConfig } from "./service-schema.js";

/** AWS's own limits: an interval of 5 s is the shortest, 2 passed checks the fewest. */
const quick = { interval: 5, timeout: 4, healthy: 2, unhealthy: 2 };

/** One task that starts fast, costs little and leaves at once. */
const frugal = {
  desiredCount: 1,
  capacityProvider: capacityKind.spot,
  availabilityZoneRebalancing: false,
  autoscaling: undefined,
  spot: undefined,
  /** Seconds. */
  stopTimeout: 5,
  /** Days. */
  logRetention: 7,
} as const;

/** Seconds. */
const quickDrain = 5;

/**
 * The base environment's configuration as a preview runs it: tuned as above, then changed by what `moorage:preview`
 * says about the service. Environment variables add up, the service's own preview override winning.
 */
export function tuneForPreview(config: Config): Config {
  const services = Object.entries(config.services).map(([name, service]) => [
    name,
    tune(name, service, config),
  ]);
  return {
    ...config,
    host: undefined,
    alarms: undefined,
    services: Object.fromEntries(services) as Config["services"],
    jobs: tunedJobs(config),
    deployment: {
      ...config.deployment,
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      timeout: config.preview.deployment.timeout ?? config.deployment.timeout,
    },
  };
}

function tune(name: string, service: ServiceConfig, { preview }: Config): ServiceConfig {
  const override = preview.services[name];
  return {
    ...tunedKind(name, service, override),
    ...frugal,
    cpu: override?.cpu ?? service.cpu,
    memory: override?.memory ?? service.memory,
    desiredCount: override?.desiredCount ?? frugal.desiredCount,
    capacityProvider: override?.capacityProvider ?? frugal.capacityProvider,
    ...mergeVariables(service, [{ env: preview.env }, override ?? {}]),
    policies: override?.policies ?? service.policies,
    statements: override?.statements ?? service.statements,
    // A pull request writes what stands here: no group that lets it in elsewhere.
    securityGroups: undefined,
    // Its tasks would answer to the environment's name.
    discovery: undefined,
    volumes: withoutFileSystems(service.volumes),
    // Their log is in CloudWatch: what a router sends to is not theirs.
    logging: undefined,
    sidecars: Object.fromEntries(
      Object.entries(service.sidecars).map(([sidecar, one]) => [sidecar, { ...one, logging: undefined }]),
    ),
    // The foundation lists the keys of what previews may read.
    secretKeys: [],
  };
}

function tunedKind(
  name: string,
  service: ServiceConfig,
  override: Config["preview"]["services"][string] | undefined,
): ServiceConfig {
  // A port of a network load balancer has one listener: the environment's.
  if (service.kind === "network") return { ...service, network: undefined };
  if (service.kind !== "web") return service;
  const { health } = service;
  return {
    ...service,
    ...previewRoutes(name, service, override?.hosts),
    ...(override?.auth === "none" && { auth: undefined }),
    deregistrationDelay: quickDrain,
    health: { ...health, ...quick, timeout: Math.min(health.timeout, quick.timeout) },
  };
}

/** Of the jobs those that previews are told to run. */
function tunedJobs({ jobs, preview }: Config): Config["jobs"] {
  return Object.fromEntries(
    Object.entries(jobs).flatMap(([name, job]): [string, JobConfig][] => {
      const override = preview.jobs[name];
      if (override?.enabled !== true) return [];
      // A job of a service has `moorage:preview.env` by its service.
      const common = job.service === undefined ? [{ env: preview.env }] : [];
      return [
        [
          name,
          {
            ...job,
            ...mergeVariables(job, [...common, override]),
            policies: override.policies ?? job.policies,
            statements: override.statements ?? job.statements,
            capacityProvider: frugal.capacityProvider,
            stopTimeout: frugal.stopTimeout,
            logRetention: frugal.logRetention,
            secretKeys: [],
            // The role that starts jobs of previews sends to no queue.
            deadLetter: undefined,
          },
        ],
      ];
    }),
  );
}
