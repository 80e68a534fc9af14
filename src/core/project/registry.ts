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
}): {
  host: string;
  account: string;
} {
  const host = config.registry;
  if (host === undefined) {
    throw badRequest(
      "registry-missing",
      `The registry of ${environment} is required.`,
      `Set moorage:registry in Pulumi.${environment}.yaml.`,
    );
  }
  const account = ecrRegistry(host)?.account;
  if (account !== undefined) return { host, account };
  throw badRequest(
    "registry-not-ecr",
    `${host}, the registry of ${environment}, is not an ECR registry.`,
    "Name one such as 111111111111.dkr.ecr.us-east-1.amazonaws.com.",
  );
}
