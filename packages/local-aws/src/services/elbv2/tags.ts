import type {
  AddTagsCommandInput,
  DescribeTagsCommandInput,
  RemoveTagsCommandInput,
  Tag,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Operation } from "../../cloud.js";
import { type TagPair, withTags } from "../../resources/tags.js";
import type { Context } from "./context.js";
import {
  validationError,
  listenersNotFound,
  loadBalancersNotFound,
  required,
  rulesNotFound,
  targetGroupsNotFound,
} from "./refusals.js";
import type { Rows } from "./rows.js";

export function elbv2TagOperations(context: Context): Record<string, Operation> {
  const { rows } = context;
  const found = (arns: string[] | undefined) =>
    required(arns, "resourceArns").map((arn) => existing(rows, arn));
  return {
    AddTags(input: AddTagsCommandInput) {
      for (const arn of found(input.ResourceArns)) setTags(rows, arn, required(input.Tags, "tags"));
      context.saved();
      return {};
    },
    RemoveTags(input: RemoveTagsCommandInput) {
      for (const arn of found(input.ResourceArns)) {
        for (const key of required(input.TagKeys, "tagKeys"))
          Reflect.deleteProperty(rows.tags[arn] ?? {}, key);
      }
      context.saved();
      return {};
    },
    DescribeTags(input: DescribeTagsCommandInput) {
      return {
        TagDescriptions: found(input.ResourceArns).map((arn) => ({
          ResourceArn: arn,
          Tags: tagsOf(rows, arn),
        })),
      };
    },
  };
}

/** Adds tags by AWS's rules. */
export function setTags(rows: Rows, arn: string, tags: Tag[]): void {
  const added = tags.map(({ Key = "", Value = "" }): TagPair => [Key, Value]);
  rows.tags[arn] = withTags("elbv2", rows.tags[arn] ?? {}, added);
}

function tagsOf(rows: Rows, arn: string): { Key: string; Value: string }[] {
  return Object.entries(rows.tags[arn] ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

function existing(rows: Rows, arn: string): string {
  if (arn.includes(":loadbalancer/") && !rows.loadBalancers[arn]) throw loadBalancersNotFound(arn);
  if (arn.includes(":listener/") && !rows.listeners[arn]) throw listenersNotFound();
  if (arn.includes(":targetgroup/") && !rows.targetGroups[arn]) throw targetGroupsNotFound();
  if (arn.includes(":listener-rule/") && !rows.rules[arn] && !isDefaultRule(rows, arn)) throw rulesNotFound();
  if (!/:(loadbalancer|listener|targetgroup|listener-rule)\//.test(arn))
    throw validationError(`'${arn}' is not a valid ARN`);
  return arn;
}

function isDefaultRule(rows: Rows, arn: string): boolean {
  return Object.values(rows.listeners).some((listener) => listener.defaultRuleArn === arn);
}
