import type { ImageTagMutability, ImageTagMutabilityExclusionFilter } from "@aws-sdk/client-ecr";
import { arn, type Site } from "../../cloud.js";
import { registryHost, siteOfHost, type RepositoryName } from "../../registry/names.js";
import type { Store } from "../../store.js";

/** An ECR repository as it is kept: the images themselves are the registry's. */
export interface RepositoryRow {
  repositoryArn: string;
  registryId: string;
  repositoryName: string;
  repositoryUri: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  imageTagMutability: ImageTagMutability;
  imageTagMutabilityExclusionFilters?: ImageTagMutabilityExclusionFilter[];
  scanOnPush: boolean;
  encryptionType: "AES256" | "KMS" | "KMS_DSSE";
  kmsKey?: string;
  tags: Record<string, string>;
  lifecyclePolicy?: { text: string; evaluatedAt: number };
  /** Made by its first push, not by CreateRepository, which then takes it over. */
  implicit?: true;
}

/** The rows of ECR's repositories, shared by the registry (which obeys their settings) and the ECR operations. */
export class RepositoryRows {
  private readonly rows: Record<string, RepositoryRow>;

  constructor(private readonly store: Store) {
    this.rows = store.table<RepositoryRow>("ecr.repositories");
  }

  all(site: Site): RepositoryRow[] {
    const prefix = repositoryArn(site, "");
    return Object.values(this.rows).filter((row) => row.repositoryArn.startsWith(prefix));
  }

  find(site: Site, name: string): RepositoryRow | undefined {
    return this.rows[repositoryArn(site, name)];
  }

  byArn(resourceArn: string): RepositoryRow | undefined {
    return this.rows[resourceArn];
  }

  put(row: RepositoryRow): RepositoryRow {
    this.rows[row.repositoryArn] = row;
    this.store.changed();
    return row;
  }

  remove(row: RepositoryRow): void {
    Reflect.deleteProperty(this.rows, row.repositoryArn);
    this.store.changed();
  }

  /** A push to a repository that nobody created makes it, with ECR's defaults; other registries keep no rows. */
  ensure({ host, name }: RepositoryName, now: number): RepositoryRow | undefined {
    const site = siteOfHost(host);
    if (!site) return undefined;
    return this.find(site, name) ?? this.put({ ...newRow(site, name, now), implicit: true });
  }

  /** Until answered calls are on disk. */
  async flush(): Promise<void> {
    await this.store.flush();
  }
}

export function repositoryArn(site: Site, name: string): string {
  return arn("ecr", site, `repository/${name}`);
}

/** A repository with ECR's defaults: tags may be moved, no scan, AES-256. */
export function newRow(site: Site, name: string, now: number): RepositoryRow {
  return {
    repositoryArn: repositoryArn(site, name),
    registryId: site.account,
    repositoryName: name,
    repositoryUri: `${registryHost(site)}/${name}`,
    createdAt: now,
    imageTagMutability: "MUTABLE",
    scanOnPush: false,
    encryptionType: "AES256",
    tags: {},
  };
}

/**
 * Whether a tag of the repository may be moved to other bytes, with exceptions by wildcard (`latest`, `dev-*`):
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export function tagMayMove(row: RepositoryRow, tag: string): boolean {
  const excepted = (row.imageTagMutabilityExclusionFilters ?? []).some(({ filter = "" }) =>
    wildcardMatches(filter, tag),
  );
  switch (row.imageTagMutability) {
    case "IMMUTABLE":
      return false;
    case "IMMUTABLE_WITH_EXCLUSION":
      return excepted;
    case "MUTABLE_WITH_EXCLUSION":
      return !excepted;
    default:
      return true;
  }
}

function wildcardMatches(filter: string, tag: string): boolean {
  const pattern = filter.replaceAll(/[^\w*]/g, "\\$&").replaceAll(/\*+/g, ".*");
  return new RegExp(`^${pattern}$`).test(tag);
}
