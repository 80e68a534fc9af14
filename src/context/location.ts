import { assumedRoles } from "../core/project/assume-role.js";
import type { Project, StackFile } from "../core/project/project.js";
import { localEndpointsIn } from "../core/project/local-schema.js";
import type { Config } from "../core/project/schema.js";
import type { Place } from "./context.js";
import { ecrRegistry, unnamedAccount } from "../core/project/ecr-registry.js";

/** The account and region of a stack: the account of its registry, the region of its configuration; its images may be in another region. */
export function placeOf(
  project: Project,
  file: StackFile,
  { registry, foundation }: Pick<Partial<Config>, "registry" | "foundation">,
): Place {
  const images = ecrRegistry(registry ?? "");
  const { "aws:region": configured, "moorage:scope": scope } = file.config;
  return {
    project: project.name,
    folder: project.folder,
    site: {
      account: images?.account ?? unnamedAccount,
      region: typeof configured === "string" ? configured : (images?.region ?? "us-east-1"),
    },
    registryRegion: images?.region,
    backendUrl: project.backendUrl,
    engineSettings: project.engineSettings,
    scope: typeof scope === "string" ? scope : undefined,
    roles: assumedRoles(file.config).map(({ duration, ...role }) => ({
      ...role,
      ...(duration !== undefined && { durationSeconds: Math.round(duration / 1_000) }),
    })),
    foundation: typeof foundation === "string" ? foundation : undefined,
    endpoints: localEndpointsIn(file.config),
  };
}
