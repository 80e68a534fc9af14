import { build } from "./build-schema.js";
import { builtSidecars, sidecarImage } from "./built-sidecars.js";
import type { JobConfig } from "./job-schema.js";
import { mergeVariables } from "./merge-variables.js";
import type { Config } from "./schema.js";
import { service, type ServiceConfig, type WorkerService } from "./service-schema.js";

/** A job with all that its task runs with. */
export interface Job {
  name: string;
  settings: JobConfig;
  /** Its task's settings, those of its service where it names none: like a worker, it has no port. */
  task: WorkerService;
  /** Whose image it runs: its service's name, or its own. */
  image: string;
}

/** Whether a schedule or an event starts it. */
export function startsItself({ schedule, on }: Pick<JobConfig, "schedule" | "on">): boolean {
  return schedule !== undefined || on !== undefined;
}

/** Whether Step Functions runs it: neither ECS nor EventBridge stops a run that takes too long, or repeats one that fails. */
export function needsMachine({ timeout, retries }: Pick<JobConfig, "timeout" | "retries">): boolean {
  return timeout !== undefined || (retries ?? 0) > 0;
}

/** Whether a preview of the environment may have jobs, whatever it is told now. */
export function mayHaveJobs({ jobs, preview }: Pick<Config, "jobs" | "preview">): boolean {
  return Object.keys(jobs).length + Object.keys(preview.jobs).length > 0;
}

type Jobs = Pick<Config, "services"> & Partial<Pick<Config, "jobs">>;

export function jobsOf({ services, jobs = {} }: Jobs): Job[] {
  return Object.entries(jobs).map(([name, settings]) => ({
    name,
    settings,
    task: taskOf(settings, services),
    image: settings.service ?? name,
  }));
}

/** What says which image runs, and how it is built. */
export type ImageSettings = Pick<ServiceConfig, "image" | "repository" | "architecture" | "build">;

/** All that has an image of its own, by name: services, their sidecars as `web/nginx`, and the jobs that are of no service. */
export function imagesIn(config: Jobs): Record<string, ImageSettings> {
  const own = jobsOf(config).filter(({ settings }) => settings.service === undefined);
  const beside = Object.entries(config.services).flatMap(([name, service]) =>
    builtSidecars(service).map(([sidecar, { repository, build: how }]): [string, ImageSettings] => [
      sidecarImage(name, sidecar),
      { repository, build: how ?? build.parse({}), architecture: service.architecture },
    ]),
  );
  return {
    ...config.services,
    ...Object.fromEntries([...beside, ...own.map(({ name, task }) => [name, task] as const)]),
  };
}

function taskOf(settings: JobConfig, services: Config["services"]): WorkerService {
  const base = settings.service === undefined ? undefined : services[settings.service];
  const { repository, image } = settings;
  const standing: ServiceConfig = base ?? fresh();
  const given = Object.entries({
    command: settings.command,
    cpu: settings.cpu,
    memory: settings.memory,
    architecture: settings.architecture,
    user: settings.user,
    readOnly: settings.readOnly,
    secretKeys: settings.secretKeys,
    policies: settings.policies,
    statements: settings.statements,
    stopTimeout: settings.stopTimeout,
    logRetention: settings.logRetention,
    build: settings.build,
    ...(base === undefined && { repository, image }),
  }).filter(([, value]) => value !== undefined);
  const {
    port: _port,
    protocol: _protocol,
    path: _path,
    hosts: _hosts,
    match: _match,
    redirects: _redirects,
    fixed: _fixed,
    auth: _auth,
    listener: _listener,
    listeners: _listeners,
    protocolVersion: _version,
    stickiness: _stickiness,
    slowStart: _slowStart,
    algorithm: _algorithm,
    target: _target,
    health: _health,
    deregistrationDelay: _delay,
    autoscaling: _scaling,
    connect: _connect,
    discovery: _discovery,
    network: _network,
    ...common
  } = standing;
  return {
    ...common,
    ...Object.fromEntries(given),
    kind: "worker",
    ...mergeVariables(standing, [settings]),
    capacityProvider: settings.capacityProvider,
    spot: undefined,
    // What keeps a service's container up is not for one that is meant to end, and its share of the task is all of it.
    healthcheck: undefined,
    restartPolicy: undefined,
    limits: undefined,
    exec: false,
    sidecars: {},
    dependsOn: {},
  };
}

/** A worker's defaults. */
function fresh(): ServiceConfig {
  const { image: _image, ...defaults } = service.parse({ kind: "worker", image: "none" });
  return defaults;
}
