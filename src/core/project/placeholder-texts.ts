import { builtSidecars, sidecarImage } from "./built-sidecars.js";
import type { Config } from "./schema.js";

/** The texts of a container's settings in which placeholders may stand. */
export interface ContainerTexts {
  env?: Record<string, string> | undefined;
  command?: string[] | undefined;
  entrypoint?: string[] | undefined;
  healthcheck?: { command: string[] } | undefined;
  logging?: { options: Record<string, string> } | undefined;
}

type Change = (text: string, path: string[]) => string;

/** The container's settings with each of those texts changed. */
export function changeTexts<Settings extends ContainerTexts>(settings: Settings, change: Change): Settings {
  const { env, command, entrypoint, healthcheck, logging } = settings;
  const list = (texts: string[], path: string[]) =>
    texts.map((text, index) => change(text, [...path, String(index)]));
  const record = (texts: Record<string, string>, path: string[]) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, change(text, [...path, name])]));
  return {
    ...settings,
    ...(env && { env: record(env, ["env"]) }),
    ...(command && { command: list(command, ["command"]) }),
    ...(entrypoint && { entrypoint: list(entrypoint, ["entrypoint"]) }),
    ...(healthcheck && {
      healthcheck: { ...healthcheck, command: list(healthcheck.command, ["healthcheck", "command"]) },
    }),
    ...(logging && {
      logging: { ...logging, options: record(logging.options, ["logging", "options"]) },
    }),
  };
}

/** Whose task a text is of. */
export interface TextOwner {
  /** `services.web`: as messages name it. */
  where: string;
  /** Whose host it is about; undefined for a job of no service. */
  service: string | undefined;
  /** Which image runs: a service's or a job's name, or `<service>/<sidecar>`. */
  image: string;
}

/** The configuration with the texts of all tasks changed: of services, their sidecars, jobs and the migration. */
export function changeTasks(config: Config, change: (text: string, owner: TextOwner) => string): Config {
  const { services, jobs, migrate } = config;
  const by = <Settings extends ContainerTexts>(settings: Settings, owner: TextOwner) =>
    changeTexts(settings, (text) => change(text, owner));
  const migrated = migrate?.service ?? Object.keys(services)[0] ?? "";
  return {
    ...config,
    services: mapped(services, (service, name) => {
      const built = new Set(builtSidecars(service).map(([sidecar]) => sidecar));
      const owner = (where: string, image: string) => ({ where, service: name, image });
      return {
        ...by(service, owner(`services.${name}`, name)),
        sidecars: mapped(service.sidecars, (sidecar, one) =>
          by(
            sidecar,
            owner(`services.${name}.sidecars.${one}`, built.has(one) ? sidecarImage(name, one) : name),
          ),
        ),
      };
    }),
    jobs: mapped(jobs, (job, name) =>
      by(job, { where: `jobs.${name}`, service: job.service, image: job.service ?? name }),
    ),
    ...(migrate && { migrate: by(migrate, { where: "migrate", service: migrated, image: migrated }) }),
  };
}

function mapped<Value>(
  values: Record<string, Value>,
  change: (value: Value, name: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}
