import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy.js";
import { Repository } from "@pulumi/aws/ecr/repository.js";
import { RepositoryPolicy } from "@pulumi/aws/ecr/repositoryPolicy.js";
import type { Basis } from "./basis.js";
import { lifecycle, pullPolicy } from "./repository-policies.js";

/** One repository for each name: tags that stay, scanned images, and none gone that a rollback may want. */
export function declareRepositories(basis: Basis): Repository[] {
  return repositoryNames(basis).map((name) => declareRepository(basis, name));
}

export function repositoryNames({ config }: Pick<Basis, "config">): string[] {
  return [...new Set(config.repositories.names ?? [config.app])];
}

function declareRepository(basis: Basis, name: string): Repository {
  const { config, tags, protect, partition } = basis;
  const { keep, untaggedDays, pullAccounts } = config.repositories;
  const logical = name.replaceAll("/", "-");
  const repository = new Repository(
    logical,
    {
      name,
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "latest", filterType: "WILDCARD" }],
      imageScanningConfiguration: { scanOnPush: true },
      forceDelete: !protect,
      tags,
    },
    { protect },
  );
  new LifecyclePolicy(logical, { repository: repository.name, policy: lifecycle(keep, untaggedDays) });
  if (pullAccounts.length > 0) {
    new RepositoryPolicy(logical, {
      repository: repository.name,
      policy: pullPolicy(partition, pullAccounts),
    });
  }
  return repository;
}
