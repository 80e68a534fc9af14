import type * as Sdk from "@aws-sdk/client-ecr";
import type { Site } from "../../cloud.js";
import { isRepositoryName, registryHost } from "../../registry/names.js";
import { type TagPair, withTags } from "../../resources/tags.js";
import { invalidParameter, repositoryExists, repositoryNotEmpty, repositoryNotFound } from "./errors.js";
import { repositoryAt, ecrPage, registrySite, type EcrContext } from "./repository.js";
import { newRow, type RepositoryRow } from "./rows.js";

/** GetAuthorizationToken, and repositories themselves. */
export function repositoryOperations(context: EcrContext) {
  return {
    GetAuthorizationToken(): Sdk.GetAuthorizationTokenResponse {
      const { password, expiresAt } = context.credentials.registryPassword(context.now());
      const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
      return { authorizationData: [{ authorizationToken, expiresAt, proxyEndpoint: context.endpoint() }] };
    },

    async CreateRepository(
      input: Sdk.CreateRepositoryCommandInput,
      site: Site,
    ): Promise<Sdk.CreateRepositoryResponse> {
      const owner = registrySite(input, site);
      const name = checkedName(input.repositoryName);
      const existing = context.rows.find(owner, name);
      // One that its first push made is taken over: on AWS it could not be there yet.
      if (existing && !existing.implicit) throw repositoryExists({ name, registryId: owner.account });
      const row = rowFrom(input, existing ?? newRow(owner, name, context.now()));
      await context.storage.layout({ host: registryHost(owner), name }).create();
      return { repository: describe(context.rows.put(row)) };
    },

    DescribeRepositories(
      input: Sdk.DescribeRepositoriesCommandInput,
      site: Site,
    ): Sdk.DescribeRepositoriesResponse {
      const named = input.repositoryNames?.map((repositoryName) => {
        const { row, place } = repositoryAt(context, { ...input, repositoryName }, site);
        // One that its first push made holds images only: on AWS it could not be there yet.
        if (row.implicit) throw repositoryNotFound(place);
        return row;
      });
      const all = () => context.rows.all(registrySite(input, site)).filter((row) => !row.implicit);
      const { items, nextToken } = ecrPage(named ?? all(), input);
      return { repositories: items.map(describe), nextToken };
    },

    async DeleteRepository(
      input: Sdk.DeleteRepositoryCommandInput,
      site: Site,
    ): Promise<Sdk.DeleteRepositoryResponse> {
      const { row, layout, place } = repositoryAt(context, input, site);
      if (!input.force && (await layout.list()).length > 0) throw repositoryNotEmpty(place);
      context.rows.remove(row);
      await layout.remove();
      await context.storage.collect(layout, context.now());
      return { repository: describe(row) };
    },
  };
}

function checkedName(name: string | undefined): string {
  if (name !== undefined && name.length >= 2 && isRepositoryName(name)) return name;
  throw invalidParameter(
    "repositoryName",
    "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'",
  );
}

function rowFrom(input: Sdk.CreateRepositoryCommandInput, base: RepositoryRow): RepositoryRow {
  const { encryptionType = "AES256", kmsKey } = input.encryptionConfiguration ?? {};
  return {
    ...base,
    imageTagMutability: input.imageTagMutability ?? "MUTABLE",
    imageTagMutabilityExclusionFilters: input.imageTagMutabilityExclusionFilters,
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryptionType,
    kmsKey,
    tags: withTags(
      "ecr",
      {},
      (input.tags ?? []).map(({ Key = "", Value = "" }): TagPair => [Key, Value]),
    ),
    implicit: undefined,
  };
}

function describe(row: RepositoryRow): Sdk.Repository {
  return {
    repositoryArn: row.repositoryArn,
    registryId: row.registryId,
    repositoryName: row.repositoryName,
    repositoryUri: row.repositoryUri,
    createdAt: new Date(row.createdAt),
    imageTagMutability: row.imageTagMutability,
    imageTagMutabilityExclusionFilters: row.imageTagMutabilityExclusionFilters,
    imageScanningConfiguration: { scanOnPush: row.scanOnPush },
    encryptionConfiguration: { encryptionType: row.encryptionType, kmsKey: row.kmsKey },
  };
}
