import { withoutPlaceholders } from "../../../../core/project/placeholders.js";

/** Settings of a service or job, in the words of `moorage:services` and `moorage:jobs`. */
export type Settings = Record<string, unknown>;

/** Something that is in what was read, and not in what is written. */
export interface Left {
  /** `compose.yaml:12`, or what AWS calls it. */
  where: string;
  /** `services.web.volumes`. */
  what: string;
  why: string;
}

/** A service or job, as it was read. */
export interface ImportedPart {
  name: string;
  /** Whether its image is built here. */
  isBuilt: boolean;
  settings: Settings;
  /** By environment: its settings there, where they are others. */
  own: Readonly<Record<string, Settings>>;
}

/** What another tool's files, or a running service, say. */
export interface Imported {
  services: ImportedPart[];
  jobs: ImportedPart[];
  /** The environments that it names, in the order of promotion; none where it names none. */
  environments: string[];
  /** Options of `init` that it answers. */
  answers: {
    app?: string;
    registry?: string;
    region?: string;
    domain?: string;
    port?: string;
    health?: string;
    cluster?: string;
    listener?: string;
    vpc?: string;
    subnets?: string[];
  };
  /** The environments' whole host name. */
  host?: string | undefined;
  left: Left[];
  /** What a person does to move over, in order. */
  next: string[];
}

/** Where an environment is: what names of secrets are completed with. */
export interface ImportSite {
  environment: string;
  account: string;
  region: string;
  partition: string;
}

/** A part's settings in an environment, complete. */
export function settingsIn({ settings, own }: ImportedPart, site: ImportSite): Settings {
  return completed(own[site.environment] ?? settings, site) as Settings;
}

/** Where another tool's braces would be Moorage's placeholders. */
const texts = ["env", "command", "entrypoint", "healthcheck"];

function completed(value: unknown, site: ImportSite, isText = false): unknown {
  if (typeof value === "string") {
    const whole = value.replace(
      /<(environment|account|region|partition)>/g,
      (_all, key: keyof ImportSite) => site[key],
    );
    return isText ? withoutPlaceholders(whole) : whole;
  }
  if (Array.isArray(value)) return value.map((one) => completed(one, site, isText));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, completed(one, site, isText || texts.includes(key))]),
  );
}
