import type * as Sdk from "@aws-sdk/client-ecr";
import type { Site } from "../../cloud.js";
import { type TagPair, withTags } from "../../resources/tags.js";
import { invalidParameter, policyNotFound, repositoryNotFound } from "./errors.js";
import { repositoryAt, type EcrContext } from "./repository.js";
import type { RepositoryRow } from "./rows.js";

/** Tag mutability, scanning, lifecycle policies (kept, never carried out) and tags of repositories. */
export function settingOperations(context: EcrContext) {
  return { ...imageSettings(context), ...lifecyclePolicies(context), ...resourceTags(context) };
}

function imageSettings(context: EcrContext) {
  return {
    PutImageTagMutability(
      input: Sdk.PutImageTagMutabilityCommandInput,
      site: Site,
    ): Sdk.PutImageTagMutabilityResponse {
      const { row, place } = repositoryAt(context, input, site);
      const { imageTagMutability = "MUTABLE", imageTagMutabilityExclusionFilters } = input;
      context.rows.put({ ...row, imageTagMutability, imageTagMutabilityExclusionFilters });
      return { ...identity(place), imageTagMutability, imageTagMutabilityExclusionFilters };
    },

    PutImageScanningConfiguration(
      input: Sdk.PutImageScanningConfigurationCommandInput,
      site: Site,
    ): Sdk.PutImageScanningConfigurationResponse {
      const { row, place } = repositoryAt(context, input, site);
      const scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
      context.rows.put({ ...row, scanOnPush });
      return { ...identity(place), imageScanningConfiguration: { scanOnPush } };
    },
  };
}

function lifecyclePolicies(context: EcrContext) {
  return {
    PutLifecyclePolicy(
      input: Sdk.PutLifecyclePolicyCommandInput,
      site: Site,
    ): Sdk.PutLifecyclePolicyResponse {
      const { row, place } = repositoryAt(context, input, site);
      const text = input.lifecyclePolicyText ?? "";
      if (!isJson(text)) {
        throw invalidParameter("LifecyclePolicyText", "Lifecycle policy validation failure: not valid JSON");
      }
      context.rows.put({ ...row, lifecyclePolicy: { text, evaluatedAt: context.now() } });
      return { ...identity(place), lifecyclePolicyText: text };
    },

    GetLifecyclePolicy(
      input: Sdk.GetLifecyclePolicyCommandInput,
      site: Site,
    ): Sdk.GetLifecyclePolicyResponse {
      const { row, place } = repositoryAt(context, input, site);
      if (!row.lifecyclePolicy) throw policyNotFound(place);
      return { ...identity(place), ...policyOf(row.lifecyclePolicy) };
    },

    DeleteLifecyclePolicy(
      input: Sdk.DeleteLifecyclePolicyCommandInput,
      site: Site,
    ): Sdk.DeleteLifecyclePolicyResponse {
      const { row, place } = repositoryAt(context, input, site);
      if (!row.lifecyclePolicy) throw policyNotFound(place);
      context.rows.put({ ...row, lifecyclePolicy: undefined });
      return { ...identity(place), ...policyOf(row.lifecyclePolicy) };
    },
  };
}

function resourceTags(context: EcrContext) {
  return {
    ListTagsForResource({
      resourceArn,
    }: Sdk.ListTagsForResourceCommandInput): Sdk.ListTagsForResourceResponse {
      const { tags } = rowOf(context, resourceArn);
      return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },

    TagResource({ resourceArn, tags = [] }: Sdk.TagResourceCommandInput): Sdk.TagResourceResponse {
      const row = rowOf(context, resourceArn);
      const added = tags.map(({ Key = "", Value = "" }): TagPair => [Key, Value]);
      context.rows.put({ ...row, tags: withTags("ecr", row.tags, added) });
      return {};
    },

    UntagResource({ resourceArn, tagKeys = [] }: Sdk.UntagResourceCommandInput): Sdk.UntagResourceResponse {
      const row = rowOf(context, resourceArn);
      const kept = Object.entries(row.tags).filter(([key]) => !tagKeys.includes(key));
      context.rows.put({ ...row, tags: Object.fromEntries(kept) });
      return {};
    },
  };
}

function rowOf(context: EcrContext, resourceArn = ""): RepositoryRow {
  const row = context.rows.byArn(resourceArn);
  if (row) return row;
  const [, , , , registryId = "", resource = ""] = resourceArn.split(":");
  throw repositoryNotFound({ name: resource.replace(/^repository\//, ""), registryId });
}

function identity({ name, registryId }: { name: string; registryId: string }) {
  return { registryId, repositoryName: name };
}

function policyOf({ text, evaluatedAt }: NonNullable<RepositoryRow["lifecyclePolicy"]>) {
  return { lifecyclePolicyText: text, lastEvaluatedAt: new Date(evaluatedAt) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
