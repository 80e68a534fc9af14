import { ownerOfImage } from "./built-sidecars.js";
import { isBelow, isConfiguration, isLockFor, verdictOf } from "./source-paths.js";

/** What one image is built from. Paths are from the repository's top. */
export interface ServicePart {
  /** The service, or the job that has an image of its own. */
  name: string;
  repository: string;
  /** `paths` of the service; undefined for all that its build can read. */
  patterns: readonly string[] | undefined;
  /** The build's context; empty for the repository's top. */
  context: string;
  dockerfile: string;
}

/** An app of which each image is built from its own files. */
export interface AppParts {
  services: readonly ServicePart[];
  /** `moorage:paths`: what is none of a service's own is shared by all. */
  patterns: readonly string[];
  /** The folder of its Pulumi.yaml; empty at the top. */
  place: string;
}

/**
 * The services whose images a change of the files may change. Settings, lock files and what the app's own `paths` name beside
 * its services' are of all of them; services of one repository share an image. A service brings its sidecars along, as its name does in `--services`.
 */
export function touchedServices(files: readonly string[], { services, patterns, place }: AppParts): string[] {
  const isShared = (file: string) =>
    isConfiguration(file, place) ||
    (verdictOf(file, patterns) === true && !services.some((service) => isOf(file, service)));
  if (files.some(isShared)) return services.map(({ name }) => name);
  const repositories = new Set(
    services.filter((service) => files.some((file) => isOf(file, service))).map((one) => one.repository),
  );
  const touched = services.filter(({ repository }) => repositories.has(repository)).map(({ name }) => name);
  return services
    .map(({ name }) => name)
    .filter((name) => touched.includes(name) || touched.includes(ownerOfImage(name)));
}

/** How an image is built is always part of it. */
function isOf(file: string, { patterns, context, dockerfile }: ServicePart): boolean {
  const ignores = [
    `${dockerfile}.dockerignore`,
    context === "" ? ".dockerignore" : `${context}/.dockerignore`,
  ];
  if (file === dockerfile || ignores.includes(file)) return true;
  if (patterns === undefined) return isBelow(file, context) || isLockFor(file, context);
  return verdictOf(file, patterns) ?? isLockFor(file, context);
}
