import { badRequest } from "../errors.js";
import { ecrRegistry } from "./ecr-registry.js";
import type { Config } from "./schema.js";

/** The ECR registry that the environment's images live in. Raises `registry-missing` or `registry-not-ecr` (exit 2). */
export function registryOf({
  environment,
  config,
}: {
  environment: string;
  config: Pick<Config, "registry">;
}): EcrRegistry {
  return registryFor(environment, config, `Set moorage:registry in Pulumi.${environment}.yaml.`);
}

/** The registry that a service's image is looked up in. Raises `registry-missing` or `registry-not-ecr` (exit 2). */
export function serviceRegistry(service: string, config: Pick<Config, "registry">): EcrRegistry {
  const fix = `Set moorage:registry, or a fixed image: moorage:services.${service}.image.`;
  return registryFor(`service ${service}`, config, fix);
}

interface EcrRegistry {
  host: string;
  /** 12 digits. */
  account: string;
}

function registryFor(owner: string, { registry: host }: Pick<Config, "registry">, fix: string): EcrRegistry {
  if (host === undefined) {
    throw badRequest("registry-missing", `The registry of ${owner} is required.`, fix);
  }
  const account = ecrRegistry(host)?.account;
  if (account !== undefined) return { host, account };
  throw badRequest(
    "registry-not-ecr",
    `${host}, the registry of ${owner}, is not an ECR registry.`,
    "Name one such as 111111111111.dkr.ecr.us-east-1.amazonaws.com.",
  );
}
