import type {
  ListTagsForResourceRequest,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-ecs";
import { invalid } from "./errors.js";
import type { Tables } from "./rows.js";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
const mostTags = 50;

/** Throws InvalidParameterException where AWS would. */
export function checkedTags(tags: Tag[] | undefined): Tag[] {
  for (const { key } of tags ?? []) {
    if (key === undefined || key.length < 1 || key.length > 128)
      throw invalid("Tag keys must have 1 to 128 characters.");
    if (key.toLowerCase().startsWith("aws:")) throw invalid("Tag keys must not start with aws:.");
  }
  if ((tags ?? []).length > mostTags) throw invalid(`A resource can have at most ${mostTags} tags.`);
  return tags ?? [];
}

export function tagOperations(tables: Tables, changed: () => void) {
  const holder = (arn: string | undefined): { tags: Tag[] } => {
    const rows = [tables.clusters, tables.services, tables.tasks, tables.taskDefinitions];
    const row = rows.map((table) => table[arn ?? ""]).find((found) => found !== undefined);
    if (row === undefined) throw invalid("The specified resource was not found.");
    return row;
  };
  return {
    TagResource: ({ resourceArn, tags }: TagResourceRequest) => {
      const row = holder(resourceArn);
      const added = checkedTags(tags);
      const keys = new Set(added.map(({ key }) => key));
      row.tags = checkedTags([...row.tags.filter(({ key }) => !keys.has(key)), ...added]);
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
