import type { AwsClients } from "../../../adapters/aws/clients.js";
import { servicesNow } from "../../../adapters/aws/service-state.js";
import { taskBounds } from "../../../core/project/scaling.js";
import type { Config } from "../../../core/project/schema.js";
import type { ProbedService } from "../kinds/observed.js";
import { matchesWildcards } from "../../../core/project/wildcards.js";

/** Services that run no task now and need not: their configuration asks for none, or their scaling has them at 0. */
export async function scaledToZero(
  aws: AwsClients,
  cluster: string,
  services: readonly ProbedService[],
  config: Config,
): Promise<ReadonlySet<string>> {
  const mayRest = services.filter(({ name }) => {
    const settings = config.services[name];
    return settings !== undefined && taskBounds(settings).min === 0;
  });
  if (mayRest.length === 0) return new Set();
  const now = await servicesNow(
    aws,
    cluster,
    mayRest.map(({ serviceName }) => serviceName),
  );
  const resting = mayRest.filter(({ serviceName }) => now.get(serviceName)?.desired === 0);
  return new Set(resting.map(({ name }) => name));
}

/** The web service whose path is the most specific one that a check's path fits, of those that are found where it is asked. */
export function serviceOfPath(
  path: string,
  { services }: Pick<Config, "services">,
  isThere: (service: string) => boolean = () => true,
): string | undefined {
  const [plain = ""] = path.split("?", 1);
  const fitting = Object.entries(services).flatMap(([name, service]) =>
    (service.kind === "web" && isThere(name) ? service.path : [])
      .filter((pattern) => fitsPath(plain, pattern))
      .map((pattern) => ({ name, length: pattern.replace(/[*?]/g, "").length })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.name;
}

/** `/api/*` also matches `/api`. */
export function fitsPath(path: string, pattern: string): boolean {
  return (pattern.endsWith("/*") && path === pattern.slice(0, -2)) || matchesWildcards(pattern, path);
}
