import type { Report } from "./rule.js";
import type { ServiceConfig } from "./service-schema.js";
import type { Sidecar } from "./service-sidecars.js";

/** What the image of a service's sidecar is known by: `web/nginx`. */
export function sidecarImage(service: string, sidecar: string): string {
  return `${service}/${sidecar}`;
}

/** The service that an image belongs to, its own or a sidecar's; a job that has an image of its own is its own. */
export function ownerOfImage(name: string): string {
  return name.split("/", 1)[0] ?? name;
}

export interface BuiltSidecar extends Sidecar {
  repository: string;
}

/** Those of a service's sidecars that have an image of their own, which follows the image tag, by name. */
export function builtSidecars({
  sidecars = {},
}: Partial<Pick<ServiceConfig, "sidecars">>): [string, BuiltSidecar][] {
  return Object.entries(sidecars).flatMap(([name, sidecar]): [string, BuiltSidecar][] =>
    sidecar.repository === undefined ? [] : [[name, { ...sidecar, repository: sidecar.repository }]],
  );
}

interface Origin {
  image?: unknown;
  repository?: unknown;
  build?: unknown;
}

/** Where a sidecar's image comes from is one place: a fixed image, a repository that it is built for, or the service's own image. */
export function checkSidecarImage(
  path: string[],
  { image, repository, build }: Origin,
  report: Report,
): void {
  if (image !== undefined && repository !== undefined)
    report([...path, "image"], "is fixed, so there must be no `repository`: keep one of the two", image);
  if (build !== undefined && repository === undefined)
    report(
      [...path, "repository"],
      "is missing: name the repository that the image of its `build` is pushed to",
    );
}
