import type { Config } from "../config/schema.js";
import type { Context } from "../context.js";
import { badRequest } from "../errors.js";
import { ecrRegistry } from "../release/ecr.js";

/** One end of a promotion: an environment, and the edges of its account and region. */
export interface Side {
  environment: string;
  config: Config;
  context: Context;
}

/** The ECR registry that the environment's images live in. Raises `registry-missing` or `registry-not-ecr` (exit 2). */
export function registryOf({ environment, config }: Pick<Side, "environment" | "config">): {
  host: string;
  account: string;
} {
  const host = config.registry;
  if (host === undefined) {
    throw badRequest(
      "registry-missing",
      `Nothing says where the images of ${environment} live.`,
      `Set moorage:registry in Pulumi.${environment}.yaml.`,
    );
  }
  const account = ecrRegistry(host)?.account;
  if (account !== undefined) return { host, account };
  throw badRequest(
    "registry-not-ecr",
    `${host}, the registry of ${environment}, is no ECR registry.`,
    "Name one such as 111111111111.dkr.ecr.us-east-1.amazonaws.com.",
  );
}

/** The repository of each service that is built, by service; those with a fixed image are nobody's to carry. */
export function repositoriesOf({ services }: Config): Map<string, string> {
  const built = Object.entries(services).filter(([, { image }]) => image === undefined);
  return new Map(built.map(([name, { repository }]) => [name, repository ?? name]));
}
