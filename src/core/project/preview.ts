import { capacityKind } from "./capacity.js";
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
    ...tunedKind(service),
    ...frugal,
    cpu: override?.cpu ?? service.cpu,
    memory: override?.memory ?? service.memory,
    desiredCount: override?.desiredCount ?? frugal.desiredCount,
    capacityProvider: override?.capacityProvider ?? frugal.capacityProvider,
    ...variables(service, [{ env: preview.env }, override ?? {}]),
    policies: override?.policies ?? service.policies,
    // The foundation lists the keys of what previews may read.
    secretKeys: [],
  };
}

function tunedKind(service: ServiceConfig): ServiceConfig {
  if (service.kind !== "web") return service;
  const { health } = service;
  return {
    ...service,
    deregistrationDelay: quickDrain,
    health: { ...health, ...quick, timeout: Math.min(health.timeout, quick.timeout) },
  };
}

type Variables = Pick<ServiceConfig, "env" | "secrets">;

/** Each adds to what is before it; a name that was a secret's and is now a variable's, or the other way round, is the later's. */
function variables(service: Variables, overrides: readonly Partial<Variables>[]): Variables {
  let { env, secrets } = service;
  for (const override of overrides) {
    const own = { env: override.env ?? {}, secrets: override.secrets ?? {} };
    env = { ...without(env, own.secrets), ...own.env };
    secrets = { ...without(secrets, own.env), ...own.secrets };
  }
  return { env, secrets };
}

function without<Value>(values: Record<string, Value>, names: object): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(names, name)));
}
