import type {
  ListTagsForResourceRequest,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-ecs";
import { type TagPair, withTags } from "../../resources/tags.js";
import { invalid } from "./errors.js";
import type { Tables } from "./rows.js";

/** The tags of a resource that had `held`. Throws InvalidParameterException where AWS would. */
export function checkedTags(tags: Tag[] | undefined, held: readonly Tag[] = []): Tag[] {
  const pair = ({ key = "", value = "" }: Tag): TagPair => [key, value];
  const all = withTags("ecs", Object.fromEntries(held.map(pair)), (tags ?? []).map(pair));
  return Object.entries(all).map(([key, value]) => ({ key, value }));
}

export function ecsTagOperations(tables: Tables, changed: () => void) {
  const holder = (arn: string | undefined): { tags: Tag[] } => {
    const rows = [tables.clusters, tables.services, tables.tasks, tables.taskDefinitions];
    const row = rows.map((table) => table[arn ?? ""]).find((found) => found !== undefined);
    if (row === undefined) throw invalid("The specified resource was not found.");
    return row;
  };
  return {
    TagResource: ({ resourceArn, tags }: TagResourceRequest) => {
      const row = holder(resourceArn);
      row.tags = checkedTags(tags, row.tags);
      changed();
      return {};
    },
    UntagResource: ({ resourceArn, tagKeys }: UntagResourceRequest) => {
      const row = holder(resourceArn);
      row.tags = row.tags.filter(({ key }) => !(tagKeys ?? []).includes(key ?? ""));
      changed();
      return {};
    },
    ListTagsForResource: ({ resourceArn }: ListTagsForResourceRequest) => ({
      tags: holder(resourceArn).tags,
    }),
  };
}
